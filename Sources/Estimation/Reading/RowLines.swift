/// The line of the file that every row begins on.
///
/// Most rows are a line further than the row before, so only those are kept at which that changes: behind an
/// empty line, a cell with a line break, or a line that was not used.
struct RowLines: Sendable {
    private var rows: [Int] = []
    private var lines: [Int] = []

    /// Says where a row begins; rows are given in order, and the last word on a row counts.
    mutating func note(row: Int, line: Int) {
        if let last = rows.last, last == row {
            lines[lines.count - 1] = line
        } else if rows.isEmpty || lines[lines.count - 1] - rows[rows.count - 1] != line - row {
            rows.append(row)
            lines.append(line)
        }
    }

    /// The line of a row.
    func line(of row: Int) -> Int {
        var (lower, upper) = (0, rows.count)
        while upper - lower > 1 {
            let middle = (lower + upper) / 2
            if rows[middle] <= row { lower = middle } else { upper = middle }
        }
        return rows.isEmpty ? row : lines[lower] + row - rows[lower]
    }
}
