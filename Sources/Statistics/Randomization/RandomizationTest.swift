/// Tests the sharp hypothesis of no effect on any partner by replaying the assignment mechanism, for several
/// metrics on the same draws.
///
/// When the mechanism can produce at most `exactLimit` assignments, all are compared and p is the exact share
/// (by probability, for minimisation); otherwise p = (1 + #extreme)/(draws + 1). Partners whom the mechanism
/// does not mention, and those of other arms, take no part; partners with a denominator of 0 are assigned like
/// all others, weigh nothing, and keep what stands in their numerator.
///
/// The statistic is one fixed function of the assignment, so the test is exact: studentised differences are
/// infinite where arms differ without varying inside, and an assignment that leaves an arm fewer partners than
/// the statistic needs counts as extreme. Statistics within rounding error of the observed one count as ties.
///
/// Example: rates 1, 1, 1 under treatment and 0, 0, 0 under control, completely randomised, are matched by one
/// of the other 19 assignments (the mirrored one), so p = 2/20.
///
/// - Parameters:
///   - metrics: Their totals have one order, which the mechanism's indices refer to.
///   - mechanism: How arms were assigned, with the assignment that happened.
///   - control: The label of the arm compared against.
///   - treatment: The label of the arm under trial.
/// - Returns: One result a metric, in order.
/// - Source: Fisher (1935); Wu & Ding (2021), JASA 116:1898; conditioning on the other arms: Imbens & Rubin
///   (2015), sec. 5.9.
/// - Throws: `.emptyArm`, `.tooFewClusters` below two partners with weight in an arm (below one for a test that
///   is not studentised), `.noVariation`, `.invalidTotal`, `.inconsistentBlocks`, `.acceptanceTooRare`, and
///   `.stratumInOneArm` for a statistic weighted by shares when a block, numbered from 0, has one of the arms only.
public func randomizationTests(
    metrics: [RandomizationMetric], mechanism: AssignmentMechanism, control: Int = 0, treatment: Int = 1,
    options: RandomizationOptions
) throws(EstimationError) -> [RandomizationInference] {
    let comparison = try TwoArmComparison(
        metrics: metrics, mechanism: mechanism, control: control, treatment: treatment, options: options)
    var run = comparison.run
    try run.finish()
    return comparison.results(of: run)
}

/// The same tests with draws made by several tasks at once; every number is the same to the last bit.
///
/// - Parameter concurrency: How many batches are drawn at the same time; at least 1.
/// - Throws: What the serial tests throw.
public func randomizationTests(
    metrics: [RandomizationMetric], mechanism: AssignmentMechanism, control: Int = 0, treatment: Int = 1,
    options: RandomizationOptions, concurrency: Int
) async throws(EstimationError) -> [RandomizationInference] {
    let comparison = try TwoArmComparison(
        metrics: metrics, mechanism: mechanism, control: control, treatment: treatment, options: options)
    var run = comparison.run
    try await run.finish(concurrency: concurrency)
    return comparison.results(of: run)
}

/// Tests one metric whose lots were drawn in blocks; see `randomizationTests`.
public func randomizationTest(
    totals: [ClusterTotal], blocks: [RandomizationBlock], statistic: RandomizationStatistic,
    draws: Int = 9999, seed: UInt64, exactLimit: Double = 2e5, alternative: Alternative = .twoSided
) throws(EstimationError) -> RandomizationResult {
    let results = try randomizationTests(
        metrics: [RandomizationMetric(totals: totals, statistic: statistic)],
        mechanism: .permutedBlocks(blocks),
        options: RandomizationOptions(
            draws: draws, seed: seed, exactLimit: exactLimit, alternative: alternative))
    return results[0].test
}

/// Two arms of an experiment, prepared for all metrics.
private struct TwoArmComparison {
    let run: RandomizationRun
    private let metrics: [RandomizationMetric]
    private let contrasts: [LabelContrast]
    /// The lane of each column of every contrast.
    private let lanes: [[Int]]
    /// 0 control, 1 treatment, nil for everybody else.
    private let labels: [Int?]
    private let attainable: (RandomizationRun) -> AttainableLevel

    init(
        metrics: [RandomizationMetric], mechanism: AssignmentMechanism, control: Int, treatment: Int,
        options: RandomizationOptions
    ) throws(EstimationError) {
        precondition(control != treatment, "an arm cannot be compared with itself")
        guard let first = metrics.first, metrics.allSatisfy({ $0.totals.count == first.totals.count }) else {
            throw .inconsistentBlocks(reason: "expected one or more metrics of the same partners")
        }
        try mechanism.checkConsistent(totalCount: first.totals.count)
        self.metrics = metrics
        let compared = [control, treatment]
        labels = mechanism.labels(totalCount: first.totals.count).map { label in
            label.flatMap(compared.firstIndex(of:))
        }
        var (contrasts, lanes): ([LabelContrast], [[Int]]) = ([], [])
        var columns = DistinctColumns()
        for metric in metrics {
            try checkUsable(metric.totals, arm: nil)
            let contrast = try LabelContrast(
                metric, labels: labels, blocks: mechanism.blocks(restrictedTo: compared),
                isShiftable: options.confidenceLevel != nil && metric.hasInterval)
            contrasts.append(contrast)
            lanes.append(contrast.columns.map { columns.place(of: $0) })
        }
        (self.contrasts, self.lanes) = (contrasts, lanes)
        let replay = try AssignmentReplay(mechanism, comparing: compared, columns: columns.all)
        let isExact = replay.candidateCount <= options.exactLimit
        var tallies: [ExtremeTally] = []
        for (number, contrast) in contrasts.enumerated() {
            let lanes = lanes[number]
            try Self.checkTestable(metrics[number], labels: labels)
            let alternative = options.alternative
            let statistic = contrast.under(.effect(0))
            let happened = alternative.extremeness(of: statistic.value { replay.observed[lanes[$0]] })
            tallies.append(
                ExtremeTally(
                    observed: happened, tolerance: contrast.tieTolerance(at: happened),
                    stoppingCount: isExact ? nil : options.stoppingCount
                ) { sums, row in
                    alternative.extremeness(of: statistic.value { sums[row, lanes[$0]] })
                })
        }
        run = RandomizationRun(replay: replay, options: options, tallies: tallies)
        attainable = { run in
            AttainableLevel(
                of: mechanism, compared: compared, mirrors: options.alternative == .twoSided, after: run)
        }
    }

    func results(of run: RandomizationRun) -> [RandomizationInference] {
        let attainable = attainable(run)
        return contrasts.indices.map { number in
            result(of: run, number: number, attainable: attainable)
        }
    }

    private func result(
        of run: RandomizationRun, number: Int, attainable: AttainableLevel
    ) -> RandomizationInference {
        let (metric, contrast, lanes) = (metrics[number], contrasts[number], lanes[number])
        let observed = { (column: Int) in run.replay.observed[lanes[column]] }
        let underNoEffect = contrast.under(.effect(0))
        // Testability was checked, so both are defined; an infinite t is no number to report.
        let difference = underNoEffect.difference(observed) ?? 0
        let statistic = underNoEffect.value(observed).flatMap { $0.isFinite ? $0 : nil }
        let arms = underNoEffect.arms(observed)
        let variance = arms.flatMap { arms in
            arms.control.rateVariance.flatMap { control in
                arms.treatment.rateVariance.map { control + $0 }
            }
        }
        let error = variance.map { $0.squareRoot() } ?? 0
        let shares = contrast.shares
        let shifts =
            metric.hasInterval ? ShiftInterval(run: run, contrast: contrast, lanes: lanes) : nil
        let isConstantInside = [0, 1].allSatisfy { label in
            !metric.varies(among: labels.indices.filter { labels[$0] == label })
        }
        let interval =
            isConstantInside
            ? nil
            : shifts?.around(
                difference, scale: error > 0 ? error : max(abs(difference), metric.typicalRate))
        return RandomizationInference(
            method: metric.isStudentized ? .studentizedRandomization : .randomization,
            estimand: metric.estimand, difference: difference,
            test: RandomizationResult(
                pValue: run.pValue(number), statistic: statistic,
                draws: run.tallies[number].compared, isExact: run.isExact,
                assignmentCount: attainable.assignmentCount,
                smallestAttainable: attainable.smallestPValue),
            alternative: run.options.alternative,
            control: metric.partners(labels, label: 0, factors: shares?.control),
            treatment: metric.partners(labels, label: 1, factors: shares?.treatment),
            interval: interval?.interval,
            isIntervalMonotone: interval?.isMonotone,
            intervalUnavailable: isConstantInside && shifts != nil ? .noVariation : nil)
    }

    /// Throws when the assignment that happened leaves nothing to test.
    private static func checkTestable(
        _ metric: RandomizationMetric, labels: [Int?]
    ) throws(EstimationError) {
        for (arm, label) in [(Arm.control, 0), (.treatment, 1)] {
            let found = metric.partners(labels, label: label).raw
            guard found > 0 else { throw .emptyArm(arm) }
            guard found >= 2 || !metric.isStudentized else {
                throw .tooFewClusters(arm: arm, found: found, required: 2)
            }
        }
        guard metric.varies(among: labels.indices.filter { labels[$0] != nil }) else { throw .noVariation }
    }
}

/// Columns without repetition: metrics of the same partners share some, such as who has customers at all.
private struct DistinctColumns {
    private(set) var all: [[Double]] = []

    /// Where a column stands, after putting it there if it is new.
    mutating func place(of column: [Double]) -> Int {
        if let place = all.firstIndex(of: column) { return place }
        all.append(column)
        return all.count - 1
    }
}

extension RandomizationMetric {
    /// How many partners with a weight have a label.
    ///
    /// - Parameter factors: What every partner's weight is multiplied by; nil for 1.
    func partners(_ labels: [Int?], label: Int, factors: [Double]? = nil) -> PartnerCount {
        let weights = totals.indices.filter { labels[$0] == label }.map {
            statistic.outcome(of: totals[$0]).x * (factors?[$0] ?? 1)
        }
        let total = weights.reduce(0, +)
        let squares = weights.reduce(0) { $0 + ($1 / total) * ($1 / total) }
        return PartnerCount(
            raw: weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }, effective: squares > 0 ? 1 / squares : 0)
    }

    /// Whether partners' rates differ by more than rounding.
    func varies(among members: [Int]) -> Bool {
        let outcomes = members.map { statistic.outcome(of: totals[$0]) }.filter { $0.x > 0 || $0.y != 0 }
        let weight = outcomes.reduce(0) { $0 + $1.x }
        let center = outcomes.reduce(0) { $0 + $1.y } / weight
        return outcomes.contains {
            abs($0.y - center * $0.x) > 1e-13 * (abs($0.y) + abs(center * $0.x))
        }
    }

    /// The largest absolute rate of a partner: a length in the metric's unit.
    fileprivate var typicalRate: Double {
        totals.reduce(0) { largest, total in
            let outcome = statistic.outcome(of: total)
            return outcome.x > 0 ? max(largest, abs(outcome.y / outcome.x)) : largest
        }
    }
}

extension AssignmentMechanism {
    /// The blocks with only the compared arms in them; nil for a mechanism without blocks.
    fileprivate func blocks(restrictedTo compared: [Int]) -> [RandomizationBlock]? {
        switch self {
        case .permutedBlocks(let blocks), .rerandomized(let blocks, _):
            blocks.map { $0.restricted(to: compared) }.filter { !$0.labels.isEmpty }
        case .minimization: nil
        }
    }
}
