/// Difference of pooled rates between arms when partners, not customers, are randomised.
public struct RateDifference: Sendable, Hashable, Codable {
    /// How the variance and its degrees of freedom were estimated.
    public var method: EffectMethod
    /// Whose average the rates are: the customers' where denominators count them, else that of units of money.
    public var estimand: Estimand
    /// The control arm.
    public var control: ArmRate
    /// The treatment arm.
    public var treatment: ArmRate
    /// treatment.rate − control.rate, known even when its uncertainty is not.
    public var difference: Double
    /// The difference with its CR2 standard error and degrees of freedom; nil exactly when `unavailable` says
    /// why.
    public var estimate: Estimate?
    /// Correlation of customers of one partner, estimated within arms; not truncated, nil when undefined.
    public var intraclassCorrelation: Double?
    /// Why there is no estimate.
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        method: EffectMethod, estimand: Estimand, control: ArmRate, treatment: ArmRate, difference: Double,
        estimate: Estimate?, intraclassCorrelation: Double?, unavailable: EstimationError?
    ) {
        self.method = method
        self.estimand = estimand
        self.control = control
        self.treatment = treatment
        self.difference = difference
        self.estimate = estimate
        self.intraclassCorrelation = intraclassCorrelation
        self.unavailable = unavailable
    }

    /// The difference with its test and interval.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        TreatmentEffect(
            method: method, estimand: estimand, scale: .difference, control: PartnerCount(control),
            treatment: PartnerCount(treatment), difference: difference, estimate: estimate,
            unavailable: unavailable, confidenceLevel: confidenceLevel)
    }
}

/// Estimates the customer-average effect: the difference of Σy/Σx between arms, treatment − control.
///
/// The variance is CR2, Σ eₖ²/(1 − hₖ)/(Σx)² with eₖ = yₖ − R·xₖ and hₖ = xₖ/Σx, added over arms; the degrees
/// of freedom are Satterthwaite's under `workingCovariance`. Customers of a partner may be correlated in any
/// way. A partner with a denominator of 0 has no leverage; its numerator counts in the rate, the variance and the
/// degrees of freedom, and where that is 0 as well, adding the partner changes no number.
///
/// Example: 3 of 4 and 4 of 4 customers renewed in control, 2 of 4 and 3 of 4 under treatment: the
/// difference is 5/8 − 7/8 = −0.25. Every eₖ is ±0.5 and every hₖ is 0.5, so the standard error is
/// √(4·(0.5²/0.5)/8²) = 0.177.
///
/// - Source: Bell & McCaffrey (2002); Imbens & Kolesár (2016), REStat 98:701; Pustejovsky & Tipton (2018),
///   JBES 36:672.
/// - Throws: `.emptyArm`, `.invalidTotal`. When only the uncertainty is undefined (fewer than two partners in an
///   arm, no variation, one partner being the whole arm), the difference is returned without an estimate.
public func rateDifference(
    control: [ClusterTotal], treatment: [ClusterTotal], workingCovariance: WorkingCovariance = .exchangeable
) throws(EstimationError) -> RateDifference {
    let arms = try PooledArms(control: control, treatment: treatment)
    let comparison = arms.comparison(
        estimand: pooledEstimand(of: control + treatment), variance: .cr2(workingCovariance))
    var result = RateDifference(
        method: comparison.method, estimand: comparison.estimand, control: arms.control.rate,
        treatment: arms.treatment.rate, difference: comparison.difference, estimate: nil,
        intraclassCorrelation: arms.intraclassCorrelation, unavailable: nil)
    do throws(EstimationError) {
        result.estimate = try comparison.estimate()
    } catch {
        result.unavailable = error
    }
    return result
}
