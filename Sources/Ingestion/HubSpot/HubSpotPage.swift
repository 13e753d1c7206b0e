internal import Model

/// A page of a list or a search as HubSpot sent it, checked for shape only.
struct HubSpotPage {
    private let records: RecordBatch
    private let columns: [String: Int]
    /// The answer without its rows.
    let envelope: JSONValue
    /// Rows the search found, this page's included; lists do not count.
    let total: Int?
    /// Where a list goes on. The absolute `link` beside it is not followed.
    let after: String?

    private static let members = ["id", "createdAt", "updatedAt", "archived", "archivedAt"]

    /// Throws the reason the page cannot be trusted.
    init(parsing bytes: [UInt8], properties: [String]) throws(JSONFault) {
        let paths = HubSpotPage.members + properties.map { "properties." + $0 }
        let page = try RecordPage(parsing: bytes, listAt: "/results", fields: paths)
        records = page.records
        envelope = page.envelope
        columns = Dictionary(
            paths.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        total = page.envelope["total"]?.integer
        switch page.envelope[path: "paging.next.after"] {
        case .string(let text)?: after = text
        case .number(let digits)?: after = digits
        default: after = nil
        }
        for row in 0..<records.count where id(row).isEmpty {
            throw JSONFault(offset: 0, reason: "record \(row + 1) of the page has no id")
        }
    }

    var count: Int { records.count }

    func id(_ row: Int) -> String { text(row, "id") ?? "" }

    /// What a row's version is told by: the moment of its last change as sent.
    func version(_ row: Int) -> String { text(row, "updatedAt") ?? "" }

    func archivedAt(_ row: Int) -> String? { text(row, "archivedAt") }

    func isArchived(_ row: Int) -> Bool {
        switch self[row, "archived"] {
        case .bool(let value): value
        case .text(let text): text == "true"
        default: false
        }
    }

    func property(_ row: Int, _ name: String) -> FieldValue { self[row, "properties." + name] }

    /// A value by its path; empty text is no value: HubSpot sends "" and null for the same.
    subscript(row: Int, path: String) -> FieldValue {
        guard let column = columns[path] else { return .absent }
        let value = records[row, column]
        return value == .text("") ? .absent : value
    }

    private func text(_ row: Int, _ path: String) -> String? {
        switch self[row, path] {
        case .text(let text), .number(let text): text
        case .absent, .bool, .structure: nil
        }
    }
}
