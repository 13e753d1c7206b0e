extension ClusterCrossProducts {
    /// The sums of a model of customers' outcomes on their partner's arm, from one line a partner: what a pass over the
    /// customers would give.
    ///
    /// The columns are "outcome" and an indicator for every arm but the first, called `armTerm(1)` and so on.
    ///
    /// - Parameters:
    ///   - totals: One line a partner; denominators count customers.
    ///   - arms: Every partner's arm, in 0..<armCount.
    ///   - armCount: Two or more.
    /// - Throws: `.invalidTotal`, `.denominatorIsNotACount`.
    public init(totals: [ClusterTotal], arms: [Int], armCount: Int) throws(EstimationError) {
        precondition(armCount >= 2, "a comparison needs two arms")
        precondition(
            totals.count == arms.count && arms.allSatisfy { (0..<armCount).contains($0) },
            "every partner has one of the arms")
        try checkUsable(totals, arm: nil)
        self.init(
            columns: ["outcome"] + (1..<armCount).map(ClusterCrossProducts.armTerm), isWeighted: false,
            clusterCount: totals.count)
        for (partner, total) in totals.enumerated() where total.denominator > 0 {
            guard total.denominator == Double(total.count) else {
                throw .denominatorIsNotACount(arm: arms[partner] == 0 ? .control : .treatment, index: partner)
            }
            addRows(
                total.denominator, to: partner,
                values: [0] + (1..<armCount).map { arms[partner] == $0 ? 1 : 0 }, varying: 0,
                sum: total.numerator, sumOfSquares: total.sumOfSquares)
        }
    }

    /// What the indicator of an arm, numbered from 0 with control first, is called.
    public static func armTerm(_ arm: Int) -> String { "arm \(arm)" }
}
