/// What an estimator aims at: whose average an effect is.
public enum Estimand: String, Sendable, Hashable, Codable {
    /// Every customer counts once: the difference of Σy/Σx between arms.
    case customerAverage
    /// Every partner counts once, whatever its size.
    case partnerAverage
    /// Every unit of money counts once.
    case revenueWeighted
    /// Every partner counts by how precisely its rate is measured: between customer and partner average.
    case precisionWeighted
    /// A quantile of the customers' outcomes.
    case customerQuantile
    /// The whole course of loss over time.
    case survivalCurve
    /// Time kept up to a horizon.
    case restrictedMeanTime
}

/// The scale an effect is expressed on; always treatment against control.
public enum EffectScale: String, Sendable, Hashable, Codable {
    /// treatment − control, in the metric's own unit.
    case difference
    /// treatment / control − 1.
    case relativeDifference
    /// ln(treatment / control).
    case logRatio
    /// ln of the ratio of hazards.
    case logHazardRatio
    /// A score that has a sign and a p-value but no unit.
    case score
}

/// How many partners stand behind a number.
public struct PartnerCount: Sendable, Hashable, Codable {
    /// Partners with something to measure.
    public var raw: Int
    /// Kish's (Σx)²/Σx²: how many partners of equal size would weigh as evenly; at most `raw`.
    public var effective: Double

    /// Creates a count.
    public init(raw: Int, effective: Double) {
        self.raw = raw
        self.effective = effective
    }

    /// Whether partners are so unequal that they weigh like fewer than half of their number.
    public var isUneven: Bool { effective < Double(raw) / 2 }
}

/// How an effect was estimated, by the name the literature uses, such as "CR2, Imbens–Kolesár df".
public struct EffectMethod: RawRepresentable, Sendable, Hashable, Codable {
    /// The method's name.
    public let rawValue: String

    /// Names a method.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One way of answering "what did the treatment do": a number with everything needed to judge it.
///
/// Different estimators of one table are put side by side as effects.
public struct TreatmentEffect: Sendable, Hashable, Codable {
    /// How it was estimated.
    public var method: EffectMethod
    /// Whose average it is.
    public var estimand: Estimand
    /// The unit of `value` and of the interval.
    public var scale: EffectScale
    /// Partners of the control arm.
    public var control: PartnerCount
    /// Partners of the treatment arm.
    public var treatment: PartnerCount
    /// The estimate; nil for a test without one.
    public var value: Double?
    /// Its standard error; nil where the method has none.
    public var standardError: Double?
    /// Degrees of freedom of the reference t distribution; nil where it is not a t.
    public var degreesOfFreedom: Double?
    /// The p-value of no effect; nil exactly when `unavailable` says why.
    public var pValue: Double?
    /// The interval with its level and validity; an unbounded end is infinite. Nil where the method gives none.
    public var interval: Interval?
    /// Why there is no p-value.
    public var unavailable: EstimationError?

    /// Creates an effect from its fields.
    public init(
        method: EffectMethod, estimand: Estimand, scale: EffectScale, control: PartnerCount,
        treatment: PartnerCount, value: Double?, standardError: Double? = nil,
        degreesOfFreedom: Double? = nil, pValue: Double? = nil, interval: Interval? = nil,
        unavailable: EstimationError? = nil
    ) {
        self.method = method
        self.estimand = estimand
        self.scale = scale
        self.control = control
        self.treatment = treatment
        self.value = value
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
        self.pValue = pValue
        self.interval = interval
        self.unavailable = unavailable
    }

    /// An effect whose test and interval are those of a t-referenced estimate.
    public init(
        method: EffectMethod, estimand: Estimand, scale: EffectScale, control: PartnerCount,
        treatment: PartnerCount, estimate: Estimate, confidenceLevel: Double
    ) {
        self.init(
            method: method, estimand: estimand, scale: scale, control: control, treatment: treatment,
            value: estimate.value, standardError: estimate.standardError,
            degreesOfFreedom: estimate.degreesOfFreedom, pValue: estimate.pValue(),
            interval: estimate.interval(confidenceLevel: confidenceLevel))
    }

    /// An effect that is a difference known even where its uncertainty is not.
    init(
        method: EffectMethod, estimand: Estimand, scale: EffectScale, control: PartnerCount,
        treatment: PartnerCount, difference: Double, estimate: Estimate?, unavailable: EstimationError?,
        confidenceLevel: Double
    ) {
        if let estimate {
            self.init(
                method: method, estimand: estimand, scale: scale, control: control, treatment: treatment,
                estimate: estimate, confidenceLevel: confidenceLevel)
        } else {
            self.init(
                method: method, estimand: estimand, scale: scale, control: control, treatment: treatment,
                value: difference, unavailable: unavailable)
        }
    }
}
