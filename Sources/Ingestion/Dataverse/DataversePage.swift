internal import Model

/// A page of rows as Dataverse sent it, checked for shape only.
struct DataversePage {
    private let records: RecordBatch
    private let columns: [String: Int]
    private let primaryID: String
    /// The next page; `nil` on the last.
    let nextLink: String?
    /// Where changes after this walk are told; on the last page of a tracked one.
    let deltaLink: String?

    private static let members = ["@odata.etag", "@odata.context", "id", "reason"]

    /// Throws the reason the page cannot be trusted.
    init(parsing bytes: [UInt8], primaryID: String, columns: [String]) throws(JSONFault) {
        let paths = DataversePage.members + columns.filter { !DataversePage.members.contains($0) }
        let page = try RecordPage(parsing: bytes, listAt: "/value", fields: paths)
        records = page.records
        self.primaryID = primaryID
        self.columns = Dictionary(
            paths.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        nextLink = page.envelope["@odata.nextLink"]?.string
        deltaLink = page.envelope["@odata.deltaLink"]?.string
        for row in 0..<records.count where identity(row).id.isEmpty {
            throw JSONFault(offset: 0, reason: "record \(row + 1) of the page has no '\(primaryID)'")
        }
    }

    var count: Int { records.count }

    subscript(row: Int, column: String) -> FieldValue {
        self.columns[column].map { records[row, $0] } ?? .absent
    }

    /// Which record a row is and what became of it. Merged losers stay in their table, marked.
    func identity(_ row: Int) -> RowIdentity {
        if case .text(let context) = self[row, "@odata.context"], context.hasSuffix("$deletedEntity") {
            return RowIdentity(id: deletedID(row), version: "", state: .deleted)
        }
        let id = if case .text(let text) = self[row, primaryID] { text.lowercased() } else { "" }
        return RowIdentity(id: id, version: version(row), state: state(row))
    }

    private func state(_ row: Int) -> RowIdentity.State {
        guard self[row, "merged"] == .bool(true) else { return .live }
        guard case .text(let master) = self[row, DataverseTable.master] else { return .deleted }
        return .merged(into: master.lowercased())
    }

    /// The row version, which the entity tag wraps: `W/"1234"`.
    private func version(_ row: Int) -> String {
        guard case .text(let tag) = self[row, "@odata.etag"] else { return "" }
        return String(tag.filter { ("0"..."9").contains($0) })
    }

    /// The id alone, or the address of the row: `accounts(…)`.
    private func deletedID(_ row: Int) -> String {
        guard case .text(let text) = self[row, "id"] else { return "" }
        guard let open = text.lastIndex(of: "("), text.hasSuffix(")") else { return text.lowercased() }
        return text[text.index(after: open)...].dropLast().lowercased()
    }
}
