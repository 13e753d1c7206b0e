/// An answer that holds a list of records beside members that say how to go on.
package struct RecordPage: Sendable {
    /// The records, by the fields asked for.
    package var records: RecordBatch
    /// The answer without the list: `nil` members are absent.
    package var envelope: JSONValue

    /// Reads an answer's bytes.
    ///
    /// - Parameters:
    ///   - pointer: RFC 6901 pointer to the list; "" when the answer is the list itself.
    ///   - fields: dotted paths below a record. A part that is missing or null gives `absent`. A member whose own
    ///     name holds the dots ("@odata.etag") is found too, whole name first.
    /// - Throws: why the answer cannot be trusted; nothing of it is usable then.
    package init(parsing bytes: [UInt8], listAt pointer: String, fields: [String]) throws(JSONFault) {
        let document = try JSONValue(parsing: bytes)
        guard let list = document[pointer: pointer], case .array(let items) = list else {
            throw JSONFault(
                offset: 0,
                reason: pointer.isEmpty
                    ? "expected a list of records" : "the answer has no list of records at '\(pointer)'")
        }
        records = RecordBatch(fields: fields)
        for item in items {
            records.append(fields.map { FieldValue(item[member: $0]) })
        }
        envelope = document.removing(pointer: pointer)
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
