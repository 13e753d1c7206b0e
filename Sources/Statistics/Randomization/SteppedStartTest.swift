/// The outcome of a randomisation test of a stepped start.
public struct SteppedStartResult: Sendable, Hashable, Codable {
    /// The average over periods of started − waiting, in the metric's unit, weighted by m₁m₀/(m₁ + m₀) partners.
    public var difference: Double
    /// started − waiting by period; nil where all or none had started.
    public var periods: [Double?]
    /// The test of no effect in any period.
    public var test: RandomizationResult
    /// Whose average the difference is.
    public var estimand: Estimand
    /// In which direction a difference was extreme.
    public var alternative: Alternative
    /// The partners of every wave, first the one that starts first; a partner counts that has a weight in some period.
    public var waves: [PartnerCount]
    /// How it was tested.
    public var method: EffectMethod { .steppedStartRandomization }

    /// Creates a result from its fields.
    public init(
        difference: Double, periods: [Double?], test: RandomizationResult, estimand: Estimand,
        alternative: Alternative, waves: [PartnerCount]
    ) {
        self.difference = difference
        self.periods = periods
        self.test = test
        self.estimand = estimand
        self.alternative = alternative
        self.waves = waves
    }
}

extension EffectMethod {
    /// Started against waiting within periods, under the replayed order of waves.
    public static let steppedStartRandomization = EffectMethod(
        rawValue: "randomisation test of a stepped start, studentised")
}

/// Tests a waiting list or stepped start within periods: those who have started against those still waiting.
///
/// In period t the partners of waves 0…t have started. Comparisons are made inside a period, where calendar time
/// is the same for everybody, and added; the order of the waves is replayed. With one period this is the
/// two-arm test.
///
/// - Parameters:
///   - periods: One metric's totals in every period, in calendar order; the same partners.
///   - mechanism: Labels are waves, from 0.
/// - Source: Thompson et al. (2018), Statistics in Medicine 37:2487 (within-period comparison); Ji et al. (2017),
///   Ann. Appl. Stat. 11:1 (randomisation of the order).
/// - Throws: As `randomizationTests`. The intervals and statistics stratified by block are not offered.
public func steppedStartTest(
    periods: [RandomizationMetric], mechanism: AssignmentMechanism, options: RandomizationOptions
) throws(EstimationError) -> SteppedStartResult {
    guard let first = periods.first,
        periods.allSatisfy({
            $0.totals.count == first.totals.count && $0.statistic == first.statistic
                && !$0.statistic.needsBlocks
        })
    else {
        throw .inconsistentBlocks(
            reason:
                "expected one metric, not stratified by block, of the same partners in every period")
    }
    try mechanism.checkConsistent(totalCount: first.totals.count)
    let labels = mechanism.labels(totalCount: first.totals.count)
    let members = labels.indices.filter { labels[$0] != nil }
    var compared: [PeriodColumns] = []
    var columns: [[Double]] = []
    for (period, metric) in periods.enumerated() {
        try checkUsable(metric.totals, arm: nil)
        let hasBoth =
            members.contains { (labels[$0] ?? 0) <= period }
            && members.contains { (labels[$0] ?? 0) > period }
        guard hasBoth, metric.varies(among: members) else { continue }
        var studentized = metric
        studentized.isStudentized = true
        let moments = try MomentColumns(studentized, members: members, treated: nil)
        compared.append(PeriodColumns(period: period, moments: moments, first: columns.count))
        columns += moments.columns
    }
    guard !compared.isEmpty else { throw .noVariation }
    let waves = Array(0..<mechanism.armCount)
    let replay = try AssignmentReplay(mechanism, comparing: waves, columns: columns)
    let sum = WithinPeriodSum(
        periods: compared, waveCount: waves.count, perLabel: replay.columns.columns.count)
    let happened = sum.of { replay.observed[$0] }
    guard let difference = happened.difference, let observed = happened.studentized else {
        throw sum.shortage { replay.observed[$0] } ?? .noVariation
    }
    var settings = options
    settings.confidenceLevel = nil
    let alternative = options.alternative
    let isExact = replay.candidateCount <= options.exactLimit
    let extremeness = alternative.extremeness(of: observed)
    let tally = ExtremeTally(
        observed: extremeness, tolerance: 1e-9 * max(1, abs(extremeness)),
        stoppingCount: isExact ? nil : options.stoppingCount
    ) { sums, row in
        alternative.extremeness(of: sum.of { sums[row, $0] }.studentized)
    }
    var run = RandomizationRun(replay: replay, options: settings, tallies: [tally])
    try run.finish()
    // Two waves of equal numbers in one period are two arms; otherwise no renaming of waves is a mirror image.
    let attainable = AttainableLevel(
        of: mechanism, compared: waves, mirrors: alternative == .twoSided && waves.count == 2, after: run)
    return SteppedStartResult(
        difference: difference,
        periods: periods.indices.map { period in
            compared.first { $0.period == period }.flatMap { columns in
                sum.arms(of: columns) { replay.observed[$0] }.difference
            }
        },
        test: RandomizationResult(
            pValue: run.pValue(0), statistic: observed.isFinite ? observed : nil,
            draws: run.tallies[0].compared, isExact: run.isExact,
            assignmentCount: attainable.assignmentCount, smallestAttainable: attainable.smallestPValue),
        estimand: first.estimand, alternative: alternative,
        waves: waves.map { partners(ofWave: $0, labels: labels, periods: periods) })
}

/// The partners of a wave by their largest weight in a period.
private func partners(ofWave wave: Int, labels: [Int?], periods: [RandomizationMetric]) -> PartnerCount {
    let weights = labels.indices.filter { labels[$0] == wave }.map { partner in
        periods.reduce(0) { max($0, $1.statistic.outcome(of: $1.totals[partner]).x) }
    }
    let total = weights.reduce(0, +)
    let squares = weights.reduce(0) { $0 + ($1 / total) * ($1 / total) }
    return PartnerCount(raw: weights.count { $0 > 0 }, effective: total > 0 ? 1 / squares : 0)
}

/// The columns of one period among those of all.
private struct PeriodColumns: Sendable {
    let period: Int
    let moments: MomentColumns
    let first: Int
}

/// Σₜ wₜ·dₜ / Σₜ wₜ and the same over √Σₜ wₜ²Vₜ, with wₜ = m₁m₀/(m₁ + m₀).
private struct WithinPeriodSum: Sendable {
    let periods: [PeriodColumns]
    let waveCount: Int
    let perLabel: Int

    /// The partners who have started by a period and those still waiting, with their difference.
    func arms(
        of columns: PeriodColumns, _ lane: (Int) -> Double
    ) -> (waiting: ArmMoments, started: ArmMoments, difference: Double?) {
        var started = columns.moments.total()
        var waiting = ArmMoments()
        // Label 0 is not added up, but it is the first wave: whoever is not waiting has started.
        for wave in (columns.period + 1)..<max(waveCount, columns.period + 1) {
            waiting += columns.moments.layout.moments { lane((wave - 1) * perLabel + columns.first + $0) }
        }
        started -= waiting
        return (waiting, started, ArmMoments.difference(control: waiting, treatment: started))
    }

    /// Who is missing in the first period in which a side has fewer than two partners.
    func shortage(_ lane: (Int) -> Double) -> EstimationError? {
        for columns in periods {
            let arms = arms(of: columns, lane)
            for (arm, side) in [(Arm.control, arms.waiting), (.treatment, arms.started)] {
                let found = Int(side.clusters.rounded())
                if found < 2 {
                    return found == 0
                        ? .emptyArm(arm) : .tooFewClusters(arm: arm, found: found, required: 2)
                }
            }
        }
        return nil
    }

    func of(_ lane: (Int) -> Double) -> (difference: Double?, studentized: Double?) {
        var (sum, weights, variance) = (0.0, 0.0, 0.0)
        for columns in periods {
            let arms = arms(of: columns, lane)
            guard let difference = arms.difference, let left = arms.waiting.rateVariance,
                let right = arms.started.rateVariance
            else { return (nil, nil) }
            let (m0, m1) = (arms.waiting.clusters, arms.started.clusters)
            let weight = m1 * m0 / (m1 + m0)
            sum += weight * difference
            weights += weight
            variance += weight * weight * (left + right)
        }
        let studentized =
            variance > 0
            ? sum / variance.squareRoot() : (sum == 0 ? 0 : (sum < 0 ? -.infinity : .infinity))
        return (sum / weights, studentized)
    }
}
