/// What one look saw of a guardrail metric.
public struct GuardrailLook: Sendable, Hashable, Codable {
    /// The share of the planned information.
    public var informationFraction: Double
    /// Where the spending functions are read, 0...1, fixed in advance.
    public var spendingFraction: Double
    /// treatment − control from everything up to this look; nil while it cannot be estimated.
    public var estimate: Estimate?

    /// Creates a look.
    ///
    /// - Parameter spendingFraction: The information fraction when nil.
    public init(informationFraction: Double, spendingFraction: Double? = nil, estimate: Estimate?) {
        self.informationFraction = informationFraction
        self.spendingFraction = spendingFraction ?? informationFraction
        self.estimate = estimate
    }
}

/// A guardrail at one look.
public struct GuardrailInference: Sendable, Hashable, Codable {
    /// What is known at the look; a harm once shown stays shown.
    public enum State: String, Sendable, Hashable, Codable {
        /// There is no estimate.
        case notMeasured
        /// Neither is harm shown nor is harm beyond the margin ruled out.
        case undecided
        /// Harm beyond the margin is ruled out, and no harm is shown.
        case nonInferior
        /// Harm is shown, and harm beyond the margin is ruled out.
        case harmedWithinMargin
        /// Harm is shown, and it may exceed the margin.
        case deteriorated
    }

    /// What the look saw.
    public var look: GuardrailLook
    /// What is known.
    public var state: State
    /// The claim that treatment − control, towards benefit, exceeds −margin. Its lower bound is that of the
    /// benefit. Nil without an estimate.
    public var nonInferiority: OneSidedInference?
    /// The claim that there is harm. Its lower bound is that of the harm, positive when harm is shown. Nil
    /// without an estimate.
    public var deterioration: OneSidedInference?

    /// Creates an inference from its fields.
    public init(
        look: GuardrailLook, state: State, nonInferiority: OneSidedInference?,
        deterioration: OneSidedInference?
    ) {
        self.look = look
        self.state = state
        self.nonInferiority = nonInferiority
        self.deterioration = deterioration
    }
}

/// Judges a guardrail at every look.
///
/// Non-inferior: the lower one-sided bound of the benefit is above −margin. Deteriorated: the upper one-sided
/// bound of the benefit is below 0. Both bounds hold at all looks together, each at its own level; the level is not
/// split over several guardrails, because all of them have to hold (intersection–union).
///
/// - Parameters:
///   - looks: Every look taken, in order.
///   - endsSchedule: Whether the last look given is the last there will be, whatever its fraction.
/// - Source: Schultzberg, Ankargren & Frånberg (2024), arXiv 2402.11609; repeated bounds as in Jennison &
///   Turnbull (2000), ch. 9.
/// - Throws: `.invalidPlan` when the fractions of looks with an estimate decrease or leave their range, as
///   `sequentialBoundaries`.
public func guardrailMonitoring(
    looks: [GuardrailLook], plan: GuardrailPlan, endsSchedule: Bool = false
) throws(EstimationError) -> [GuardrailInference] {
    let nonInferiority = try plan.claim(.nonInferiority).inferences(looks: looks, endsSchedule: endsSchedule)
    let deterioration = try plan.claim(.deterioration).inferences(looks: looks, endsSchedule: endsSchedule)
    var wasHarmed = false
    return looks.indices.map { index in
        wasHarmed = wasHarmed || deterioration[index]?.isShown ?? false
        return GuardrailInference(
            look: looks[index],
            state: state(nonInferiority: nonInferiority[index], wasHarmed: wasHarmed),
            nonInferiority: nonInferiority[index], deterioration: deterioration[index])
    }
}

/// The smallest error of the whole schedule at which the last of some looks would show a claim.
///
/// Found by solving the schedule's boundaries about ten times over, so ask for the looks that are shown.
///
/// - Parameters:
///   - looks: Every look taken, in order.
///   - endsSchedule: Whether the last look given is the last there will be, whatever its fraction.
/// - Returns: nil without an estimate or a boundary at the last look; 1 when it would not show the claim at any
///   error.
/// - Source: Jennison & Turnbull (2000), sec. 9.3.
/// - Throws: `.invalidPlan`, as `guardrailMonitoring`.
public func guardrailPValue(
    _ question: GuardrailPlan.Question, looks: [GuardrailLook], plan: GuardrailPlan,
    endsSchedule: Bool = false
) throws(EstimationError) -> Double? {
    try plan.claim(question).repeatedPValue(looks: looks, endsSchedule: endsSchedule)
}

private func state(nonInferiority: OneSidedInference?, wasHarmed: Bool) -> GuardrailInference.State {
    guard let nonInferiority else { return wasHarmed ? .deteriorated : .notMeasured }
    if nonInferiority.isShown { return wasHarmed ? .harmedWithinMargin : .nonInferior }
    return wasHarmed ? .deteriorated : .undecided
}
