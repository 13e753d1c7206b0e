internal import CSimdJSON

extension JSONValue {
    /// Reads exactly one document; anything after it but white space is a fault, and so are duplicate keys,
    /// invalid UTF-8 and nesting deeper than `maximumDepth`.
    package init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONFault) {
        let result = unsafe bytes.withUnsafeBufferPointer { text -> Result<JSONValue, JSONFault> in
            let outcome = unsafe json_read_document(text.baseAddress, text.count, Int32(maximumDepth))
            guard unsafe outcome.fault == 0 else {
                return .failure(
                    unsafe JSONFault(
                        code: Int(outcome.fault), offset: outcome.offset, maximumDepth: maximumDepth))
            }
            var document = unsafe DocumentCells(
                cells: UnsafeBufferPointer(start: outcome.cells, count: outcome.cell_count), page: text,
                texts: UnsafeBufferPointer(start: outcome.texts, count: outcome.text_length))
            do throws(JSONFault) {
                return .success(try unsafe document.value())
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }
}

/// The cells of a document, in the order they were written. It lives no longer than what it points to: the bytes that
/// are read, and the reader's memory until the thread's next call of it.
@unsafe private struct DocumentCells {
    let cells: UnsafeBufferPointer<json_cell>
    let page: UnsafeBufferPointer<UInt8>
    let texts: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(
        cells: UnsafeBufferPointer<json_cell>, page: UnsafeBufferPointer<UInt8>,
        texts: UnsafeBufferPointer<UInt8>
    ) {
        unsafe self.cells = cells
        unsafe self.page = page
        unsafe self.texts = texts
    }

    mutating func value() throws(JSONFault) -> JSONValue {
        let cell = unsafe cells[index]
        unsafe index += 1
        switch Int(cell.tail & 7) {
        case JSON_FALSE: return .bool(false)
        case JSON_TRUE: return .bool(true)
        case JSON_NUMBER: return .number(unsafe text(cell))
        case JSON_TEXT: return .string(unsafe text(cell))
        case JSON_ARRAY:
            var items: [JSONValue] = []
            items.reserveCapacity(Int(cell.offset))
            for _ in 0..<cell.offset { items.append(try unsafe value()) }
            return .array(items)
        case JSON_OBJECT:
            var members: [String: JSONValue] = [:]
            members.reserveCapacity(Int(cell.offset))
            for _ in 0..<cell.offset {
                let name = unsafe cells[index]
                unsafe index += 1
                guard unsafe members.updateValue(try value(), forKey: text(name)) == nil else {
                    let offset = name.tail & 8 == 0 ? Int(name.offset) : 0
                    throw JSONFault(offset: offset, reason: "a member name occurs twice")
                }
            }
            return .object(members)
        default: return .null
        }
    }

    private func text(_ cell: json_cell) -> String {
        let start = Int(cell.offset)
        let source = unsafe cell.tail & 8 == 0 ? page : texts
        return unsafe String(decoding: source[start..<(start + Int(cell.tail >> 4))], as: UTF8.self)
    }
}
