/// What a randomisation test compares between arms.
public enum RandomizationStatistic: String, Sendable, Hashable, Codable {
    /// The difference of pooled rates Σy/Σx over its delta-method standard error.
    case rateDifference
    /// Welch's t on partners' own rates.
    case partnerAverage
    /// Welch's t on the partners' numerators, such as log-rank scores.
    case sum
    /// The differences of the partners' average rates within blocks, each weighted by the block's share of
    /// partners; not studentised.
    case stratifiedAverage
    /// `rateDifference` with every partner weighted by the inverse of its arm's share of its block, so that blocks in
    /// which the treatment was given more freely do not stand for the treatment (Simpson's paradox).
    ///
    /// With equal shares in all blocks, and for minimisation, which has one share for all, it is `rateDifference`.
    /// It estimates what `compareStratifiedRatios` does; its standard error is that of the weighted totals of an arm, not
    /// of deviations within blocks, which leaves the test exact.
    ///
    /// - Source: Hájek (1971); Wang & Hansen (2024), arXiv 2406.10473.
    case stratifiedRateDifference
    /// `partnerAverage` with the same weights.
    case stratifiedPartnerAverage
}

/// A metric to be tested by randomisation.
public struct RandomizationMetric: Sendable, Hashable, Codable {
    /// One line a partner, in the order the mechanism's indices refer to.
    public var totals: [ClusterTotal]
    /// What is compared.
    public var statistic: RandomizationStatistic
    /// Whether the difference is divided by its standard error, which makes the test valid for many partners
    /// also when effects differ between them but average to 0 (Wu & Ding 2021).
    public var isStudentized: Bool
    /// Whose average the difference is.
    public var estimand: Estimand
    /// Whether the test is inverted into an interval when the options ask for intervals, which costs about as much as
    /// the test.
    public var hasInterval: Bool

    /// Creates a metric; a stratified average is never studentised. Unless it is given, the estimand follows from the
    /// statistic and, for a difference of rates, from what denominators count: customers, or units of money.
    public init(
        totals: [ClusterTotal], statistic: RandomizationStatistic, isStudentized: Bool = true,
        estimand: Estimand? = nil, hasInterval: Bool = true
    ) {
        self.totals = totals
        self.statistic = statistic
        self.isStudentized = isStudentized && statistic != .stratifiedAverage
        self.estimand = estimand ?? statistic.estimand(of: totals)
        self.hasInterval = hasInterval
    }
}

extension RandomizationStatistic {
    /// Whose average the statistic compares.
    func estimand(of totals: [ClusterTotal]) -> Estimand {
        switch self {
        case .rateDifference, .stratifiedRateDifference: pooledEstimand(of: totals)
        case .partnerAverage, .sum, .stratifiedAverage, .stratifiedPartnerAverage: .partnerAverage
        }
    }

    /// Whether partners are weighted by the inverse of their arm's share of their block.
    var isWeightedByShare: Bool { self == .stratifiedRateDifference || self == .stratifiedPartnerAverage }

    /// Whether the statistic needs the blocks of two arms.
    var needsBlocks: Bool { self == .stratifiedAverage || isWeightedByShare }

    /// Whether all partners of an arm weigh the same.
    var weighsEqually: Bool {
        switch self {
        case .partnerAverage, .sum: true
        case .rateDifference, .stratifiedAverage, .stratifiedRateDifference, .stratifiedPartnerAverage: false
        }
    }

    /// A partner's weight and outcome.
    ///
    /// A partner with weight 0 still adds its numerator to a pooled rate; it has no rate of its own to average.
    func outcome(of total: ClusterTotal) -> (x: Double, y: Double) {
        switch self {
        case .rateDifference, .stratifiedRateDifference: (total.denominator, total.numerator)
        case .partnerAverage, .stratifiedAverage, .stratifiedPartnerAverage:
            total.rate.map { (1, $0) } ?? (0, 0)
        case .sum: total.denominator > 0 ? (1, total.numerator) : (0, 0)
        }
    }
}
