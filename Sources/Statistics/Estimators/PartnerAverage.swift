/// Difference of the average partner's rate between arms: every partner counts once, whatever its size.
public struct PartnerAverageDifference: Sendable, Hashable, Codable {
    /// Mean of the control partners' own rates.
    public var controlMean: Double
    /// Mean of the treatment partners' own rates.
    public var treatmentMean: Double
    /// Control partners with a rate.
    public var control: PartnerCount
    /// Treatment partners with a rate.
    public var treatment: PartnerCount
    /// treatmentMean − controlMean, known even when its uncertainty is not.
    public var difference: Double
    /// The difference with Welch's standard error and degrees of freedom; nil exactly when `unavailable` says
    /// why.
    public var estimate: Estimate?
    /// Why there is no estimate.
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        controlMean: Double, treatmentMean: Double, control: PartnerCount, treatment: PartnerCount,
        difference: Double, estimate: Estimate?, unavailable: EstimationError?
    ) {
        self.controlMean = controlMean
        self.treatmentMean = treatmentMean
        self.control = control
        self.treatment = treatment
        self.difference = difference
        self.estimate = estimate
        self.unavailable = unavailable
    }

    /// How it was estimated.
    public var method: EffectMethod { .partnerWelch }

    /// Whose average the means are.
    public var estimand: Estimand { .partnerAverage }

    /// The difference with its test and interval.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        TreatmentEffect(
            method: method, estimand: estimand, scale: .difference, control: control, treatment: treatment,
            difference: difference, estimate: estimate, unavailable: unavailable,
            confidenceLevel: confidenceLevel)
    }
}

/// Estimates the partner-average effect by Welch's t on the partners' own rates, treatment − control.
///
/// Partners with a denominator of 0 have no rate and are left out. The estimand differs from the customer
/// average of `rateDifference` whenever large partners respond differently from small ones.
///
/// - Source: Welch (1947), Biometrika 34:28.
/// - Throws: `.emptyArm`, `.invalidTotal`. With fewer than two partners in an arm, or rates that do not vary,
///   the difference is returned without an estimate.
public func partnerAverageDifference(
    control: [ClusterTotal], treatment: [ClusterTotal]
) throws(EstimationError) -> PartnerAverageDifference {
    let comparison = try compareRatios(
        control: control, treatment: treatment, estimand: .partnerAverage, variance: .firstOrder)
    var result = PartnerAverageDifference(
        controlMean: comparison.control.value, treatmentMean: comparison.treatment.value,
        control: comparison.control.partners, treatment: comparison.treatment.partners,
        difference: comparison.difference, estimate: nil, unavailable: nil)
    do throws(EstimationError) {
        result.estimate = try comparison.estimate()
    } catch {
        result.unavailable = error
    }
    return result
}
