/// One record of a CSV file.
struct CSVRecord: Hashable {
    /// The line it starts on, from 1.
    var line: Int
    /// Unquoted, not yet read as text.
    var fields: [[UInt8]]
}

/// Where and why a file is not CSV.
struct CSVFault: Error, Hashable {
    var line: Int
    var reason: String
}

/// Reads RFC 4180 records one at a time: quoted fields may hold commas, doubled quotes and line breaks; lines
/// end in CRLF or LF; a byte order mark is skipped; so are empty lines.
struct CSVReader {
    private let bytes: [UInt8]
    private var index: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }

    /// The next record; `nil` at the end.
    mutating func next() throws(CSVFault) -> CSVRecord? {
        while index < bytes.count, takeLineEnd() {}
        guard index < bytes.count else { return nil }
        var record = CSVRecord(line: line, fields: [])
        while true {
            record.fields.append(try field())
            if index == bytes.count || takeLineEnd() { return record }
            guard bytes[index] == UInt8(ascii: ",") else {
                throw CSVFault(line: line, reason: "a quoted field is followed by text; expected a comma")
            }
            index += 1
        }
    }

    private mutating func field() throws(CSVFault) -> [UInt8] {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try plainField() }
        let start = line
        var content: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return content }
                index += 1
            } else if byte == 10 {
                line += 1
            }
            content.append(byte)
        }
        throw CSVFault(line: start, reason: "a quoted field does not end")
    }

    private mutating func plainField() throws(CSVFault) -> [UInt8] {
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: ","), !isLineEnd {
            guard bytes[index] != UInt8(ascii: "\"") else {
                throw CSVFault(line: line, reason: "a quote inside an unquoted field; quote the whole field")
            }
            index += 1
        }
        return Array(bytes[start..<index])
    }

    private var isLineEnd: Bool {
        bytes[index] == 10 || (bytes[index] == 13 && index + 1 < bytes.count && bytes[index + 1] == 10)
    }

    private mutating func takeLineEnd() -> Bool {
        guard isLineEnd else { return false }
        index += bytes[index] == 13 ? 2 : 1
        line += 1
        return true
    }
}
