/// A group-sequential trial up to now.
public struct SequentialAnalysis: Sendable, Hashable, Codable {
    /// What each look allows to be said, valid at all looks together.
    public var looks: [RepeatedInference]
    /// What the trial says at its end; nil while it goes on. It uses the look the trial stopped at and nothing
    /// that came after.
    public var conclusion: StagewiseInference?
    /// The rule that was followed.
    public var design: SequentialDesign
    /// Whether the last look was the last there will be, whatever its fraction.
    public var endsSchedule: Bool

    /// Looks after the one the trial stopped at: data that were already on their way. They do not change the
    /// conclusion, their repeated intervals remain valid.
    public var overrun: [RepeatedInference] { looks.filter { $0.outcome == .overrun } }

    /// Creates an analysis from its fields.
    public init(
        looks: [RepeatedInference], conclusion: StagewiseInference?, design: SequentialDesign,
        endsSchedule: Bool = false
    ) {
        self.looks = looks
        self.conclusion = conclusion
        self.design = design
        self.endsSchedule = endsSchedule
    }
}

extension SequentialAnalysis {
    /// The repeated p-value of a look: the smallest error of the whole schedule, for the design's alternative, at
    /// which this look would have crossed.
    ///
    /// Found by solving the schedule's boundaries about ten times over, so ask for the looks that are shown.
    ///
    /// - Parameter index: The look's place in `looks`.
    /// - Returns: nil when the look has no boundary; 1 when it would not cross at any error.
    /// - Source: Jennison & Turnbull (2000), sec. 9.3.
    public func repeatedPValue(atLook index: Int) -> Double? {
        // Looks of an analysis were checked when it was made.
        try? Statistics.repeatedPValue(
            of: looks[...index].map(\.look), design: design,
            endsSchedule: endsSchedule && index == looks.count - 1)
    }

    /// A look's effect, carrying the estimand and partners of the analysis its estimate came from.
    ///
    /// - Parameter index: The look's place in `looks`.
    public func effect(atLook index: Int, of analysis: TreatmentEffect) -> TreatmentEffect {
        let inference = looks[index]
        var effect = analysis
        effect.method = .repeatedConfidenceInterval
        effect.value = inference.look.estimate.value
        effect.standardError = inference.look.estimate.standardError
        effect.degreesOfFreedom = inference.look.estimate.degreesOfFreedom
        effect.pValue = repeatedPValue(atLook: index)
        effect.interval = inference.interval
        effect.unavailable = effect.pValue == nil ? .noInformation : nil
        return effect
    }
}

/// Analyses the looks of a group-sequential trial.
///
/// Few partners: every look's t is replaced by the normal quantile of its p-value before it meets a boundary,
/// and a boundary by the t quantile of its tail before it becomes an interval (the significance-level approach,
/// Jennison & Turnbull 2000, ch. 3). The boundaries of all looks are solved once; repeated p-values are computed
/// when they are asked for.
///
/// - Parameters:
///   - looks: Every look taken, in order, with those after the trial stopped.
///   - endsSchedule: Whether the last look given is the last there will be, whatever its fraction; a look at
///     spending fraction 1 always is.
/// - Source: Jennison & Turnbull (2000), ch. 8 and 9.
/// - Throws: `.invalidPlan` when fractions decrease or leave their range, as `sequentialBoundaries`.
public func sequentialAnalysis(
    looks: [SequentialLook], design: SequentialDesign, endsSchedule: Bool = false
) throws(EstimationError) -> SequentialAnalysis {
    let boundaries = try design.boundaries(of: looks, endsSchedule: endsSchedule)
    let isComplete = endsSchedule || (looks.last?.spendingFraction ?? 0) >= 1
    let decisive = boundaries.lastIndex { $0.criticalValue != nil }
    var stoppedAt: Int?
    var inferences: [RepeatedInference] = []
    for (index, look) in looks.enumerated() {
        let boundary = boundaries[index]
        var outcome = crossing(z: look.z, boundary: boundary, alternative: design.alternative)
        if stoppedAt != nil {
            outcome = .overrun
        } else if outcome == .goesOn, isComplete, index == decisive {
            outcome = .endedWithoutCrossing
        }
        if [.crossedUpwards, .crossedDownwards, .endedWithoutCrossing].contains(outcome) {
            stoppedAt = index
        }
        inferences.append(
            RepeatedInference(
                look: look, boundary: boundary, outcome: outcome,
                interval: boundary.criticalValue.map {
                    look.estimate.interval(
                        criticalValue: $0, confidenceLevel: design.confidenceLevel, validity: .repeated)
                }))
    }
    return SequentialAnalysis(
        looks: inferences,
        conclusion: stoppedAt.map { conclude(at: $0, of: looks, boundaries: boundaries, design: design) },
        design: design, endsSchedule: endsSchedule)
}

private func crossing(z: Double, boundary: Boundary, alternative: Alternative) -> RepeatedInference.Outcome {
    guard let limit = boundary.criticalValue else { return .noBoundary }
    if alternative != .less, z > limit { return .crossedUpwards }
    if alternative != .greater, z < -limit { return .crossedDownwards }
    return .goesOn
}

private func conclude(
    at index: Int, of looks: [SequentialLook], boundaries: [Boundary], design: SequentialDesign
) -> StagewiseInference {
    let decisive = boundaries[...index].indices.filter { boundaries[$0].criticalValue != nil }
    let rule = StoppingRule(
        boundaries: Array(boundaries[...index]), isTwoSided: design.alternative == .twoSided)
    let ordering = StagewiseOrdering(
        rule: design.alternative == .less ? rule.mirrored : rule,
        estimates: decisive.map { looks[$0].estimate })
    let alpha = design.alphaPerDirection
    let effects = ordering.effects([(.above, alpha), (.below, alpha), (.above, 0.5)])
    var interval: Interval?
    if let lower = effects[0], let upper = effects[1] {
        interval = Interval(
            lower: lower, upper: upper, confidenceLevel: design.confidenceLevel, validity: .atStopping)
    }
    return StagewiseInference(
        lookIndex: index, estimate: looks[index].estimate, pValue: ordering.pValue(design.alternative),
        medianUnbiasedEstimate: effects[2], interval: interval)
}
