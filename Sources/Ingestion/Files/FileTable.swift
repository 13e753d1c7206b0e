internal import Model

/// Reads the records of one file by field.
enum FileTable: Sendable {
    /// Place of each column.
    case csv([String: Int])
    case jsonl

    /// Reads a CSV file's header; `needed` are the columns it must have.
    init(header record: FileRecord?, needed: [String]) throws(FileFault) {
        let header = try FileTable.texts(record)
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() {
            guard columns.updateValue(index, forKey: name) == nil else {
                throw FileFault(line: 1, reason: "the column '\(name)' occurs twice")
            }
        }
        if header.count == 1, header[0].contains(";") {
            throw FileFault(
                line: 1, reason: "the header '\(header[0])' is one column; separate by commas, not semicolons"
            )
        }
        for column in needed where columns[column] == nil {
            let names = columns.keys.sorted()
            let nearest = nearestName(to: column, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw FileFault(
                line: 1,
                reason: "there is no column '\(column)' (found \(names.joined(separator: ", ")))\(nearest)")
        }
        self = .csv(columns)
    }

    /// Names of the columns; none where each record names its own.
    var columns: [String] {
        switch self {
        case .csv(let columns): columns.keys.sorted()
        case .jsonl: []
        }
    }

    /// The names in a header.
    static func texts(_ record: FileRecord?) throws(FileFault) -> [String] {
        guard let record else {
            throw FileFault(line: 1, reason: "the file is empty; expected a header line")
        }
        return try fields(of: record)
    }

    /// A record's value by field.
    ///
    /// - Throws: a fault of the kind `row` when only the record is wrong and the file can be read on.
    func values(
        of record: FileRecord, nullText: String?
    ) throws(FileFault) -> (String) -> FieldValue {
        func value(_ text: String) -> FieldValue { text.isEmpty || text == nullText ? .absent : .text(text) }
        switch self {
        case .csv(let columns):
            let texts = try FileTable.fields(of: record)
            guard texts.count == columns.count else {
                throw FileFault(
                    line: record.line,
                    reason: "has \(texts.count) fields; the header has \(columns.count)", kind: .row)
            }
            return { field in columns[field].map { value(texts[$0]) } ?? .absent }
        case .jsonl:
            let item = try FileTable.object(record)
            return { field in
                let found = FieldValue(item[member: field])
                if case .text(let text) = found { return value(text) }
                return found
            }
        }
    }

    private static func object(_ record: FileRecord) throws(FileFault) -> JSONValue {
        _ = try text(record)
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let bytes =
            record.line == 1 && record.bytes.starts(with: mark) ? record.bytes.dropFirst(3) : record.bytes
        do throws(JSONFault) {
            let value = try JSONValue(parsing: Array(bytes))
            guard case .object = value else {
                throw JSONFault(offset: 0, reason: "expected an object on each line")
            }
            return value
        } catch {
            throw FileFault(line: record.line, reason: "\(error.reason) (byte \(error.offset) of the line)")
        }
    }

    private static func fields(of record: FileRecord) throws(FileFault) -> [String] {
        _ = try text(record)
        do throws(CSVFault) {
            var reader = CSVReader(Array(record.bytes))
            return try reader.next()?.fields.map { String(decoding: $0, as: UTF8.self) } ?? []
        } catch {
            throw FileFault(line: record.line + error.line - 1, reason: error.reason)
        }
    }

    private static func text(_ record: FileRecord) throws(FileFault) -> String {
        if record.line == 1,
            record.bytes.starts(with: [0xff, 0xfe]) || record.bytes.starts(with: [0xfe, 0xff])
        {
            throw FileFault(line: 1, reason: "the file is UTF-16; save it as UTF-8")
        }
        guard let text = String(validating: record.bytes, as: UTF8.self) else {
            throw FileFault(line: record.line, reason: "is not UTF-8; save the file as UTF-8")
        }
        return text
    }
}
