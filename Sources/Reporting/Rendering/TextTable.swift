/// A table in columns for a terminal: caption, header, rows; numbers to the right.
struct TextTable {
    private let table: Document.Table

    init(_ table: Document.Table) { self.table = table }

    var text: String {
        let rows = [table.columns.map(\.header)] + table.rows
        let widths = table.columns.indices.map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        let lines = rows.map { row in
            let cells = row.indices.map { index in
                let padding = String(repeating: " ", count: max(widths[index] - row[index].count, 0))
                return table.columns[index].isNumeric ? padding + row[index] : row[index] + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        return ([table.caption] + lines).joined(separator: "\n")
    }
}
