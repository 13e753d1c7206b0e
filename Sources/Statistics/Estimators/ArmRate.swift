/// The pooled rate of one arm and how concentrated the arm is.
public struct ArmRate: Sendable, Hashable, Codable {
    /// numerator / denominator.
    public var rate: Double
    /// Σ over partners of the metric's numerator.
    public var numerator: Double
    /// Σ over partners of the metric's denominator.
    public var denominator: Double
    /// Customers (or contracts) in the arm.
    public var customers: Int
    /// Partners with a positive denominator.
    public var clusterCount: Int
    /// Kish's (Σx)² / Σx²: how many partners of equal size would weigh as evenly.
    public var effectiveClusterCount: Double
    /// The largest partner's share of the denominator, in 0...1.
    public var largestShare: Double
    /// The largest partner's index in the array of totals; the first of equals.
    public var largestCluster: Int

    /// Creates a summary from its fields.
    public init(
        rate: Double, numerator: Double, denominator: Double, customers: Int, clusterCount: Int,
        effectiveClusterCount: Double, largestShare: Double, largestCluster: Int
    ) {
        self.rate = rate
        self.numerator = numerator
        self.denominator = denominator
        self.customers = customers
        self.clusterCount = clusterCount
        self.effectiveClusterCount = effectiveClusterCount
        self.largestShare = largestShare
        self.largestCluster = largestCluster
    }
}

extension ArmRate {
    /// Whether few partners dominate the arm: one holds more than a quarter of the denominator, or the
    /// partners are uneven. Normal approximations are then not to be trusted, whatever the
    /// number of partners.
    public var isHeavyTailed: Bool {
        largestShare > 0.25 || PartnerCount(self).isUneven
    }

    /// Pools an arm; throws `.emptyArm` when no partner has a denominator, and `.invalidTotal` for the line with which
    /// a sum leaves the range of numbers.
    init(pooling totals: [ClusterTotal], arm: Arm) throws(EstimationError) {
        try checkUsable(totals, arm: arm)
        let pooled = totals.reduce(.empty, +)
        guard pooled.numerator.isFinite, pooled.denominator.isFinite else {
            throw .invalidTotal(arm: arm, index: firstOverflow(totals))
        }
        var largest = 0
        var clusterCount = 0
        for (index, total) in totals.enumerated() where total.denominator > 0 {
            clusterCount += 1
            if total.denominator > totals[largest].denominator { largest = index }
        }
        guard clusterCount > 0 else { throw .emptyArm(arm) }
        // Shares first: squares of revenue could lose digits or overflow.
        let concentration = totals.reduce(0.0) { sum, total in
            let share = total.denominator / pooled.denominator
            return sum + share * share
        }
        self.init(
            rate: pooled.numerator / pooled.denominator, numerator: pooled.numerator,
            denominator: pooled.denominator, customers: pooled.count, clusterCount: clusterCount,
            effectiveClusterCount: 1 / concentration,
            largestShare: totals[largest].denominator / pooled.denominator, largestCluster: largest)
    }
}

/// The line with which a sum of numerators or denominators becomes infinite.
private func firstOverflow(_ totals: [ClusterTotal]) -> Int {
    var sum = ClusterTotal.empty
    return totals.firstIndex { total in
        sum = sum + total
        return !sum.numerator.isFinite || !sum.denominator.isFinite
    } ?? 0
}
