internal import Model

/// A batch read of rows by their ids, from the primary store.
enum HubSpotBatch {
    static func body(_ ids: [String], properties: [String]) -> [UInt8] {
        let members: [String: JSONValue] = [
            "inputs": .array(ids.map { .object(["id": .string($0)]) }),
            "properties": .array(properties.map { .string($0) }),
        ]
        return Array(JSONValue.object(members).text.utf8)
    }

    /// The rows of an answer that were asked for. The others are no more: archived, or merged, in which case the
    /// record they became part of may come in their place.
    ///
    /// Throws the reason the answer cannot be trusted.
    static func page(
        parsing bytes: [UInt8], properties: [String], asked: [String]
    ) throws(JSONFault) -> (page: HubSpotPage, rows: [Int]) {
        let page = try HubSpotPage(parsing: bytes, properties: properties)
        var open = Set(asked)
        let rows = (0..<page.count).filter { open.remove(page.id($0)) != nil }
        let holes = try HubSpotHoles(page.envelope, what: "rows")
        try holes.requireAnswers(to: open, others: page.count - rows.count, what: "values")
        return (page, rows)
    }
}

/// What a batch read did not find: the errors of a 207, which is success with holes.
struct HubSpotHoles {
    private var ids: Set<String> = []
    /// Errors that name no row; each stands for one.
    private var unnamed = 0

    /// Throws when one of the errors is no hole: what it hides may be there.
    init(_ answer: JSONValue, what: String) throws(JSONFault) {
        guard case .array(let errors)? = answer["errors"] else { return }
        for error in errors {
            guard error["category"]?.string == "OBJECT_NOT_FOUND" else {
                let words = WebText.detail(
                    code: error["category"]?.string, message: error["message"]?.string, requestID: nil)
                throw JSONFault(offset: 0, reason: "some \(what) were not read: \(words)")
            }
            var named: [String] = []
            for member in ["fromObjectId", "ids", "id"] {
                switch error["context"]?[member] {
                case .array(let values)?: named += values.compactMap { HubSpotID.text($0) }
                case let value?: named += HubSpotID.text(value).map { [$0] } ?? []
                case nil: break
                }
            }
            if named.isEmpty { unnamed += 1 }
            ids.formUnion(named)
        }
    }

    /// Throws when a row that was asked for is neither in the results nor among the holes.
    ///
    /// - Parameters:
    ///   - open: rows that the results do not hold.
    ///   - others: rows of the results that stand for ones that were asked for.
    func requireAnswers(to open: Set<String>, others: Int = 0, what: String) throws(JSONFault) {
        let left = open.subtracting(ids).sorted()
        guard left.count <= unnamed + others else {
            let shown = left.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            throw JSONFault(
                offset: 0,
                reason: "the answer tells nothing about the \(what) of \(left.count) of the rows asked for, "
                    + "\(shown) among them")
        }
    }
}
