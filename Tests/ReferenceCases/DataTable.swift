package import Foundation

/// The columns of a comma-separated file without quoting, as the reference data are written.
package struct DataTable: Sendable {
    /// The columns' names in file order.
    package let names: [String]
    /// How many rows there are below the header.
    package let rowCount: Int
    private let columns: [String: [String]]

    /// Reads a file.
    ///
    /// - Throws: `ReferenceCaseError` when it cannot be read or a row has another number of fields.
    package init(contentsOf url: URL) throws {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw ReferenceCaseError("reading the table '\(url.path)': no readable UTF-8 file is there")
        }
        let lines = text.split(whereSeparator: \.isNewline)
        names = lines.first?.split(separator: ",").map(String.init) ?? []
        var columns = [[String]](repeating: [], count: names.count)
        for (index, line) in lines.dropFirst().enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == names.count else {
                throw ReferenceCaseError(
                    "reading the table '\(url.path)', row \(index + 1): \(fields.count) fields, expected \(names.count)"
                )
            }
            for (column, field) in fields.enumerated() { columns[column].append(String(field)) }
        }
        rowCount = max(0, lines.count - 1)
        self.columns = Dictionary(zip(names, columns)) { first, _ in first }
    }

    /// A table of columns of one length.
    init(columns: [(name: String, values: [String])]) {
        names = columns.map(\.name)
        rowCount = columns.first?.values.count ?? 0
        self.columns = Dictionary(columns.map { ($0.name, $0.values) }) { first, _ in first }
    }

    /// A column as written.
    ///
    /// - Throws: `Unsupported` when there is none of that name.
    package func texts(_ name: String) throws -> [String] {
        guard let column = columns[name] else { throw Unsupported("the table has no column '\(name)'") }
        return column
    }

    /// A column of numbers.
    ///
    /// - Throws: `Unsupported` when there is none of that name or a field is not a number.
    package func numbers(_ name: String) throws -> [Double] {
        try texts(name).enumerated().map { index, field in
            guard let value = Double(field) else {
                throw Unsupported(
                    "column '\(name)' has '\(field)' in row \(index + 1), which is not a number")
            }
            return value
        }
    }

    /// The rows' group numbers in 0..<count and the groups' labels, ordered as numbers when all are, as text
    /// otherwise.
    package func groups(_ name: String) throws -> (index: [Int], labels: [String]) {
        let column = try texts(name)
        let distinct = Set(column)
        let numbers = Dictionary(distinct.compactMap { label in Double(label).map { (label, $0) } }) { $1 }
        let labels =
            numbers.count == distinct.count
            ? distinct.sorted { (numbers[$0] ?? 0, $0) < (numbers[$1] ?? 0, $1) } : distinct.sorted()
        let position = Dictionary(labels.enumerated().map { ($1, $0) }) { first, _ in first }
        return (column.compactMap { position[$0] }, labels)
    }
}
