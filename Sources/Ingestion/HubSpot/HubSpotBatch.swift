internal import Model

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
