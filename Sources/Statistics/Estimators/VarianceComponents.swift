/// The sums over partners that an analysis of variance within groups, such as arms, is made from.
///
/// - Source: Donner (1986), International Statistical Review 54:67.
struct VarianceComponents {
    /// Σ over partners of (Σy)²/n, minus the same of the group as a whole, over groups.
    var betweenSquares = 0.0
    /// Σ over partners of Σy² − (Σy)²/n.
    var withinSquares = 0.0
    var customers = 0.0
    var partners = 0.0
    /// Groups with customers.
    var groups = 0.0
    /// Σ over groups of N − Σn²/N.
    var sizeExcess = 0.0

    /// Degrees of freedom between partners of a group.
    var freeBetween: Double { partners - groups }
    /// Degrees of freedom between customers of a partner.
    var freeWithin: Double { customers - partners }

    /// The mean squares; nil when either has no degree of freedom.
    var analysis: AnalysisOfVariance? {
        guard freeBetween > 0, freeWithin > 0 else { return nil }
        return AnalysisOfVariance(
            meanSquareBetween: max(0, betweenSquares) / freeBetween,
            meanSquareWithin: max(0, withinSquares) / freeWithin, adjustedMeanSize: sizeExcess / freeBetween)
    }
}

extension VarianceComponents {
    /// The sums of the groups' outcomes per customer; partners without a denominator and empty groups do not
    /// count.
    init(groups totals: [[ClusterTotal]]) {
        for group in totals {
            let occupied = group.filter { $0.count > 0 && $0.denominator > 0 }
            let size = occupied.reduce(0.0) { $0 + Double($1.count) }
            guard size > 0 else { continue }
            let mean = occupied.reduce(0.0) { $0 + $1.numerator } / size
            var squaredSizes = 0.0
            for total in occupied {
                let count = Double(total.count)
                let partnerMean = total.numerator / count
                betweenSquares += count * (partnerMean - mean) * (partnerMean - mean)
                withinSquares += max(0, total.sumOfSquares - total.numerator * partnerMean)
                squaredSizes += count * count
            }
            customers += size
            partners += Double(occupied.count)
            groups += 1
            sizeExcess += size - squaredSizes / size
        }
    }
}
