/// A two-arm statistic as a function of an assignment's sums and of a hypothetical constant effect.
struct LabelContrast: Sendable {
    /// The columns that have to be summed over treatment.
    let columns: [[Double]]
    /// What rounding errors of the statistic are measured against: 1 for a t, else the mean absolute outcome.
    private let scale: Double
    private let isStudentized: Bool
    private let form: Form
    /// What a partner stands for in either arm; nil where partners stand for themselves.
    private(set) var shares: AssignmentShares?

    private enum Form: Sendable {
        /// Ratios of sums.
        case moments(MomentColumns)
        /// Ratios of sums with weights that depend on the arm: the columns of treatment's weights come first.
        case weighted(control: MomentColumns, treatment: MomentColumns)
        /// A weighted sum over treatment, less a constant that depends on the effect alone.
        case linear(constant: Double, constantPerEffect: Double)
    }

    /// What an assignment is held against.
    enum Hypothesis: Sendable {
        /// The treated partners' outcomes are lowered by this effect, in the metric's unit.
        case effect(Double)
        /// An effect of that sign beyond all bounds.
        case boundless(sign: Double)
    }

    /// - Parameters:
    ///   - labels: 0 control, 1 treatment, nil for partners that take no part.
    ///   - blocks: The blocks of the two arms, which stratified statistics need; nil where there are none.
    ///   - isShiftable: Whether hypotheses other than no effect will be tried.
    init(
        _ metric: RandomizationMetric, labels: [Int?], blocks: [RandomizationBlock]?, isShiftable: Bool
    ) throws(EstimationError) {
        isStudentized = metric.isStudentized
        if metric.statistic == .stratifiedAverage {
            let average = try StratifiedAverage(metric, blocks: blocks)
            form = .linear(constant: average.constant, constantPerEffect: average.constantPerEffect)
            columns =
                isShiftable
                ? [average.outcomes, zip(average.weights, labels).map { $1 == 1 ? $0 : 0 }]
                : [average.outcomes]
            scale = average.scale
            return
        }
        let members = labels.indices.filter { labels[$0] != nil }
        let treated = isShiftable ? labels.map { $0 == 1 } : nil
        if metric.statistic.isWeightedByShare {
            let shares = try AssignmentShares(blocks, totalCount: labels.count)
            let control = try MomentColumns(
                metric, members: members, treated: treated, factors: shares.control)
            let treatment = try MomentColumns(
                metric, members: members, treated: treated, factors: shares.treatment)
            self.shares = shares
            form = .weighted(control: control, treatment: treatment)
            columns = treatment.columns + control.columns
            scale = metric.isStudentized ? 1 : max(control.scale, treatment.scale)
        } else {
            let moments = try MomentColumns(metric, members: members, treated: treated)
            form = .moments(moments)
            columns = moments.columns
            scale = metric.isStudentized ? 1 : moments.scale
        }
    }

    /// The statistic under a hypothesis.
    func under(_ hypothesis: Hypothesis) -> HypothesisStatistic {
        switch form {
        case .linear(let constant, let perEffect):
            return HypothesisStatistic(
                isStudentized: false,
                form: .linear(hypothesis, constant: constant, constantPerEffect: perEffect))
        case .moments(let columns):
            return HypothesisStatistic(
                isStudentized: isStudentized,
                form: .moments(hypothesis, columns.layout, total: columns.total(under: hypothesis)))
        case .weighted(let control, let treatment):
            return HypothesisStatistic(
                isStudentized: isStudentized,
                form: .weighted(
                    hypothesis, control.layout, firstOfControl: treatment.columns.count,
                    total: control.total(under: hypothesis)))
        }
    }

    /// How far below a value of the statistic another one still ties with it: 10⁻¹² relative for a difference of
    /// sums, 10⁻⁹ for a t, whose variance has lost digits to cancellation.
    func tieTolerance(at statistic: Double) -> Double {
        (isStudentized ? 1e-9 : 1e-12) * max(scale, abs(statistic))
    }
}

/// A statistic as a function of an assignment's sums alone, which holds nothing that would have to be retained.
struct HypothesisStatistic: Sendable {
    fileprivate enum Form: Sendable {
        case moments(LabelContrast.Hypothesis, MomentLayout, total: ArmMoments)
        case weighted(LabelContrast.Hypothesis, MomentLayout, firstOfControl: Int, total: ArmMoments)
        case linear(LabelContrast.Hypothesis, constant: Double, constantPerEffect: Double)
    }

    private let isStudentized: Bool
    private let form: Form

    fileprivate init(isStudentized: Bool, form: Form) {
        self.isStudentized = isStudentized
        self.form = form
    }

    /// The statistic of an assignment; nil when it is undefined there.
    ///
    /// - Parameter sum: The sum over treatment of a column of the contrast.
    @inline(__always)
    func value(_ sum: (Int) -> Double) -> Double? {
        guard isStudentized, let arms = arms(sum) else { return difference(sum) }
        return ArmMoments.studentized(control: arms.control, treatment: arms.treatment)
    }

    /// The plain difference, treatment − control, in the metric's unit; nil when an arm has no weight.
    @inline(__always)
    func difference(_ sum: (Int) -> Double) -> Double? {
        switch form {
        case .linear(.effect(let effect), let constant, let perEffect):
            return sum(0) - constant - (effect == 0 ? 0 : effect * (sum(1) - perEffect))
        case .linear(.boundless(let sign), _, let perEffect): return -sign * (sum(1) - perEffect)
        case .moments, .weighted:
            return arms(sum).flatMap { ArmMoments.difference(control: $0.control, treatment: $0.treatment) }
        }
    }

    /// The arms' moments; nil for a linear statistic.
    @inline(__always)
    func arms(_ sum: (Int) -> Double) -> (control: ArmMoments, treatment: ArmMoments)? {
        switch form {
        case .linear: return nil
        case .moments(let hypothesis, let layout, let total):
            let treatment = layout.moments(under: hypothesis, sum)
            return (total - treatment, treatment)
        case .weighted(let hypothesis, let layout, let first, let total):
            let treatment = layout.moments(under: hypothesis, sum)
            return (total - layout.moments(under: hypothesis) { sum(first + $0) }, treatment)
        }
    }
}

extension MomentColumns {
    /// The moments of everyone under a hypothesis.
    fileprivate func total(under hypothesis: LabelContrast.Hypothesis) -> ArmMoments {
        layout.moments(under: hypothesis) { everyone[$0] }
    }
}

extension MomentLayout {
    @inline(__always)
    fileprivate func moments(under hypothesis: LabelContrast.Hypothesis, _ sum: (Int) -> Double) -> ArmMoments
    {
        switch hypothesis {
        case .effect(let effect): moments(shift: effect, sum)
        case .boundless(let sign): limit(sign: sign, sum)
        }
    }
}

/// Σ_s m_s/m · (mean of treatment − mean of control) as a weighted sum over treatment.
private struct StratifiedAverage {
    /// Each partner's weighted outcome.
    var outcomes: [Double]
    /// Each partner's weight.
    var weights: [Double]
    var constant = 0.0
    var constantPerEffect = 0.0
    /// The mean absolute outcome.
    var scale = 0.0

    init(_ metric: RandomizationMetric, blocks: [RandomizationBlock]?) throws(EstimationError) {
        guard let blocks else {
            throw .inconsistentBlocks(
                reason: "a stratified average needs an experiment that was randomised in blocks")
        }
        let count = Double(blocks.reduce(0) { $0 + $1.clusters.count })
        outcomes = metric.totals.map { _ in 0 }
        weights = outcomes
        for (number, block) in blocks.enumerated() {
            let treated = Double(block.labels.reduce(0, +))
            let control = Double(block.labels.count) - treated
            let rates = block.clusters.compactMap { $0.flatMap { metric.totals[$0].rate } }
            guard treated > 0, control > 0, rates.count == block.clusters.count else {
                throw .inconsistentBlocks(
                    reason:
                        "a stratified average needs partners with customers at every position and of both "
                        + "arms in every block, which block \(number + 1) has not")
            }
            let share = Double(block.clusters.count) / count
            for (cluster, rate) in zip(block.clusters.compactMap { $0 }, rates) {
                weights[cluster] = share * (1 / treated + 1 / control)
                outcomes[cluster] = weights[cluster] * rate
                scale += abs(rate) / count
            }
            constant += share * rates.reduce(0, +) / control
            constantPerEffect += share * treated / control
        }
    }
}
