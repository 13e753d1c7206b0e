internal import Model

/// What the next delta walk begins with.
enum DataverseToken: Hashable {
    /// A delta link, and the columns it was made for: it keeps telling those, whatever the mapping says now.
    case link(String, columns: [String])
    /// The table is not tracked: changes are found by time from here on.
    case since(Instant)

    /// `nil` for text that is not one of this connector's.
    init?(_ text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 4) else { return nil }
        if let link = value["link"]?.string, let columns = value["columns"]?.string {
            self = .link(link, columns: columns.split(separator: ",").map(String.init))
        } else if let moment = value["since"]?.string.flatMap({ Instant(iso: $0) }) {
            self = .since(moment)
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .link(let link, let columns):
            JSONValue.object([
                "link": .string(link), "columns": .string(columns.joined(separator: ",")),
            ]).text
        case .since(let moment): JSONValue.object(["since": .string(moment.description)]).text
        }
    }
}
