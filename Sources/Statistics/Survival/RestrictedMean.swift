import Foundation

/// The mean time customers of one arm are kept, counted up to a horizon.
public struct RestrictedMean: Sendable, Hashable, Codable {
    /// τ, on the sample's clock.
    public var horizon: Double
    /// ∫₀^τ S(t) dt, in the sample's unit of time.
    public var value: Double
    /// √(Σ A²·d/(r(r − d))), A = ∫ₜ^τ S; it takes customers as independent. 0 when nothing was lost.
    public var modelStandardError: Double
    /// Partners with customers at risk.
    public var partners: PartnerCount

    /// Creates a result from its fields.
    public init(horizon: Double, value: Double, modelStandardError: Double, partners: PartnerCount) {
        self.horizon = horizon
        self.value = value
        self.modelStandardError = modelStandardError
        self.partners = partners
    }
}

/// The restricted mean of one arm.
///
/// - Source: Klein & Moeschberger (2003), §4.5; Uno et al. (2014), Journal of Clinical Oncology 32:2380.
/// - Throws: `.nobodyAtRisk`, `.horizonNotReached`, `.riskSetExhausted`; see `riskTotals`.
public func restrictedMean(
    _ sample: SurvivalSample, horizon: Double
) throws(EstimationError) -> RestrictedMean {
    let influence = try CurveInfluence(restrictedMeanOf: sample, horizon: horizon)
    return RestrictedMean(
        horizon: horizon, value: influence.value, modelStandardError: influence.modelVariance.squareRoot(),
        partners: sample.partnerCount)
}

/// The difference of time kept up to a horizon: the headline of churn, which needs no proportional hazards and
/// reads in days retained.
public struct RestrictedMeanDifference: Sendable, Hashable, Codable {
    /// The control arm.
    public var control: RestrictedMean
    /// The treatment arm.
    public var treatment: RestrictedMean
    /// treatment − control with its CR2 standard error over partners and Satterthwaite's degrees of freedom; nil
    /// exactly when `unavailable` says why.
    public var estimate: Estimate?
    /// Why there is no estimate.
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        control: RestrictedMean, treatment: RestrictedMean, estimate: Estimate?,
        unavailable: EstimationError?
    ) {
        self.control = control
        self.treatment = treatment
        self.estimate = estimate
        self.unavailable = unavailable
    }

    /// How it was estimated.
    public var method: EffectMethod { .restrictedMeanCR2 }

    /// What is compared.
    public var estimand: Estimand { .restrictedMeanTime }

    /// treatment − control, known even when its uncertainty is not.
    public var difference: Double { treatment.value - control.value }

    /// ln(treatment / control).
    public var logRatio: Double { log(treatment.value / control.value) }

    /// The difference with the standard error that takes customers as independent, referred to the normal
    /// distribution; nil when nothing was lost. For comparison with other software, never to decide by.
    public var modelEstimate: Estimate? {
        independent(
            difference, control: control.modelStandardError, treatment: treatment.modelStandardError)
    }

    /// `logRatio` with the standard error that takes customers as independent; see `modelEstimate`.
    public var modelLogRatioEstimate: Estimate? {
        independent(
            logRatio, control: control.modelStandardError / control.value,
            treatment: treatment.modelStandardError / treatment.value)
    }

    private func independent(_ value: Double, control: Double, treatment: Double) -> Estimate? {
        let error = (control * control + treatment * treatment).squareRoot()
        return error > 0
            ? Estimate(value: value, standardError: error, degreesOfFreedom: .infinity) : nil
    }

    /// The difference with its test and interval.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        TreatmentEffect(
            method: method, estimand: estimand, scale: .difference, control: control.partners,
            treatment: treatment.partners, difference: difference, estimate: estimate,
            unavailable: unavailable, confidenceLevel: confidenceLevel)
    }
}

extension EffectMethod {
    /// Restricted mean time with partners as clusters.
    public static let restrictedMeanCR2 = EffectMethod(
        rawValue: "restricted mean time, CR2, Imbens–Kolesár df")
}

/// Compares the time kept up to a horizon between arms, with partners as the randomised units.
///
/// Each arm's restricted mean is turned into pseudo-values, one a customer, whose partner totals go through
/// `rateDifference`: pooled they give the restricted means back exactly. Choose the horizon in the plan, no later
/// than `longestHorizon`.
///
/// - Source: Andersen, Hansen & Klein (2004), Lifetime Data Analysis 10:335; Uno et al. (2014); variance Bell &
///   McCaffrey (2002) with the degrees of freedom of Imbens & Kolesár (2016).
/// - Throws: `.emptyArm`, `.horizonNotReached`, `.riskSetExhausted`. When only the uncertainty is undefined, the
///   difference is returned without an estimate.
public func restrictedMeanDifference(
    control: SurvivalSample, treatment: SurvivalSample, horizon: Double
) throws(EstimationError) -> RestrictedMeanDifference {
    for (arm, sample) in [(Arm.control, control), (.treatment, treatment)] where sample.rowCount == 0 {
        throw .emptyArm(arm)
    }
    let rates = try rateDifference(
        control: restrictedMeanTotals(control, horizon: horizon),
        treatment: restrictedMeanTotals(treatment, horizon: horizon))
    return RestrictedMeanDifference(
        control: try restrictedMean(control, horizon: horizon),
        treatment: try restrictedMean(treatment, horizon: horizon), estimate: rates.estimate,
        unavailable: rates.unavailable)
}

/// Turns the restricted mean of one arm into per-partner totals of pseudo-values; see `riskTotals`.
///
/// - Throws: `.nobodyAtRisk`, `.horizonNotReached`, `.riskSetExhausted`.
public func restrictedMeanTotals(
    _ sample: SurvivalSample, horizon: Double
) throws(EstimationError) -> [ClusterTotal] {
    let influence = try CurveInfluence(restrictedMeanOf: sample, horizon: horizon)
    return pseudoValueTotals(sample, horizon: horizon, value: influence.value) { row in
        influence.influence(of: sample, row: row)
    }
}

/// The pseudo-value of each row for the restricted mean, from the infinitesimal jackknife: value + n·φ.
///
/// With both arms in one sample they can be regressed on the arm and on covariates.
///
/// - Source: Andersen, Hansen & Klein (2004), Lifetime Data Analysis 10:335; as pseudo() of Therneau's R package
///   survival.
/// - Throws: `.nobodyAtRisk`, `.horizonNotReached`, `.riskSetExhausted`.
public func restrictedMeanPseudoValues(
    _ sample: SurvivalSample, horizon: Double
) throws(EstimationError) -> [Double] {
    let influence = try CurveInfluence(restrictedMeanOf: sample, horizon: horizon)
    let n = Double(sample.rowCount)
    return (0..<sample.rowCount).map { influence.value + n * influence.influence(of: sample, row: $0) }
}
