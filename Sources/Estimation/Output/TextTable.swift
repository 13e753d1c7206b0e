/// Lines of cells in aligned columns.
struct TextTable {
    /// The first line.
    var header: [String]
    /// The lines below; each as long as the header.
    var rows: [[String]] = []
    /// Columns aligned to the right.
    var rightAligned: Set<Int>

    /// The lines, two blanks between columns and none at their ends.
    var lines: [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([header] + rows).map { row in
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return rightAligned.contains(column) ? padding + row[column] : row[column] + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop(while: { $0 == " " }).reversed())
        }
    }
}
