/// Where a walk over HubSpot stands.
struct HubSpotPosition: Hashable {
    /// A list's own cursor.
    var after: String?
    /// The last id a search gave.
    var lastID: String?
    /// In a walk over deletions: the archived rows are done, merged ones follow.
    var isAtMerges = false

    init(after: String? = nil, lastID: String? = nil, isAtMerges: Bool = false) {
        self.after = after
        self.lastID = lastID
        self.isAtMerges = isAtMerges
    }

    /// `nil` for text that is not one of this connector's.
    init?(_ position: Position) {
        guard let value = try? JSONValue(parsing: Array(position.text.utf8), maximumDepth: 4),
            case .object = value
        else { return nil }
        after = value["after"]?.string
        lastID = value["lastID"]?.string
        isAtMerges = value["merges"]?.bool ?? false
        guard after != nil || lastID != nil || isAtMerges, lastID.map(HubSpotID.isValid) ?? true else {
            return nil
        }
    }

    var encoded: Position {
        var members: [String: JSONValue] = [:]
        members["after"] = after.map { .string($0) }
        members["lastID"] = lastID.map { .string($0) }
        if isAtMerges { members["merges"] = .bool(true) }
        return Position(JSONValue.object(members).text)
    }
}
