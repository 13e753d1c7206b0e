internal import CSimdJSON

/// An answer that holds a list of records beside members that say how to go on.
package struct RecordPage: Sendable {
    /// The records, by the fields asked for.
    package var records: RecordBatch
    /// The answer without the list: `nil` members are absent.
    package var envelope: JSONValue

    /// How deep an answer may be nested.
    private static let maximumDepth = 64

    /// Reads an answer's bytes. Every value of it is checked, wanted or not: an answer that is cut, is not UTF-8,
    /// goes on after its end, is nested deeper than 64 or breaks the grammar anywhere is refused whole, and so is
    /// one whose list holds something else than objects. Of names that occur twice in one record only those of
    /// `fields` are noticed.
    ///
    /// - Parameters:
    ///   - pointer: RFC 6901 pointer to the list; "" when the answer is the list itself.
    ///   - fields: dotted paths below a record. A part that is missing or null gives `absent`. A member whose own
    ///     name holds the dots ("@odata.etag") is found too, the longest name first. A number is also a place in a
    ///     list: "items.data.0.price".
    /// - Throws: why the answer cannot be trusted; nothing of it is usable then.
    package init(parsing bytes: [UInt8], listAt pointer: String, fields: [String]) throws(JSONFault) {
        let parts = JSONValue.parts(of: pointer)
        let (list, batch) = try RecordPage.read(bytes, parts: parts, fields: fields) { fault, offset in
            guard fault != JSON_NO_LIST else {
                return JSONFault(
                    offset: 0,
                    reason: pointer.isEmpty
                        ? "expected a list of records" : "the answer has no list of records at '\(pointer)'")
            }
            return JSONFault(code: fault, offset: offset, maximumDepth: RecordPage.maximumDepth)
        }
        records = batch
        let rest = bytes[..<list.lowerBound] + Array("null".utf8) + bytes[list.upperBound...]
        envelope =
            parts.isEmpty
            ? .null
            : try JSONValue(parsing: Array(rest), maximumDepth: RecordPage.maximumDepth)
                .removing(pointer: pointer)
    }

    /// The list's place in `bytes`, and its rows.
    private static func read(
        _ bytes: [UInt8], parts: [String], fields: [String],
        fault: (_ code: Int, _ offset: UInt32) -> JSONFault
    ) throws(JSONFault) -> (list: Range<Int>, batch: RecordBatch) {
        let names = Array((parts + fields).joined().utf8)
        let result = unsafe names.withUnsafeBufferPointer {
            names -> Result<(Range<Int>, RecordBatch), JSONFault> in
            var texts: [json_text] = unsafe []
            var start = 0
            for name in parts + fields {
                let length = name.utf8.count
                unsafe texts.append(
                    json_text(bytes: names.baseAddress.map { unsafe $0 + start }, length: length))
                start += length
            }
            return unsafe texts.withUnsafeBufferPointer { texts in
                unsafe bytes.withUnsafeBufferPointer { page in
                    let outcome = unsafe json_read_page(
                        page.baseAddress, page.count, texts.baseAddress, parts.count,
                        texts.baseAddress.map { unsafe $0 + parts.count }, fields.count, Int32(maximumDepth))
                    guard unsafe outcome.fault == 0 else {
                        return .failure(unsafe fault(Int(outcome.fault), outcome.offset))
                    }
                    let cells = unsafe UnsafeBufferPointer(start: outcome.cells, count: outcome.cell_count)
                    let unescaped = unsafe UnsafeBufferPointer(
                        start: outcome.texts, count: outcome.text_length)
                    let batch = unsafe RecordBatch(
                        fields: fields, count: Int(outcome.row_count),
                        cells: cells.map { RecordCell(offset: $0.offset, tail: $0.tail) }, page: bytes,
                        texts: Array(unescaped))
                    return .success((unsafe Int(outcome.offset)..<Int(outcome.list_end), batch))
                }
            }
        }
        return try result.get()
    }
}

extension FieldValue {
    package init(_ value: JSONValue?) {
        switch value {
        case nil, .null: self = .absent
        case .bool(let value): self = .bool(value)
        case .number(let literal): self = .number(literal)
        case .string(let text): self = .text(text)
        case .array, .object: self = .structure(value?.text ?? "")
        }
    }
}
