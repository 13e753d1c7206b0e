import Model

/// Rows under a header, in columns: the first to the left, the others, which are numbers, to the right.
struct AlignedTable {
    var header: [String]
    var rows: [[String]] = []
    /// Columns of words, from the left.
    var wordColumns = 1

    var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column < wordColumns ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

/// Minor units as a number of major units, "-1234.50"; the currency stands in the header.
func plainAmount(_ minorUnits: Int64, _ currency: Currency) -> String {
    String(Money(minorUnits: minorUnits, currency: currency).description.dropLast(4))
}

/// A number of minor units that need not be whole, rounded to the nearest.
func plainAmount(_ minorUnits: Double?, _ currency: Currency) -> String {
    guard let minorUnits, let whole = Int64(exactly: minorUnits.rounded(.toNearestOrEven)) else { return "-" }
    return plainAmount(whole, currency)
}

/// A fraction in per cent with one digit, "41.3 %"; "-" for none.
func percentText(_ fraction: Double?) -> String {
    guard let fraction, let tenths = Int64(exactly: (fraction * 1000).rounded(.toNearestOrEven)) else {
        return "-"
    }
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10) %"
}

func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
