/// What a randomisation test compares between arms.
public enum RandomizationStatistic: String, Sendable, Hashable, Codable {
    /// The difference of pooled rates Σy/Σx over its delta-method standard error.
    case rateDifference
    /// Welch's t on partners' own rates.
    case partnerAverage
    /// Welch's t on the partners' numerators, such as log-rank scores.
    case sum
}

/// The outcome of a randomisation test.
public struct RandomizationResult: Sendable, Hashable, Codable {
    /// The share of assignments at least as extreme as the one that happened.
    public var pValue: Double
    /// The studentised difference, treatment − control, under the assignment that happened; the plain
    /// difference when no variance can be estimated there.
    public var statistic: Double
    /// Assignments compared: all of them when exact, random draws otherwise.
    public var draws: Int
    /// Whether every assignment the mechanism can produce was compared.
    public var isExact: Bool
    /// How many label orders the mechanism can produce; the largest finite number when there are more than
    /// that.
    public var assignmentCount: Double
    /// The smallest p-value this design and number of draws can give, ties in the outcomes aside.
    public var smallestAttainable: Double

    /// Creates a result from its fields.
    public init(
        pValue: Double, statistic: Double, draws: Int, isExact: Bool, assignmentCount: Double,
        smallestAttainable: Double
    ) {
        self.pValue = pValue
        self.statistic = statistic
        self.draws = draws
        self.isExact = isExact
        self.assignmentCount = assignmentCount
        self.smallestAttainable = smallestAttainable
    }
}

/// Tests the sharp hypothesis of no effect on any partner by replaying the assignment mechanism.
///
/// Labels are permuted inside each block, over empty positions too. When the mechanism can produce at most
/// `exactLimit` label orders, all are compared and p is the exact share; otherwise p = (1 + #extreme)/(draws
/// + 1). Totals that stand in no block take no part; partners with a denominator of 0 keep their position and
/// weigh nothing.
///
/// Studentising makes the test valid for large rosters also when effects differ between partners but average
/// to 0. An assignment under which no variance can be estimated (one partner in an arm, or no variation) is
/// compared by its plain difference, and one that leaves an arm without weight counts as extreme. Statistics
/// within 1e-9 of the observed one count as ties.
///
/// - Parameters:
///   - draws: Random assignments when not exact; positive.
///   - exactLimit: The largest number of assignments to enumerate.
///   - alternative: In which direction a difference is extreme.
/// - Source: Fisher (1935); Wu & Ding (2021), JASA 116:1898; +1 rule: Phipson & Smyth (2010), SAGMB 9:39.
/// - Throws: `.emptyArm`, `.tooFewClusters` below two partners with weight in an arm, `.noVariation`,
///   `.invalidTotal`, `.inconsistentBlocks`.
public func randomizationTest(
    totals: [ClusterTotal], blocks: [RandomizationBlock], statistic: RandomizationStatistic,
    draws: Int = 9999, seed: UInt64, exactLimit: Double = 2e5, alternative: Alternative = .twoSided
) throws(EstimationError) -> RandomizationResult {
    try randomizationTest(
        totals: totals, blocks: blocks, statistic: statistic, draws: draws, seed: seed,
        exactLimit: exactLimit,
        alternative: alternative, isStudentized: true)
}

/// The test with or without dividing by the standard error.
func randomizationTest(
    totals: [ClusterTotal], blocks: [RandomizationBlock], statistic: RandomizationStatistic, draws: Int,
    seed: UInt64, exactLimit: Double, alternative: Alternative, isStudentized: Bool
) throws(EstimationError) -> RandomizationResult {
    precondition(draws > 0, "a randomisation test needs at least one draw")
    try checkUsable(totals, arm: nil)
    try checkConsistent(blocks, totalCount: totals.count)
    let roster = try RandomizationRoster(totals: totals, blocks: blocks, statistic: statistic)
    let observed = roster.observed
    try checkTestable(observed, roster: roster)

    let extremeness = Extremeness(
        observed: AssignmentContrast(control: observed.control, treatment: observed.treatment),
        alternative: alternative, isStudentized: isStudentized)
    let assignmentCount = min(
        .greatestFiniteMagnitude, blocks.reduce(1.0) { $0 * $1.arrangementCount })
    // With as many labels of either kind in every block, swapping the arms mirrors the statistic.
    let isSymmetric = blocks.allSatisfy { 2 * $0.treatmentLabels == $0.labels.count }
    let rarest =
        blocks.reduce(1.0) { $0 * $1.rarestProbability } * (alternative == .twoSided && isSymmetric ? 2 : 1)
    let isExact = assignmentCount <= exactLimit
    var extreme = 0
    var compared = 0
    func count(_ treatment: ArmMoments) {
        var control = roster.everyone
        control -= treatment
        compared += 1
        if extremeness.isReached(by: AssignmentContrast(control: control, treatment: treatment)) {
            extreme += 1
        }
    }
    if isExact {
        roster.enumerate(count)
    } else {
        roster.draw(draws, seed: seed, count)
    }
    let pValue =
        isExact ? Double(extreme) / Double(compared) : Double(extreme + 1) / Double(compared + 1)
    return RandomizationResult(
        pValue: pValue, statistic: extremeness.observed, draws: compared, isExact: isExact,
        assignmentCount: assignmentCount,
        smallestAttainable: min(1, isExact ? rarest : max(rarest, 1 / Double(draws + 1))))
}

/// Throws when the assignment that happened leaves nothing to test.
private func checkTestable(
    _ observed: (control: ArmMoments, treatment: ArmMoments), roster: RandomizationRoster
) throws(EstimationError) {
    for (arm, moments) in [(Arm.control, observed.control), (.treatment, observed.treatment)] {
        let clusters = Int(moments.clusters)
        guard clusters > 0 else { throw .emptyArm(arm) }
        guard clusters >= 2 else { throw .tooFewClusters(arm: arm, found: clusters, required: 2) }
    }
    guard roster.everyone.rateVariance ?? 0 > 0 else { throw .noVariation }
}

/// The order in which assignments are more or less extreme than the one that happened.
private struct Extremeness {
    /// The statistic of the assignment that happened.
    let observed: Double
    private let observedDifference: Double
    private let alternative: Alternative
    private let comparesStudentized: Bool

    init(observed contrast: AssignmentContrast, alternative: Alternative, isStudentized: Bool) {
        observedDifference = contrast.difference ?? 0
        comparesStudentized = isStudentized && contrast.studentized != nil
        observed = comparesStudentized ? contrast.studentized ?? 0 : observedDifference
        self.alternative = alternative
    }

    func isReached(by contrast: AssignmentContrast) -> Bool {
        guard let difference = contrast.difference else { return true }
        if comparesStudentized, let studentized = contrast.studentized {
            return oriented(studentized) >= oriented(observed) - 1e-9 * max(1, abs(observed))
        }
        return oriented(difference) >= oriented(observedDifference) - 1e-12 * max(1, abs(observedDifference))
    }

    private func oriented(_ value: Double) -> Double {
        switch alternative {
        case .twoSided: abs(value)
        case .greater: value
        case .less: -value
        }
    }
}
