internal import Model

/// One page of query results as Salesforce sent it, checked for shape only.
struct SalesforcePage {
    /// Rows the query found, on all pages.
    var total: Int
    /// The next page; `nil` on the last.
    var next: String?
    var records: RecordBatch
    var rows: [RowIdentity]
    /// When each row last changed; empty when `stamp` was not asked for.
    var stamps: [Instant]

    /// Throws the reason the page cannot be trusted. `stamp`: the field that rows are ordered by.
    init(parsing bytes: [UInt8], fields: [String], stamp: String?) throws(SalesforcePageFault) {
        let page: RecordPage
        do throws(JSONFault) {
            page = try RecordPage(parsing: bytes, listAt: "/records", fields: fields)
        } catch {
            throw SalesforcePageFault(reason: error.description)
        }
        guard let total = page.envelope["totalSize"]?.integer, total >= 0,
            let isDone = page.envelope["done"]?.bool
        else { throw SalesforcePageFault(reason: "the answer lacks 'totalSize' or 'done'") }
        next = isDone ? nil : page.envelope["nextRecordsUrl"]?.string
        guard isDone || next != nil else {
            throw SalesforcePageFault(reason: "the page is not the last and names no next one")
        }
        self.total = total
        let table = try SalesforceRows(page.records, stamp: stamp)
        records = table.records
        rows = table.rows
        stamps = table.stamps
        for index in stamps.indices.dropFirst() where stamps[index - 1] > stamps[index] {
            throw SalesforcePageFault(
                reason: "record '\(rows[index].id)' is out of order by \(stamp ?? "its stamp")")
        }
    }
}

/// Rows with what identifies them, wherever they were read.
struct SalesforceRows {
    var records: RecordBatch
    var rows: [RowIdentity] = []
    var stamps: [Instant] = []

    init(_ batch: RecordBatch, stamp: String?) throws(SalesforcePageFault) {
        guard let idColumn = batch.column(SalesforceQuery.idField) else {
            throw SalesforcePageFault(reason: "the rows have no 'Id'")
        }
        let stampColumn = stamp.flatMap { batch.column($0) }
        let deletedColumn = batch.column(SalesforceQuery.deletedField)
        let masterColumn = batch.column(SalesforceQuery.masterField)
        rows.reserveCapacity(batch.count)
        stamps.reserveCapacity(stamp == nil ? 0 : batch.count)
        var hasShortID = false
        for row in 0..<batch.count {
            let bytes = batch.bytes(row: row, field: idColumn)
            guard batch.kind(row: row, field: idColumn) == .text, SalesforceID.isPlausible(bytes) else {
                throw SalesforcePageFault(reason: "record \(row + 1) of the page has no 'Id'")
            }
            hasShortID = hasShortID || bytes.count == 15
            let id = SalesforceID.long(String(decoding: bytes, as: UTF8.self))
            var version = ""
            if let stamp {
                guard let stampColumn, batch.kind(row: row, field: stampColumn) == .text,
                    case let text = batch.bytes(row: row, field: stampColumn),
                    let moment = Instant(isoBytes: text)
                else { throw SalesforcePageFault(reason: "record '\(id)' has no '\(stamp)'") }
                version = String(decoding: text, as: UTF8.self)
                stamps.append(moment)
            }
            var state = RowIdentity.State.live
            if let deletedColumn, batch.kind(row: row, field: deletedColumn) != .no,
                batch[row, deletedColumn].isTrue
            {
                state = .deleted
                if let masterColumn, case .text(let master) = batch[row, masterColumn],
                    SalesforceID.isPlausible(master)
                {
                    state = .merged(into: SalesforceID.long(master))
                }
            }
            rows.append(RowIdentity(id: id, version: version, state: state))
        }
        records = hasShortID ? SalesforceRows.lengthened(batch, idColumn) : batch
    }

    /// The same rows with ids of eighteen characters.
    private static func lengthened(_ batch: RecordBatch, _ idColumn: Int) -> RecordBatch {
        var result = RecordBatch(fields: batch.fields)
        for row in 0..<batch.count {
            result.append(
                batch.fields.indices.map { field in
                    guard field == idColumn, case .text(let id) = batch[row, field] else {
                        return batch[row, field]
                    }
                    return .text(SalesforceID.long(id))
                })
        }
        return result
    }
}

extension FieldValue {
    fileprivate var isTrue: Bool { self == .bool(true) || self == .text("true") }
}
