/// What the looks still to come promise, given what has been seen; for display, not for decisions.
public struct ConditionalPower: Sendable, Hashable, Codable {
    /// P(a later look crosses its upper limit) if there is no effect.
    public var underNoEffect: Double
    /// The same if the true effect is the present estimate.
    public var underTrend: Double
    /// The same at the planned drift; nil when none was given.
    public var underPlan: Double?
    /// The same averaged over what the data leave possible, from a flat prior.
    public var predictive: Double

    /// Creates probabilities from their fields.
    public init(underNoEffect: Double, underTrend: Double, underPlan: Double?, predictive: Double) {
        self.underNoEffect = underNoEffect
        self.underTrend = underTrend
        self.underPlan = underPlan
        self.predictive = predictive
    }
}

/// The chance that a trial which has not stopped will still cross upwards.
///
/// From a flat prior the estimate S/t at later looks is a martingale around the present one with variance
/// 1/t₀ − 1/t, so the predictive probability is a crossing probability of the same kind on that clock.
///
/// - Parameters:
///   - z: The z of the present look; finite.
///   - informationFraction: Of the present look; positive.
///   - rule: The whole rule. Only looks after the present one count; their lower limits, if any, are taken to be
///     heeded.
///   - plannedDrift: The expected z at full information that the trial was planned for.
/// - Returns: nil when no later look has an upper limit.
/// - Source: Lan, Simon & Halperin (1982), Sequential Analysis 1:207; Spiegelhalter, Freedman & Blackburn
///   (1986), Controlled Clinical Trials 7:8; Jennison & Turnbull (2000), ch. 10.
public func conditionalPower(
    z: Double, informationFraction: Double, rule: StoppingRule, plannedDrift: Double? = nil
) -> ConditionalPower? {
    precondition(informationFraction > 0 && z.isFinite, "a look has positive information and a finite z")
    let score = z * informationFraction.squareRoot()
    let trend = score / informationFraction
    let later = rule.remaining(after: informationFraction, score: score)
    guard later.looks.contains(where: { $0.upper != nil }) else { return nil }
    let power = { (drift: Double) in
        operatingCharacteristics(of: later, drift: drift).power
    }
    return ConditionalPower(
        underNoEffect: power(0), underTrend: power(trend), underPlan: plannedDrift.map(power),
        predictive: operatingCharacteristics(
            of: predictiveRule(rule, fraction: informationFraction, estimate: trend), drift: 0
        ).power)
}

/// The looks to come on the clock of the predictive distribution.
private func predictiveRule(_ rule: StoppingRule, fraction: Double, estimate: Double) -> StoppingRule {
    StoppingRule(
        looks: rule.looks.filter { $0.informationFraction > fraction }.map { look in
            let variance = 1 / fraction - 1 / look.informationFraction
            let limit = { (z: Double) in
                (z / look.informationFraction.squareRoot() - estimate) / variance.squareRoot()
            }
            return StoppingRule.Look(
                informationFraction: variance, lower: look.lower.map(limit), upper: look.upper.map(limit))
        })
}
