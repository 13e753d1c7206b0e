import Statistics

/// One metric's line of sums a partner, from one pass over its columns.
struct PartnerSums {
    /// One line a partner, in the order of the roster.
    let totals: [ClusterTotal]
    /// What was subtracted from every number of the upper sum before it was multiplied and added.
    let offset: Double
    /// Rows that went into the lines.
    let rowCount: Int
    /// Rows of known partners left out because a cell was missing, by partner.
    let missingRows: [Int]
    /// Whether every number of the upper sum is 0 or 1.
    let isBinary: Bool

    /// The lines of one variant's partners.
    func totals(_ roster: PartnerRoster, variant: Int) -> [ClusterTotal] {
        roster.members[variant].map { totals[$0] }
    }

    /// Partners with something above and nothing below: they have no ratio of their own.
    var partnersWithoutDenominator: [Int] {
        totals.indices.filter { totals[$0].denominator == 0 && totals[$0].numerator != 0 }
    }

    /// Sums a column.
    ///
    /// - Parameters:
    ///   - numerator: y.
    ///   - denominator: x, or nil for 1 a row.
    ///   - weight: Multiplies both; nil for 1.
    ///   - offset: Subtracted from y, so that numbers far from 0 keep their digits in sums of squares; with x
    ///     = 1 it
    ///     changes no difference between means.
    init(
        numerator: NumberColumn, denominator: NumberColumn? = nil, weight: NumberColumn? = nil,
        offset: Double = 0, roster: PartnerRoster
    ) {
        var lines = [SIMD4<Double>](repeating: .zero, count: roster.partners.count)
        var missing = [Int](repeating: 0, count: roster.partners.count)
        var rows = 0
        var isBinary = true
        for (row, partner) in roster.partnerOfRow.enumerated() where partner >= 0 {
            let value = numerator.values[row]
            let scale = weight?.values[row] ?? 1
            let size = (denominator?.values[row] ?? 1) * scale
            let y = (value - offset) * scale
            // A missing cell is not a number, and neither is what it touches.
            if (y + size).isNaN {
                missing[Int(partner)] += 1
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
        self.offset = offset
    }
}

extension NumberColumn {
    /// The number nearest to 0 where all others have its sign and at most twice its size, so that they differ
    /// from it by less than it is large; 0 otherwise, and for columns of 0 and 1.
    ///
    /// Differences from it are exact (Sterbenz 1974), so subtracting it costs no digit.
    var offset: Double {
        var (least, greatest) = (Double.infinity, -Double.infinity)
        var isBinary = true
        for value in values where !value.isNaN {
            least = min(least, value)
            greatest = max(greatest, value)
            isBinary = isBinary && (value == 0 || value == 1)
        }
        guard least <= greatest, !isBinary else { return 0 }
        if least > 0, greatest <= 2 * least { return least }
        if greatest < 0, least >= 2 * greatest { return greatest }
        return 0
    }
}

/// The mean of a column over a partner's rows; nil where every cell is missing.
func partnerMeans(_ column: NumberColumn, roster: PartnerRoster) -> [Double?] {
    let offset = column.offset
    var sums = [SIMD2<Double>](repeating: .zero, count: roster.partners.count)
    for (row, partner) in roster.partnerOfRow.enumerated() where partner >= 0 {
        let value = column.values[row] - offset
        if !value.isNaN { sums[Int(partner)] += SIMD2(1, value) }
    }
    // An adjustment does not care where the covariate's zero is.
    return sums.map { $0[0] > 0 ? $0[1] / $0[0] : nil }
}
