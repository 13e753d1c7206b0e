/// One arm of a sample-ratio check.
public struct ArmShare: Sendable, Hashable, Codable {
    /// Units counted in the arm.
    public var observed: Int
    /// Units planned: n·w.
    public var expected: Double
    /// The arm's part of the chi-squared statistic, (observed − expected)²/expected; not negative.
    public var contribution: Double
    /// (observed − expected)/√(n·w·(1 − w)): roughly standard normal when the plan was followed.
    public var standardizedResidual: Double

    /// Creates a share from its fields.
    public init(observed: Int, expected: Double, contribution: Double, standardizedResidual: Double) {
        self.observed = observed
        self.expected = expected
        self.contribution = contribution
        self.standardizedResidual = standardizedResidual
    }
}

/// Whether counts follow the planned shares.
public struct SampleRatioTest: Sendable, Hashable, Codable {
    /// Pearson's chi-squared statistic Σ(observed − expected)²/expected.
    public var statistic: Double
    /// Arms − 1, added over strata.
    public var degreesOfFreedom: Int
    /// The asymptotic p-value of the statistic.
    public var pValue: Double
    /// The probability, under the plan, of counts no more likely than those observed; nil for strata together
    /// and where more than two million tables would have to be listed.
    public var exactPValue: Double?
    /// The arms in the order given; strata together add up per arm.
    public var arms: [ArmShare]

    /// Creates a result from its fields.
    public init(
        statistic: Double, degreesOfFreedom: Int, pValue: Double, exactPValue: Double?, arms: [ArmShare]
    ) {
        self.statistic = statistic
        self.degreesOfFreedom = degreesOfFreedom
        self.pValue = pValue
        self.exactPValue = exactPValue
        self.arms = arms
    }

    /// The exact p-value where there is one, the asymptotic one otherwise.
    public var bestPValue: Double { exactPValue ?? pValue }
}

/// Tests that counts follow the planned shares.
///
/// Count what was randomised: customers of one partner arrive together, so a test on customers raises false
/// alarms (`joinLoss` and `clusterSizeBalance` compare those). With lots drawn in blocks the shares of partners
/// assigned are fixed and cannot deviate; the test is for simple randomisation and for partners observed.
///
/// - Parameters:
///   - observed: One count an arm; not negative, not all 0.
///   - weights: The planned shares in any common unit, such as 1 and 1, or 0.9 and 0.1; positive.
/// - Throws: `.invalidCounts`.
/// - Source: Pearson (1900), Phil. Mag. 50:157; exact p: the sum of all tables' probabilities up to the
///   observed one's (Freeman & Halton 1951, Biometrika 38:141), for two arms the binomial test.
public func sampleRatioTest(observed: [Int], weights: [Double]) throws(EstimationError) -> SampleRatioTest {
    let shares = try plannedShares(observed: observed, weights: weights)
    let total = observed.reduce(0, +)
    guard total > 0 else { throw .invalidCounts(reason: "nothing has been counted yet") }
    let arms = zip(observed, shares).map { count, share in
        let expected = Double(total) * share
        let excess = Double(count) - expected
        return ArmShare(
            observed: count, expected: expected, contribution: excess * excess / expected,
            standardizedResidual: excess / (expected * (1 - share)).squareRoot())
    }
    let statistic = arms.reduce(0) { $0 + $1.contribution }
    return SampleRatioTest(
        statistic: statistic, degreesOfFreedom: arms.count - 1,
        pValue: ChiSquared(degreesOfFreedom: Double(arms.count - 1)).survival(statistic),
        exactPValue: exactMultinomialPValue(observed: observed, shares: shares), arms: arms)
}

/// A sample-ratio check stratum by stratum, and of all strata together.
public struct StratifiedSampleRatioTest: Sendable, Hashable, Codable {
    /// One result a stratum, in the order given; nil where nothing was counted.
    public var strata: [SampleRatioTest?]
    /// The statistics and degrees of freedom added over strata: deviations in opposite directions do not
    /// cancel, as they would in a pooled table.
    public var overall: SampleRatioTest

    /// Creates a result from its fields.
    public init(strata: [SampleRatioTest?], overall: SampleRatioTest) {
        self.strata = strata
        self.overall = overall
    }
}

/// Tests within every stratum that counts follow the planned shares.
///
/// - Parameters:
///   - observed: One row of arm counts a stratum.
///   - weights: The planned shares, the same in every stratum; positive.
/// - Throws: `.invalidCounts`.
public func sampleRatioTest(
    strata observed: [[Int]], weights: [Double]
) throws(EstimationError) -> StratifiedSampleRatioTest {
    var strata: [SampleRatioTest?] = []
    for counts in observed {
        strata.append(
            counts.allSatisfy { $0 == 0 } ? nil : try sampleRatioTest(observed: counts, weights: weights))
    }
    let filled = strata.compactMap { $0 }
    guard let first = filled.first else { throw .invalidCounts(reason: "nothing has been counted yet") }
    let arms = first.arms.indices.map { arm in
        let parts = filled.map { $0.arms[arm] }
        let expected = parts.reduce(0) { $0 + $1.expected }
        let count = parts.reduce(0) { $0 + $1.observed }
        let share = first.arms[arm].expected / first.arms.reduce(0) { $0 + $1.expected }
        return ArmShare(
            observed: count, expected: expected,
            contribution: parts.reduce(0) { $0 + $1.contribution },
            standardizedResidual: (Double(count) - expected) / (expected * (1 - share)).squareRoot())
    }
    let statistic = filled.reduce(0) { $0 + $1.statistic }
    let degreesOfFreedom = filled.reduce(0) { $0 + $1.degreesOfFreedom }
    return StratifiedSampleRatioTest(
        strata: strata,
        overall: SampleRatioTest(
            statistic: statistic, degreesOfFreedom: degreesOfFreedom,
            pValue: ChiSquared(degreesOfFreedom: Double(degreesOfFreedom)).survival(statistic),
            exactPValue: nil, arms: arms))
}

/// Weights as shares of 1; throws `.invalidCounts` unless they fit the counts.
func plannedShares(observed: [Int], weights: [Double]) throws(EstimationError) -> [Double] {
    guard observed.count == weights.count, observed.count >= 2 else {
        throw .invalidCounts(
            reason:
                "\(observed.count) counts for \(weights.count) planned shares, expected as many of both and "
                + "at least two")
    }
    let sum = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 > 0 }), sum.isFinite else {
        throw .invalidCounts(reason: "every planned share has to be a positive, finite number")
    }
    guard observed.allSatisfy({ $0 >= 0 }) else {
        throw .invalidCounts(reason: "a count is negative")
    }
    return weights.map { $0 / sum }
}
