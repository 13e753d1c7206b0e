/// The rows of a page by the fields that were asked for.
///
/// Rows are cells of eight bytes that point into the page as it was received; a value becomes a `String` only
/// when somebody asks for one.
package struct RecordBatch: Sendable {
    /// Field paths, in the order of the cells.
    package private(set) var fields: [String]
    package private(set) var count = 0
    private var cells: [RecordCell] = []
    /// The answer's bytes, as received.
    private let page: [UInt8]
    /// Texts that stand nowhere in the page: unescaped ones, and values of rows that were appended.
    private var texts: [UInt8] = []

    package init(fields: [String]) {
        self.fields = fields
        page = []
    }

    init(fields: [String], count: Int, cells: [RecordCell], page: [UInt8], texts: [UInt8]) {
        self.fields = fields
        self.count = count
        self.cells = cells
        self.page = page
        self.texts = texts
    }

    /// Appends a row; `values` in the order of `fields`.
    package mutating func append(_ values: [FieldValue]) {
        precondition(values.count == fields.count, "a row has one value for each field")
        for value in values { cells.append(cell(of: value)) }
        count += 1
    }

    /// Adds a field that the source does not have, with `value` for each row.
    package mutating func addField(_ name: String, _ value: (_ row: Int) -> FieldValue) {
        var wider: [RecordCell] = []
        wider.reserveCapacity(cells.count + count)
        for row in 0..<count {
            wider += cells[(row * fields.count)..<((row + 1) * fields.count)]
            wider.append(cell(of: value(row)))
        }
        cells = wider
        fields.append(name)
    }

    /// Takes all rows out; what was appended is forgotten.
    package mutating func removeRows() {
        cells.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        count = 0
    }

    package subscript(row: Int, field: Int) -> FieldValue {
        let cell = cells[row * fields.count + field]
        return switch cell.kind {
        case .absent: .absent
        case .no: .bool(false)
        case .yes: .bool(true)
        case .number: .number(String(decoding: bytes(of: cell), as: UTF8.self))
        case .text: .text(String(decoding: bytes(of: cell), as: UTF8.self))
        case .structure: .structure(String(decoding: bytes(of: cell), as: UTF8.self))
        }
    }

    /// What kind of value a cell holds.
    package func kind(row: Int, field: Int) -> RecordCell.Kind { cells[row * fields.count + field].kind }

    /// A value's UTF-8 bytes without a copy of them: the digits, the unescaped text, the JSON text of a
    /// structure, "true" or "false"; empty for an absent one.
    package func bytes(row: Int, field: Int) -> ArraySlice<UInt8> {
        bytes(of: cells[row * fields.count + field])
    }

    /// Calls `read` with a cell's kind and its bytes where they lie; for `true` and `false` there are none.
    func withBytes<Value>(
        row: Int, field: Int, _ read: (RecordCell.Kind, UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value {
        let cell = cells[row * fields.count + field]
        let kind = cell.kind
        guard cell.length > 0, kind != .no, kind != .yes else {
            return unsafe read(kind, UnsafeBufferPointer(start: nil, count: 0))
        }
        let range = Int(cell.offset)..<(Int(cell.offset) + cell.length)
        return unsafe (cell.isUnescaped ? texts : page).withUnsafeBufferPointer { bytes in
            unsafe read(kind, UnsafeBufferPointer(rebasing: bytes[range]))
        }
    }

    package func column(_ field: String) -> Int? { fields.firstIndex(of: field) }

    /// The row as a JSON object of the fields asked for, or of those in `kept`: what is kept when it is set
    /// aside. Of a value longer than `limit` bytes only the beginning is.
    package func payload(_ row: Int, of kept: Set<String>? = nil, limit: Int = 4096) -> String {
        var members: [String: JSONValue] = [:]
        for index in fields.indices where kept?.contains(fields[index]) ?? true {
            members[fields[index]] = JSONValue(self[row, index], limit: limit)
        }
        return JSONValue.object(members).text
    }

    private func bytes(of cell: RecordCell) -> ArraySlice<UInt8> {
        let start = Int(cell.offset)
        switch cell.kind {
        case .absent: return []
        case .no: return RecordCell.no
        case .yes: return RecordCell.yes
        case .number, .text, .structure:
            return cell.isUnescaped
                ? texts[start..<(start + cell.length)] : page[start..<(start + cell.length)]
        }
    }

    private mutating func cell(of value: FieldValue) -> RecordCell {
        switch value {
        case .absent: RecordCell(.absent)
        case .bool(let value): RecordCell(value ? .yes : .no)
        case .number(let literal): written(literal, .number)
        case .text(let text): written(text, .text)
        case .structure(let json): written(json, .structure)
        }
    }

    private mutating func written(_ text: String, _ kind: RecordCell.Kind) -> RecordCell {
        let start = texts.count
        texts += text.utf8
        return RecordCell(kind, offset: start, length: texts.count - start, isUnescaped: true)
    }
}

/// Where a value stands. The same eight bytes as `json_cell`, whose numbers of kinds these are.
package struct RecordCell: Sendable, Hashable {
    package enum Kind: UInt32, Sendable, Hashable {
        case absent, no, yes, number, text, structure
    }

    static let no = ArraySlice("false".utf8)
    static let yes = ArraySlice("true".utf8)

    let offset: UInt32
    private let tail: UInt32

    init(offset: UInt32, tail: UInt32) {
        self.offset = offset
        self.tail = tail
    }

    /// - Precondition: `offset` and `length` belong to texts of less than 256 MiB.
    init(_ kind: Kind, offset: Int = 0, length: Int = 0, isUnescaped: Bool = false) {
        precondition(length < 1 << 28, "a value is shorter than 256 MiB")
        self.offset = UInt32(offset)
        tail = UInt32(length) << 4 | (isUnescaped ? 8 : 0) | kind.rawValue
    }

    var kind: Kind { Kind(rawValue: tail & 7) ?? .absent }
    var length: Int { Int(tail >> 4) }
    var isUnescaped: Bool { tail & 8 != 0 }
}

extension JSONValue {
    fileprivate init(_ value: FieldValue, limit: Int) {
        func short(_ text: String) -> String {
            guard text.utf8.count > limit else { return text }
            return String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "…"
        }
        switch value {
        case .absent: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let literal) where literal.utf8.count <= limit: self = .number(literal)
        case .number(let literal): self = .string(short(literal))
        case .text(let text): self = .string(short(text))
        case .structure(let json) where json.utf8.count <= limit:
            self = (try? JSONValue(parsing: Array(json.utf8))) ?? .string(json)
        case .structure(let json): self = .string(short(json))
        }
    }
}
