/// The rows of a page by the fields that were asked for: row-major cells, nothing else of the page is kept.
package struct RecordBatch: Sendable {
    /// Field paths, in the order of the cells.
    package let fields: [String]
    private var cells: [FieldValue] = []

    package init(fields: [String]) { self.fields = fields }

    package var count: Int { fields.isEmpty ? 0 : cells.count / fields.count }

    /// Appends a row; `values` in the order of `fields`.
    package mutating func append(_ values: [FieldValue]) {
        precondition(values.count == fields.count, "a row has one value for each field")
        cells += values
    }

    package subscript(row: Int, field: Int) -> FieldValue { cells[row * fields.count + field] }

    package func column(_ field: String) -> Int? { fields.firstIndex(of: field) }

    /// The row as a JSON object of the fields asked for: what is kept when it is set aside.
    package func payload(_ row: Int) -> String {
        let members = fields.indices.map { (fields[$0], self[row, $0]) }
        return JSONValue.object(
            Dictionary(members.map { ($0, JSONValue($1)) }, uniquingKeysWith: { first, _ in first })
        ).text
    }
}

extension JSONValue {
    fileprivate init(_ value: FieldValue) {
        switch value {
        case .absent: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let literal): self = .number(literal)
        case .text(let text): self = .string(text)
        case .structure(let json): self = (try? JSONValue(parsing: Array(json.utf8))) ?? .string(json)
        }
    }
}
