internal import Model

/// The columns of a stream's answers and what each row is.
struct GenericRows: Sendable {
    /// What the mapping names, then what tells what a row is.
    let asked: [String]
    private let request: RequestMapping
    private let filter: RowFilter

    init(_ stream: StreamMapping, _ request: RequestMapping) {
        var asked = stream.sourceFields
        let extras = [request.id, request.modified?.path, request.deleted?.field, request.mergedInto]
        filter = RowFilter(stream.selection)
        for field in extras.compactMap({ $0 }) + filter.fields where !asked.contains(field) {
            asked.append(field)
        }
        self.asked = asked
        self.request = request
    }

    func identities(_ batch: RecordBatch) throws(RequestFault) -> [RowIdentity] {
        let id = batch.column(request.id)
        let modified = request.modified.flatMap { batch.column($0.path) }
        let deleted = request.deleted.flatMap { batch.column($0.field) }
        let merged = request.mergedInto.flatMap { batch.column($0) }
        var rows: [RowIdentity] = []
        rows.reserveCapacity(batch.count)
        for row in 0..<batch.count {
            guard let id, let key = GenericRows.text(batch[row, id]), !key.isEmpty else {
                throw RequestFault(
                    reason: "record \(row + 1) of the answer has no id at '\(request.id)'; "
                        + "expected a text or a number")
            }
            var identity = RowIdentity(id: key, version: "")
            if let modified { identity.version = GenericRows.version(batch[row, modified]) }
            if let deleted, let value = GenericRows.text(batch[row, deleted]),
                request.deleted?.values.contains(value) == true
            {
                identity.state = .deleted
            }
            if let merged, let winner = GenericRows.text(batch[row, merged]), !winner.isEmpty, winner != key {
                identity.state = .merged(into: winner)
            }
            rows.append(identity)
        }
        return rows
    }

    /// Which rows from `first` on the mapping selects.
    func selected(_ batch: RecordBatch, from first: Int) -> [Int] {
        let rows = Array(min(first, batch.count)..<batch.count)
        guard !filter.isEmpty else { return rows }
        let columns = Dictionary(uniqueKeysWithValues: filter.fields.map { ($0, batch.column($0)) })
        return rows.filter { row in
            filter.holds { field in columns[field].flatMap { $0 }.map { batch[row, $0] } ?? .absent }
        }
    }

    static func picking(_ rows: [Int], of batch: RecordBatch) -> RecordBatch {
        guard rows.count < batch.count else { return batch }
        var kept = RecordBatch(fields: batch.fields)
        for row in rows { kept.append(batch.fields.indices.map { batch[row, $0] }) }
        return kept
    }

    /// A scalar as text; `nil` for none and for structures.
    static func text(_ value: FieldValue) -> String? {
        switch value {
        case .absent, .structure: nil
        case .bool(let value): value ? "true" : "false"
        case .number(let literal): literal
        case .text(let text): text
        }
    }

    private static func version(_ value: FieldValue) -> String {
        if case .structure(let json) = value { return json }
        return text(value) ?? ""
    }
}
