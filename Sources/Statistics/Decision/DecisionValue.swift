/// What scaling a treatment up would earn, as a function of the effect: value·θ − fixed cost.
public struct ScalingEconomics: Sendable, Hashable, Codable {
    /// Money earned per unit of effect: per unit of rate, gross margin times recurring revenue of all partners
    /// the treatment would reach over the horizon; per unit of net value a partner, the number of those
    /// partners. Positive.
    public var valuePerUnitEffect: Double
    /// Money that scaling up costs whatever the effect; not negative. Incentives that grow with the outcome
    /// belong into the effect, as net value.
    public var fixedCost: Double

    /// Creates the economics.
    public init(valuePerUnitEffect: Double, fixedCost: Double) {
        self.valuePerUnitEffect = valuePerUnitEffect
        self.fixedCost = fixedCost
    }

    /// The effect at which scaling up pays for itself.
    public var breakEvenEffect: Double { fixedCost / valuePerUnitEffect }
}

/// Where the break-even effect lies with respect to an interval of the effect.
public enum BreakEvenPosition: String, Sendable, Hashable, Codable {
    /// Every effect in the interval pays.
    case belowInterval
    /// Some pay and some do not.
    case insideInterval
    /// No effect in the interval pays.
    case aboveInterval
}

/// What is at stake in deciding now whether to scale up.
public struct DecisionValue: Sendable, Hashable, Codable {
    /// The posterior mean of the net value, in money.
    public var expectedNetValue: Double
    /// Its posterior standard deviation.
    public var standardDeviation: Double
    /// P(net value > 0).
    public var probabilityOfGain: Double
    /// What scaling up loses on average against knowing better, E[max(0, −net value)].
    public var expectedLossOfScaling: Double
    /// What stopping loses on average against knowing better, E[max(0, net value)].
    public var expectedLossOfStopping: Double
    /// What knowing the effect would be worth: the smaller of the two losses.
    public var expectedValueOfPerfectInformation: Double
    /// The effect at which scaling up pays for itself.
    public var breakEvenEffect: Double
    /// The confidence interval of the effect, to be shown beside it.
    public var interval: Interval
    /// Where the break-even effect lies in that interval.
    public var breakEvenPosition: BreakEvenPosition

    /// Creates a value from its fields.
    public init(
        expectedNetValue: Double, standardDeviation: Double, probabilityOfGain: Double,
        expectedLossOfScaling: Double, expectedLossOfStopping: Double,
        expectedValueOfPerfectInformation: Double, breakEvenEffect: Double, interval: Interval,
        breakEvenPosition: BreakEvenPosition
    ) {
        self.expectedNetValue = expectedNetValue
        self.standardDeviation = standardDeviation
        self.probabilityOfGain = probabilityOfGain
        self.expectedLossOfScaling = expectedLossOfScaling
        self.expectedLossOfStopping = expectedLossOfStopping
        self.expectedValueOfPerfectInformation = expectedValueOfPerfectInformation
        self.breakEvenEffect = breakEvenEffect
        self.interval = interval
        self.breakEvenPosition = breakEvenPosition
    }

    /// The net value as a normal belief with the same mean and standard deviation, which the value of a further
    /// look is computed from.
    public var belief: NormalBelief {
        NormalBelief(mean: expectedNetValue, standardDeviation: standardDeviation)
    }
}

/// The value of scaling up under a posterior.
///
/// - Parameter interval: The frequentist interval of the same effect, a repeated one at an interim look.
/// - Throws: `.invalidPlan` when the value of an effect is not positive or the cost is negative.
public func decisionValue(
    posterior: EffectPosterior, economics: ScalingEconomics, interval: Interval
) throws(EstimationError) -> DecisionValue {
    let value = economics.valuePerUnitEffect
    guard value > 0, value.isFinite, economics.fixedCost >= 0, economics.fixedCost.isFinite else {
        throw .invalidPlan(
            reason:
                "an effect is worth \(value) and scaling up costs \(economics.fixedCost), expected a positive "
                + "value and a cost of 0 or more")
    }
    let breakEven = economics.breakEvenEffect
    let loss = (
        scaling: value * posterior.expectedShortfall(below: breakEven),
        stopping: value * posterior.expectedExcess(above: breakEven)
    )
    return DecisionValue(
        expectedNetValue: value * posterior.mean - economics.fixedCost,
        standardDeviation: value * posterior.standardDeviation,
        probabilityOfGain: posterior.probability(above: breakEven), expectedLossOfScaling: loss.scaling,
        expectedLossOfStopping: loss.stopping,
        expectedValueOfPerfectInformation: min(loss.scaling, loss.stopping), breakEvenEffect: breakEven,
        interval: interval,
        breakEvenPosition: breakEven < interval.lower
            ? .belowInterval : breakEven > interval.upper ? .aboveInterval : .insideInterval)
}

/// What the economics recommend.
public enum EconomicAdvice: String, Sendable, Hashable, Codable {
    /// Scale up.
    case scale
    /// Run on to the next look.
    case wait
    /// End the pilot without scaling up.
    case stop
}

/// Scale up when the gate has passed, the expected net value is positive and its expected loss is within budget;
/// otherwise run on while the next look is worth more than it costs; otherwise stop.
///
/// The economics never override the gate of metrics and guardrails.
///
/// - Parameters:
///   - gatePasses: Whether the pre-registered rule on metrics and guardrails allows scaling up.
///   - lossBudget: The largest expected loss of scaling up that is accepted, in money.
///   - valueOfNextLook: `expectedValueOfSampleInformation` of the net value; nil when no look is left.
///   - holdingCost: What running on to that look costs, in money.
public func economicAdvice(
    gatePasses: Bool, value: DecisionValue, lossBudget: Double, valueOfNextLook: Double?, holdingCost: Double
) -> EconomicAdvice {
    if gatePasses, value.expectedNetValue > 0, value.expectedLossOfScaling <= lossBudget { return .scale }
    if let valueOfNextLook, valueOfNextLook > holdingCost { return .wait }
    return .stop
}
