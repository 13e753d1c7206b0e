/// Rows for somebody else's computer: the columns are fixed in docs/EXPORTS.md.
package struct ExportTable: Sendable {
    /// A value; a missing one is `null` in JSON Lines and empty in CSV.
    package enum Cell: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case real(Double)
        case boolean(Bool)
        case missing
    }

    package var columns: [String]
    package var rows: [[Cell]]

    /// RFC 4180: CRLF line ends, quotes where needed, full-precision numbers; nothing is altered for spreadsheets.
    package func csv() -> String {
        var text = columns.joined(separator: ",") + "\r\n"
        for row in rows { text += row.map(\.csv).joined(separator: ",") + "\r\n" }
        return text
    }

    /// One JSON object a line, keys in the order of the columns.
    package func jsonLines() -> String {
        var text = ""
        for row in rows {
            text += "{" + zip(columns, row).map { "\"\($0)\":\($1.json)" }.joined(separator: ",") + "}\n"
        }
        return text
    }
}

extension ExportTable.Cell {
    init(_ value: String?) { self = value.map { .text($0) } ?? .missing }
    init(_ value: Int64?) { self = value.map { .integer($0) } ?? .missing }
    init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .missing }
    init(_ value: Double?) { self = value.map { .real($0) } ?? .missing }
    init(_ value: Bool?) { self = value.map { .boolean($0) } ?? .missing }

    fileprivate var csv: String {
        switch self {
        case .text(let text):
            text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
                ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
        case .integer(let value): String(value)
        case .real(let value): value.description
        case .boolean(let value): value ? "true" : "false"
        case .missing: ""
        }
    }

    fileprivate var json: String {
        switch self {
        case .text(let text): ExportTable.Cell.quoted(text)
        case .integer(let value): String(value)
        case .real(let value): value.description
        case .boolean(let value): value ? "true" : "false"
        case .missing: "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
