/// The outcome of a randomisation test of all arms at once.
public struct OmnibusRandomizationResult: Sendable, Hashable, Codable {
    /// Σₐ wₐ·(Rₐ − R̄)² with wₐ = 1/Vₐ and R̄ = Σwₐ·Rₐ/Σwₐ: zero when all arms agree. Nil when the arms
    /// differ and none varies inside, which is more extreme than any number.
    public var statistic: Double?
    /// The test; its `statistic` is that above.
    public var test: RandomizationResult
    /// How it was tested.
    public var method: EffectMethod { .omnibusRandomization }
    /// Whose average the rates are.
    public var estimand: Estimand
    /// The arms' rates, by label.
    public var rates: [Double]
    /// The arms' partners, by label.
    public var partners: [PartnerCount]

    /// Creates a result from its fields.
    public init(
        statistic: Double?, test: RandomizationResult, estimand: Estimand, rates: [Double],
        partners: [PartnerCount]
    ) {
        self.statistic = statistic
        self.test = test
        self.estimand = estimand
        self.rates = rates
        self.partners = partners
    }
}

extension EffectMethod {
    /// Welch's numerator of all arms under the replayed mechanism.
    public static let omnibusRandomization = EffectMethod(rawValue: "randomisation test of all arms")
}

/// Tests that no arm has any effect on any partner, all arms at once, by replaying the mechanism.
///
/// The statistic weighs each arm's squared distance by the inverse of its own variance (Welch's numerator), so
/// that for two arms the p-value is that of the two-sided studentised test. The alternative of the options has
/// no meaning here, and there is no interval.
///
/// - Source: Chung & Romano (2013), Ann. Stat. 41:484, on studentised permutation tests of several samples.
/// - Throws: As `randomizationTests`; also `.inconsistentBlocks` for a stratified average.
public func omnibusRandomizationTest(
    metric: RandomizationMetric, mechanism: AssignmentMechanism, options: RandomizationOptions
) throws(EstimationError) -> OmnibusRandomizationResult {
    guard !metric.statistic.needsBlocks else {
        throw .inconsistentBlocks(reason: "a statistic stratified by block compares two arms only")
    }
    try mechanism.checkConsistent(totalCount: metric.totals.count)
    try checkUsable(metric.totals, arm: nil)
    var metric = metric
    metric.isStudentized = true
    let labels = mechanism.labels(totalCount: metric.totals.count)
    let members = labels.indices.filter { labels[$0] != nil }
    let columns = try MomentColumns(metric, members: members, treated: nil)
    let arms = Array(0..<mechanism.armCount)
    let partners = arms.map { metric.partners(labels, label: $0) }
    for (label, count) in partners.enumerated() where count.raw < 2 {
        let arm: Arm = label == 0 ? .control : .treatment
        throw count.raw == 0 ? .emptyArm(arm) : .tooFewClusters(arm: arm, found: count.raw, required: 2)
    }
    guard metric.varies(among: members) else { throw .noVariation }
    let replay = try AssignmentReplay(mechanism, comparing: arms, columns: columns.columns)
    let perLabel = replay.columns.columns.count
    @Sendable func moments(_ lane: (Int) -> Double) -> [ArmMoments] {
        var first = columns.total()
        var others: [ArmMoments] = []
        for label in 1..<arms.count {
            let arm = columns.layout.moments { lane((label - 1) * perLabel + $0) }
            others.append(arm)
            first -= arm
        }
        return [first] + others
    }
    let happened = moments { replay.observed[$0] }
    let distance = weightedDistance(happened)
    var settings = options
    settings.confidenceLevel = nil
    let isExact = replay.candidateCount <= options.exactLimit
    let tally = ExtremeTally(
        observed: distance ?? .infinity, tolerance: 1e-9 * max(1, distance ?? 1),
        stoppingCount: isExact ? nil : options.stoppingCount
    ) { sums, row in
        weightedDistance(moments { sums[row, $0] }) ?? .infinity
    }
    var run = RandomizationRun(replay: replay, options: settings, tallies: [tally])
    try run.finish()
    let rates = arms.map { metric.rate(labels, label: $0) }
    let attainable = AttainableLevel(of: mechanism, compared: arms, mirrors: true, after: run)
    let statistic = distance.flatMap { $0.isFinite ? $0 : nil }
    return OmnibusRandomizationResult(
        statistic: statistic,
        test: RandomizationResult(
            pValue: run.pValue(0), statistic: statistic, draws: run.tallies[0].compared,
            isExact: run.isExact, assignmentCount: attainable.assignmentCount,
            smallestAttainable: attainable.smallestPValue),
        estimand: metric.estimand, rates: rates, partners: partners)
}

/// Σ w(R − R̄)² over arms; infinite when some arm does not vary and they differ, nil when an arm has fewer than
/// two partners.
private func weightedDistance(_ arms: [ArmMoments]) -> Double? {
    var (weight, sum) = (0.0, 0.0)
    var constant: Double?
    var isInfinite = false
    for arm in arms {
        guard let variance = arm.rateVariance else { return nil }
        if variance > 0 {
            weight += 1 / variance
            sum += arm.rate / variance
        } else if let rate = constant {
            if abs(rate - arm.rate) > 1e-12 * max(abs(rate), abs(arm.rate)) { isInfinite = true }
        } else {
            constant = arm.rate
        }
    }
    if isInfinite { return .infinity }
    // An arm known without error is the mean that the others are held against.
    let center = constant ?? sum / weight
    return arms.reduce(0) { total, arm in
        guard let variance = arm.rateVariance, variance > 0 else { return total }
        return total + (arm.rate - center) * (arm.rate - center) / variance
    }
}

extension RandomizationMetric {
    /// The pooled rate of the partners with a label, in the metric's own unit.
    fileprivate func rate(_ labels: [Int?], label: Int) -> Double {
        let outcomes = zip(totals, labels).filter { $1 == label }.map { statistic.outcome(of: $0.0) }
        return outcomes.reduce(0) { $0 + $1.y } / outcomes.reduce(0) { $0 + $1.x }
    }
}
