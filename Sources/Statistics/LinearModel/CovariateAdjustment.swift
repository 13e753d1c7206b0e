/// Which covariate adjustment of a comparison enough partners stand behind.
public enum CovariateAdjustment: String, Sendable, Hashable, Codable, CaseIterable {
    /// None: the plain difference.
    case none
    /// One slope for both arms (analysis of covariance; CUPED with a pooled coefficient).
    case ancova
    /// A slope for each arm, around the covariate's mean over both.
    case lin

    /// Partners each arm needs: with fewer, estimating slopes costs more than it gains, and unequal arms
    /// break the standard error (with 3 against 17 partners, Lin's test rejects a true null in a fifth of
    /// cases).
    public var minimumPartnersPerArm: Int {
        switch self {
        case .none: 2
        case .ancova: 10
        case .lin: 41
        }
    }

    /// The richest adjustment that both arms have partners enough for.
    public static func recommended(controlPartners: Int, treatmentPartners: Int) -> CovariateAdjustment {
        let smaller = min(controlPartners, treatmentPartners)
        return allCases.last { smaller >= $0.minimumPartnersPerArm } ?? .none
    }
}

/// A partner's outcome with a number that was fixed before partners were assigned, such as its renewal rate
/// of the year before.
///
/// A number that the treatment could have moved is not a covariate: adjusting for it removes part of the
/// effect.
public struct CovariateTotal: Sendable, Hashable, Codable {
    /// The outcome's line.
    public var total: ClusterTotal
    /// The covariate, in its own unit; nil when it is not known, for example for a new partner.
    public var covariate: Double?

    /// Creates a partner's line.
    public init(total: ClusterTotal, covariate: Double?) {
        self.total = total
        self.covariate = covariate
    }
}

/// A partner's ratio after and before assignment.
public struct RatioCovariateTotal: Sendable, Hashable, Codable {
    /// Numerator and denominator of the outcome.
    public var outcome: ClusterTotal
    /// The same ratio before assignment; without a denominator the covariate is not known.
    public var before: ClusterTotal

    /// Creates a partner's lines.
    public init(outcome: ClusterTotal, before: ClusterTotal) {
        self.outcome = outcome
        self.before = before
    }
}

/// A difference between arms, treatment − control, adjusted for a covariate fixed before assignment.
public struct AdjustedDifference: Sendable, Hashable, Codable {
    /// How it was adjusted.
    public var adjustment: CovariateAdjustment
    /// Whose average it is.
    public var estimand: Estimand
    /// What it was computed by.
    public var method: EffectMethod
    /// The partners of the control arm.
    public var control: PartnerCount
    /// The partners of the treatment arm.
    public var treatment: PartnerCount
    /// The difference without adjustment.
    public var unadjusted: Double
    /// The adjusted difference, known even when its uncertainty is not.
    public var difference: Double
    /// The outcome's change a unit of the covariate in control; with `.ancova` that of both arms.
    public var controlSlope: Double
    /// The outcome's change a unit of the covariate under treatment; with `.ancova` that of both arms.
    public var treatmentSlope: Double
    /// Partners whose covariate was not known: they got the mean, and the model a term of their own.
    public var imputedCovariates: Int
    /// The covariate's own difference between arms, with its standard error. Assignment makes it small; a
    /// large one says that the covariate was measured too late, or assignment went wrong. Nil where
    /// undefined.
    public var covariateDifference: Estimate?
    /// The difference with its standard error and degrees of freedom; nil exactly when `unavailable` says
    /// why.
    public var estimate: Estimate?
    /// Why there is no estimate.
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        adjustment: CovariateAdjustment, estimand: Estimand, method: EffectMethod, control: PartnerCount,
        treatment: PartnerCount, unadjusted: Double, difference: Double, controlSlope: Double,
        treatmentSlope: Double, imputedCovariates: Int, covariateDifference: Estimate?,
        estimate: Estimate?, unavailable: EstimationError?
    ) {
        self.adjustment = adjustment
        self.estimand = estimand
        self.method = method
        self.control = control
        self.treatment = treatment
        self.unadjusted = unadjusted
        self.difference = difference
        self.controlSlope = controlSlope
        self.treatmentSlope = treatmentSlope
        self.imputedCovariates = imputedCovariates
        self.covariateDifference = covariateDifference
        self.estimate = estimate
        self.unavailable = unavailable
    }

    /// The result side by side with other estimators'.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1, for example 0.95.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        if let estimate {
            return TreatmentEffect(
                method: method, estimand: estimand, scale: .difference, control: control,
                treatment: treatment, estimate: estimate, confidenceLevel: confidenceLevel)
        }
        return TreatmentEffect(
            method: method, estimand: estimand, scale: .difference, control: control, treatment: treatment,
            value: difference, unavailable: unavailable)
    }
}

extension EffectMethod {
    /// Analysis of covariance of partners' own rates.
    public static let partnerAncova = EffectMethod(rawValue: "partner ANCOVA, HC2")
    /// Lin's regression of partners' own rates.
    public static let partnerLin = EffectMethod(rawValue: "partner Lin regression, HC2")
    /// Analysis of covariance that counts every customer once.
    public static let customerAncova = EffectMethod(rawValue: "customer ANCOVA, CR2")
    /// Lin's regression that counts every customer once.
    public static let customerLin = EffectMethod(rawValue: "customer Lin regression, CR2")
    /// Analysis of covariance of linearised ratios.
    public static let ratioAncova = EffectMethod(rawValue: "linearised ratio ANCOVA, HC2")
}
