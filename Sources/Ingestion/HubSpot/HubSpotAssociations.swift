internal import Model

/// The records related to some rows, by the rows' ids.
struct HubSpotAssociations: Sendable {
    /// An answer to one batch: who is related, what is left to ask, by row.
    struct Page {
        struct Related {
            var id: String
            var typeIDs: Set<Int>
        }

        var related: [String: [Related]] = [:]
        /// Rows with more relations than fitted, and where they go on.
        var further: [(id: String, after: String)] = []

        /// Throws the reason the answer cannot be trusted.
        ///
        /// 207 is success with holes: a row without relations is an error of category OBJECT_NOT_FOUND in it. Any
        /// other error means that relations may be missing, and so does a row that was asked for and is in neither
        /// list.
        init(parsing bytes: [UInt8], asked: [String]) throws(JSONFault) {
            let document = try JSONValue(parsing: bytes)
            guard case .array(let results)? = document["results"] else {
                throw JSONFault(offset: 0, reason: "the answer has no list at '/results'")
            }
            let holes = try HubSpotHoles(document, what: "associations")
            var open = Set(asked)
            for result in results {
                guard let from = HubSpotID.text(result[path: "from.id"]),
                    case .array(let targets)? = result["to"]
                else { throw JSONFault(offset: 0, reason: "an association names no record it is from") }
                guard asked.contains(from) else {
                    throw JSONFault(
                        offset: 0, reason: "associations of '\(from)' came, which was not asked for")
                }
                open.remove(from)
                for target in targets {
                    guard let id = HubSpotID.text(target["toObjectId"]) else {
                        throw JSONFault(offset: 0, reason: "an association of '\(from)' names no record")
                    }
                    var typeIDs: Set<Int> = []
                    if case .array(let types)? = target["associationTypes"] {
                        typeIDs = Set(types.compactMap { $0["typeId"]?.integer })
                    }
                    related[from, default: []].append(Related(id: id, typeIDs: typeIDs))
                }
                if let after = HubSpotID.text(result[path: "paging.next.after"]) {
                    further.append((from, after))
                }
            }
            try holes.requireAnswers(to: open, what: "associations")
        }
    }

    private var related: [String: [Page.Related]] = [:]

    mutating func add(_ page: Page) {
        related.merge(page.related) { $0 + $1 }
    }

    /// The one related record of a row; absent when there is none.
    ///
    /// Several are an ambiguity that a person has to settle (another label, the labels put right): they are given as
    /// a list, which no field takes, so that the row is set aside and shows them.
    func value(of row: String, typeID: Int?) -> FieldValue {
        let found = (related[row] ?? []).filter { typeID.map($0.typeIDs.contains) ?? true }
        let ids = Set(found.map(\.id)).sorted { HubSpotID.isOrdered($0, before: $1) }
        guard let first = ids.first else { return .absent }
        return ids.count == 1 ? .text(first) : .structure(JSONValue.array(ids.map { .string($0) }).text)
    }

    static func body(_ inputs: [(id: String, after: String?)]) -> [UInt8] {
        let items = inputs.map { input in
            var members: [String: JSONValue] = ["id": .string(input.id)]
            members["after"] = input.after.map { .string($0) }
            return JSONValue.object(members)
        }
        return Array(JSONValue.object(["inputs": .array(items)]).text.utf8)
    }
}
