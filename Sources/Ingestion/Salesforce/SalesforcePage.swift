internal import Model

/// One page of query results as Salesforce sent it, checked for shape only.
struct SalesforcePage {
    struct Row {
        var id: String
        /// SystemModstamp as sent, and read.
        var stampText: String
        var stamp: Instant
        var isDeleted: Bool
        var value: JSONValue
    }

    /// Rows the query found, on all pages.
    var totalSize: Int
    /// The next page; `nil` on the last.
    var nextRecordsUrl: String?
    var rows: [Row]

    /// Throws the reason the page cannot be trusted.
    init(parsing bytes: [UInt8]) throws(PageFault) {
        let page: JSONValue
        do throws(JSONFault) {
            page = try JSONValue(parsing: bytes)
        } catch {
            throw PageFault(reason: "the answer is not JSON: \(error.reason) at byte \(error.offset)")
        }
        guard case .number(let total)? = page["totalSize"], let totalSize = Int(total), totalSize >= 0,
            case .bool(let isDone)? = page["done"], case .array(let records)? = page["records"]
        else {
            throw PageFault(reason: "the answer lacks 'totalSize', 'done' or 'records'")
        }
        self.totalSize = totalSize
        nextRecordsUrl = isDone ? nil : page["nextRecordsUrl"]?.string
        guard isDone || nextRecordsUrl != nil else {
            throw PageFault(reason: "the page is not the last and names no next one")
        }
        var rows: [Row] = []
        rows.reserveCapacity(records.count)
        for record in records {
            guard let row = Row(record) else {
                throw PageFault(reason: "record \(rows.count + 1) of the page lacks 'Id' or 'SystemModstamp'")
            }
            if let previous = rows.last, previous.stamp > row.stamp {
                throw PageFault(reason: "record '\(row.id)' is out of order by SystemModstamp")
            }
            rows.append(row)
        }
        self.rows = rows
    }
}

/// Why a page is refused whole.
struct PageFault: Error, Hashable {
    var reason: String
}

extension SalesforcePage.Row {
    fileprivate init?(_ record: JSONValue) {
        guard let id = record["Id"]?.string, !id.isEmpty, id.utf8.count <= 64,
            let stampText = record["SystemModstamp"]?.string, let stamp = Instant(iso: stampText)
        else { return nil }
        self.init(
            id: id, stampText: stampText, stamp: stamp, isDeleted: record["IsDeleted"] == .bool(true),
            value: record)
    }

    func field(_ path: String) -> FieldValue {
        switch value[path: path] {
        case nil, .null: .absent
        case .bool(let value): .bool(value)
        case .number(let literal): .number(literal)
        case .string(let text): .text(text)
        case .array, .object: .structure
        }
    }
}
