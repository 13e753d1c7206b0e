/// The outcome of a randomisation test.
public struct RandomizationResult: Sendable, Hashable, Codable {
    /// The share of assignments at least as extreme as the one that happened.
    public var pValue: Double
    /// The statistic under the assignment that happened: the studentised difference, treatment − control, or the
    /// plain one of a test that is not studentised. Nil where the arms differ without varying inside, which is more
    /// extreme than any number.
    public var statistic: Double?
    /// Assignments compared: all of them when exact, random draws otherwise.
    public var draws: Int
    /// Whether every assignment the mechanism can produce was compared.
    public var isExact: Bool
    /// How many assignments (label orders) the mechanism can produce; the largest finite number when there are
    /// more than that. With an acceptance rule, those accepted when exact and all candidates otherwise.
    public var assignmentCount: Double
    /// The smallest p-value this design and number of draws can give, ties in the outcomes aside.
    public var smallestAttainable: Double

    /// Creates a result from its fields.
    public init(
        pValue: Double, statistic: Double?, draws: Int, isExact: Bool, assignmentCount: Double,
        smallestAttainable: Double
    ) {
        self.pValue = pValue
        self.statistic = statistic
        self.draws = draws
        self.isExact = isExact
        self.assignmentCount = assignmentCount
        self.smallestAttainable = smallestAttainable
    }
}

/// What randomisation alone says about one metric: a difference, its p-value and its interval.
public struct RandomizationInference: Sendable, Hashable, Codable {
    /// How the p-value and the interval were obtained.
    public var method: EffectMethod
    /// Whose average the difference is.
    public var estimand: Estimand
    /// treatment − control, in the metric's unit.
    public var difference: Double
    /// The test of no effect on any partner.
    public var test: RandomizationResult
    /// In which direction a difference was extreme.
    public var alternative: Alternative
    /// Partners of the control arm.
    public var control: PartnerCount
    /// Partners of the treatment arm.
    public var treatment: PartnerCount
    /// The constant effects that the test does not reject; nil when no level was asked for. An end that no effect,
    /// however large, would let the design reject is infinite, as is the open end of a one-sided one.
    public var interval: Interval?
    /// Why there is no interval although a level was asked for: `.noVariation` where neither arm varies inside. Then
    /// only the very difference seen would not be rejected, which says more than the outcomes do.
    public var intervalUnavailable: EstimationError?
    /// Whether p falls without a break on the way out from the estimate, as it should; the interval covers all
    /// effects that are not rejected either way. Nil without an interval.
    public var isIntervalMonotone: Bool?

    /// Creates a result from its fields.
    public init(
        method: EffectMethod, estimand: Estimand, difference: Double, test: RandomizationResult,
        alternative: Alternative, control: PartnerCount, treatment: PartnerCount, interval: Interval? = nil,
        isIntervalMonotone: Bool? = nil, intervalUnavailable: EstimationError? = nil
    ) {
        self.method = method
        self.estimand = estimand
        self.difference = difference
        self.test = test
        self.alternative = alternative
        self.control = control
        self.treatment = treatment
        self.interval = interval
        self.isIntervalMonotone = isIntervalMonotone
        self.intervalUnavailable = intervalUnavailable
    }

    /// The result beside those of other estimators; it has an interval only at the level that was inverted.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        TreatmentEffect(
            method: method, estimand: estimand, scale: .difference, control: control, treatment: treatment,
            value: difference, pValue: test.pValue,
            interval: interval?.confidenceLevel == confidenceLevel ? interval : nil)
    }
}

extension EffectMethod {
    /// The studentised difference under the replayed mechanism.
    public static let studentizedRandomization = EffectMethod(rawValue: "randomisation test, studentised")
    /// The plain difference under the replayed mechanism.
    public static let randomization = EffectMethod(rawValue: "randomisation test")
}
