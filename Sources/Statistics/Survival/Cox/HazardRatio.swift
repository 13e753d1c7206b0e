/// The treatment's hazard ratio between arms of partners.
///
/// It describes the whole course by one number only if hazards stay proportional; when `proportionalHazards` says
/// otherwise, put the restricted mean time first.
public struct HazardRatio: Sendable, Hashable, Codable {
    /// How the standard error of `estimate` was computed.
    public enum Variance: String, Sendable, Hashable, Codable {
        /// Refits without each partner (CV3); the default.
        case jackknife
        /// The Lin–Wei sandwich times G/(G − 1): one pass instead of G refits, for very many partners.
        case sandwich
    }

    /// The Cox fit with the treatment as its only covariate.
    public var fit: CoxFit
    /// How the standard error was computed.
    public var variance: Variance
    /// The log hazard ratio of treatment against control, referred to t with the smaller arm's partners − 1 degrees
    /// of freedom; nil exactly when `unavailable` says why.
    public var estimate: Estimate?
    /// The log-rank test on partner scores, which is the model's score test; it stands when an arm has no losses.
    public var logRank: LogRankResult
    /// All log hazard ratios that the likelihood-ratio test keeps, taking customers as independent, and so too narrow;
    /// computed for description when the estimate is not finite, and then infinite on that side. No part of `effect`.
    public var profileInterval: Interval?
    /// The test that the hazard ratio stays the same; nil exactly when `proportionalHazardsUnavailable` says why.
    public var proportionalHazards: ChiSquaredTest?
    /// Why there is no test that the hazard ratio stays the same.
    public var proportionalHazardsUnavailable: EstimationError?
    /// Control partners with customers at risk.
    public var control: PartnerCount
    /// Treatment partners with customers at risk.
    public var treatment: PartnerCount
    /// Why there is no estimate: `.unboundedEstimate` when the fit has none, `.restsOnOnePartner` when it would have
    /// none without that partner (treatment's numbers follow control's).
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        fit: CoxFit, variance: Variance, estimate: Estimate?, logRank: LogRankResult,
        profileInterval: Interval?, proportionalHazards: ChiSquaredTest?,
        proportionalHazardsUnavailable: EstimationError?, control: PartnerCount, treatment: PartnerCount,
        unavailable: EstimationError?
    ) {
        self.fit = fit
        self.variance = variance
        self.estimate = estimate
        self.logRank = logRank
        self.profileInterval = profileInterval
        self.proportionalHazards = proportionalHazards
        self.proportionalHazardsUnavailable = proportionalHazardsUnavailable
        self.control = control
        self.treatment = treatment
        self.unavailable = unavailable
    }

    /// The log hazard ratio with its test and interval.
    ///
    /// Without a finite estimate the p-value is that of the clustered log-rank test and there is no interval: an arm
    /// without losses does not tell how much its partners differ, so that inverting the test would claim too much, as
    /// would the likelihood of customers taken as independent.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        let method: EffectMethod = variance == .jackknife ? .coxJackknife : .coxSandwich
        if let estimate {
            return TreatmentEffect(
                method: method, estimand: .survivalCurve,
                scale: .logHazardRatio, control: control, treatment: treatment, estimate: estimate,
                confidenceLevel: confidenceLevel)
        }
        let isUnbounded = unavailable == .unboundedEstimate
        return TreatmentEffect(
            method: isUnbounded ? .coxScore : method, estimand: .survivalCurve, scale: .logHazardRatio,
            control: control, treatment: treatment, value: fit.coefficients[0].value,
            degreesOfFreedom: isUnbounded ? logRank.degreesOfFreedom : nil,
            pValue: isUnbounded ? logRank.pValue : nil, unavailable: isUnbounded ? nil : unavailable)
    }
}

extension EffectMethod {
    /// Cox regression with the delete-one-partner jackknife.
    public static let coxJackknife = EffectMethod(rawValue: "Cox regression, CV3, t(min m − 1)")
    /// Cox regression with the Lin–Wei sandwich.
    public static let coxSandwich = EffectMethod(
        rawValue: "Cox regression, Lin–Wei × G/(G − 1), t(min m − 1)")
    /// Cox regression without a finite estimate: its score test on partner scores.
    public static let coxScore = EffectMethod(rawValue: "Cox regression, clustered score test")
}

/// Estimates the hazard ratio of treatment against control within strata, with partners as the randomised units.
///
/// - Parameters:
///   - strata: The strata; partners keep their numbers across them.
///   - ties: How customers lost together are treated.
///   - variance: How the standard error is computed.
///   - confidenceLevel: Of `profileInterval`.
/// - Source: Cox (1972); Lin & Wei (1989); CV3 MacKinnon, Nielsen & Webb (2023).
/// - Throws: As `clusteredLogRank`, and `.collinearCovariate` when losses never meet both arms at risk.
public func hazardRatio(
    strata: [SurvivalComparison], ties: CoxTies = .efron, variance: HazardRatio.Variance = .jackknife,
    confidenceLevel: Double = 0.95
) throws(EstimationError) -> HazardRatio {
    let sizes = try strata.occupiedPartners()
    let logRank = try clusteredLogRank(strata: strata)
    let (observations, treated, stratum) = strata.pooled()
    let model = try CoxModel(
        observations, covariates: [treated], stratum: strata.count > 1 ? stratum : nil)
    let fit = try model.fit(ties: ties)
    let partners = (
        control: PartnerCount(sizes: sizes.control), treatment: PartnerCount(sizes: sizes.treatment)
    )
    var result = HazardRatio(
        fit: fit, variance: variance, estimate: nil, logRank: logRank, profileInterval: nil,
        proportionalHazards: nil, proportionalHazardsUnavailable: nil, control: partners.control,
        treatment: partners.treatment, unavailable: nil)
    do throws(EstimationError) {
        let degreesOfFreedom = Double(min(partners.control.raw, partners.treatment.raw) - 1)
        switch variance {
        case .jackknife:
            result.estimate = try model.jackknife(fit, degreesOfFreedom: degreesOfFreedom).estimates[0]
        case .sandwich:
            guard let value = fit.coefficients[0].value, let error = fit.coefficients[0].robustStandardError
            else { throw .unboundedEstimate }
            guard error > 0 else { throw .noVariation }
            let count = Double(partners.control.raw + partners.treatment.raw)
            result.estimate = Estimate(
                value: value, standardError: (count / (count - 1)).squareRoot() * error,
                degreesOfFreedom: degreesOfFreedom)
        }
    } catch {
        result.unavailable = error
        if error == .unboundedEstimate {
            result.profileInterval = try model.profileInterval(
                of: 0, in: fit, confidenceLevel: confidenceLevel)
        }
    }
    do throws(EstimationError) {
        result.proportionalHazards = try model.proportionalHazardsTest(
            of: observations, ties: ties, startingAt: fit.coefficients.map { $0.value ?? 0 }
        ).global
    } catch {
        result.proportionalHazardsUnavailable = error
    }
    return result
}

extension [SurvivalComparison] {
    /// All customers in one sample, whether each is treated, and where there are several strata that of each; the
    /// treatment's partners are numbered after the control's.
    fileprivate func pooled() -> (observations: SurvivalSample, treated: [Double], stratum: [Int]) {
        let controlCount = clusterCount(of: .control)
        var cluster: [Int32] = []
        var entry: [Double] = []
        var time: [Double] = []
        var isEvent: [Bool] = []
        var treated: [Double] = []
        var stratum: [Int] = []
        let rowCount = reduce(0) { $0 + $1.control.rowCount + $1.treatment.rowCount }
        cluster.reserveCapacity(rowCount)
        entry.reserveCapacity(rowCount)
        time.reserveCapacity(rowCount)
        isEvent.reserveCapacity(rowCount)
        treated.reserveCapacity(rowCount)
        for (index, comparison) in enumerated() {
            for (sample, isTreated) in [(comparison.control, false), (comparison.treatment, true)] {
                let first = Int32(isTreated ? controlCount : 0)
                cluster.append(contentsOf: sample.cluster.lazy.map { $0 + first })
                entry += sample.entry
                time += sample.time
                isEvent += sample.isEvent
                treated.append(contentsOf: repeatElement(isTreated ? 1 : 0, count: sample.rowCount))
                if count > 1 { stratum += [Int](repeating: index, count: sample.rowCount) }
            }
        }
        let observations = SurvivalSample(
            trusted: cluster, entry: entry, time: time, isEvent: isEvent,
            clusterCount: controlCount + clusterCount(of: .treatment))
        return (observations, treated, stratum)
    }
}
