import Statistics

/// One metric's line of sums a partner, from one pass over its columns.
struct PartnerSums {
    /// One line a partner, in the order of the roster.
    let totals: [ClusterTotal]
    /// Rows that went into the lines.
    let rowCount: Int
    /// Rows of known partners left out because a cell was missing.
    let missingRows: Int
    /// Whether every number of the upper sum is 0 or 1.
    let isBinary: Bool

    /// The lines of one variant's partners.
    func totals(_ roster: PartnerRoster, variant: Int) -> [ClusterTotal] {
        roster.members[variant].map { totals[$0] }
    }

    /// Sums a column.
    ///
    /// - Parameters:
    ///   - numerator: y.
    ///   - denominator: x, or nil for 1 a row.
    ///   - weight: Multiplies both; nil for 1.
    init(
        numerator: NumberColumn, denominator: NumberColumn? = nil, weight: NumberColumn? = nil,
        roster: PartnerRoster
    ) {
        var lines = [SIMD4<Double>](repeating: .zero, count: roster.partners.count)
        var missing = 0
        var rows = 0
        var isBinary = true
        for (row, partner) in roster.partnerOfRow.enumerated() where partner >= 0 {
            let value = numerator.values[row]
            let scale = weight?.values[row] ?? 1
            let size = (denominator?.values[row] ?? 1) * scale
            let y = value * scale
            // A missing cell is not a number, and neither is what it touches.
            if (y + size).isNaN {
                missing += 1
                continue
            }
            isBinary = isBinary && (value == 0 || value == 1)
            rows += 1
            lines[Int(partner)] += SIMD4(1, y, size, y * y)
        }
        totals = lines.map {
            ClusterTotal(count: Int($0[0]), numerator: $0[1], denominator: $0[2], sumOfSquares: $0[3])
        }
        rowCount = rows
        missingRows = missing
        self.isBinary = isBinary
    }
}

/// The mean of a column over a partner's rows; nil where every cell is missing.
func partnerMeans(_ column: NumberColumn, roster: PartnerRoster) -> [Double?] {
    var sums = [SIMD2<Double>](repeating: .zero, count: roster.partners.count)
    for (row, partner) in roster.partnerOfRow.enumerated() where partner >= 0 {
        let value = column.values[row]
        if !value.isNaN { sums[Int(partner)] += SIMD2(1, value) }
    }
    return sums.map { $0[0] > 0 ? $0[1] / $0[0] : nil }
}
