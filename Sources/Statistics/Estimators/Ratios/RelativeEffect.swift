import Foundation

extension EffectMethod {
    /// A t interval of ln(R₁/R₀), transformed back.
    public static let logRatioDelta = EffectMethod(rawValue: "log-ratio delta method")
    /// Fieller's confidence set of a ratio.
    public static let fieller = EffectMethod(rawValue: "Fieller")
}

/// A relative difference with a confidence set that accounts for control's own uncertainty.
public struct RelativeEffect: Sendable, Hashable, Codable {
    /// `logRatioDelta`, or `fieller` where control is less than three standard errors from 0.
    public var method: EffectMethod
    /// Whose average the ratios are.
    public var estimand: Estimand
    /// Partners of the control arm.
    public var control: PartnerCount
    /// Partners of the treatment arm.
    public var treatment: PartnerCount
    /// R₁/R₀ − 1.
    public var value: Double
    /// Degrees of freedom of the t quantile behind `region`.
    public var degreesOfFreedom: Double
    /// The values not ruled out.
    public var region: FiellerRegion
    /// Coverage, for example 0.95.
    public var confidenceLevel: Double
    /// What the level covers.
    public var validity: Interval.Validity

    /// Creates an effect from its fields.
    public init(
        method: EffectMethod, estimand: Estimand, control: PartnerCount, treatment: PartnerCount,
        value: Double, degreesOfFreedom: Double, region: FiellerRegion, confidenceLevel: Double,
        validity: Interval.Validity
    ) {
        self.method = method
        self.estimand = estimand
        self.control = control
        self.treatment = treatment
        self.value = value
        self.degreesOfFreedom = degreesOfFreedom
        self.region = region
        self.confidenceLevel = confidenceLevel
        self.validity = validity
    }
}

extension Interval {
    /// An interval of ln(R₁/R₀) as one of R₁/R₀ − 1, with the same level and promise.
    public var relativeFromLogRatio: Interval {
        Interval(
            lower: expm1(lower), upper: expm1(upper), confidenceLevel: confidenceLevel, validity: validity)
    }
}

extension RatioComparison {
    /// Below this many standard errors from 0, control is too uncertain to take its logarithm.
    private static let standardErrorsForLogarithm = 3.0

    /// The relative difference R₁/R₀ − 1.
    ///
    /// The interval is exp(ln(R₁/R₀) ± t·se) − 1, or Fieller's set when either arm is less than three standard
    /// errors above 0. Dividing the interval of the difference by R₀ is never right: it takes R₀ as known.
    ///
    /// - Throws: `unavailable`, `.notPositive` when control is not positive.
    public func relativeEffect(confidenceLevel: Double) throws(EstimationError) -> RelativeEffect {
        if let unavailable { throw unavailable }
        guard control.value > 0 else { throw .notPositive(.control) }
        let isClear = [control, treatment].allSatisfy { arm in
            guard let variance = arm.uncertainty?.squaredStandardError else { return false }
            return arm.value > 0
                && arm.value >= RatioComparison.standardErrorsForLogarithm * variance.squareRoot()
        }
        let region: FiellerRegion
        let estimate = try estimate(on: isClear ? .logRatio : .difference)
        if isClear {
            let interval = estimate.interval(confidenceLevel: confidenceLevel).relativeFromLogRatio
            region = .bounded(lower: interval.lower, upper: interval.upper)
        } else {
            region = try fiellerRegion(confidenceLevel: confidenceLevel)
        }
        return RelativeEffect(
            method: isClear ? .logRatioDelta : .fieller, estimand: estimand, control: control.partners,
            treatment: treatment.partners, value: difference / control.value,
            degreesOfFreedom: estimate.degreesOfFreedom, region: region, confidenceLevel: confidenceLevel,
            validity: .fixedSample)
    }

    /// The relative difference d/R₀ of an adjusted difference d to this comparison's unadjusted control, as
    /// dashboards print it.
    ///
    /// The variance (V₁ + V₀·(R₁/R₀)²)/R₀² takes V from the adjusted arms and R from the unadjusted ones, and so
    /// leaves out how the two hang together; the degrees of freedom are those of the difference. For
    /// reconciling numbers with GrowthBook (gbstats 0.8.0) only. Without adjustment it is the ordinary delta
    /// method, apart from the degrees of freedom.
    ///
    /// - Throws: `unavailable` of either comparison, `.notPositive` when control is not positive.
    public func plugInRelativeEstimate(adjusted: RatioComparison) throws(EstimationError) -> Estimate {
        guard control.value > 0 else { throw .notPositive(.control) }
        var relative = self
        relative.control.uncertainty = adjusted.control.uncertainty
        relative.treatment.uncertainty = adjusted.treatment.uncertainty
        return Estimate(
            value: adjusted.difference / control.value,
            standardError: try relative.estimate(on: .relativeDifference).standardError,
            degreesOfFreedom: try adjusted.estimate(on: .difference).degreesOfFreedom)
    }
}
