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

    /// Creates a metric; a stratified average is never studentised, and the estimand follows from the statistic
    /// unless it is given.
    public init(
        totals: [ClusterTotal], statistic: RandomizationStatistic, isStudentized: Bool = true,
        estimand: Estimand? = nil, hasInterval: Bool = true
    ) {
        self.totals = totals
        self.statistic = statistic
        self.isStudentized = isStudentized && statistic != .stratifiedAverage
        self.estimand = estimand ?? (statistic == .rateDifference ? .customerAverage : .partnerAverage)
        self.hasInterval = hasInterval
    }
}

extension RandomizationStatistic {
    /// A partner's weight and outcome.
    ///
    /// A partner with weight 0 still adds its numerator to a pooled rate; it has no rate of its own to average.
    func outcome(of total: ClusterTotal) -> (x: Double, y: Double) {
        switch self {
        case .rateDifference: (total.denominator, total.numerator)
        case .partnerAverage, .stratifiedAverage: total.rate.map { (1, $0) } ?? (0, 0)
        case .sum: total.denominator > 0 ? (1, total.numerator) : (0, 0)
        }
    }
}
