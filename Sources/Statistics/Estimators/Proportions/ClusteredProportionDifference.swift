import Foundation

extension EffectMethod {
    /// Wilson limits of both arms at their effective sizes, squared and added.
    public static let clusteredWilson = EffectMethod(rawValue: "Wilson limits at the effective size")
}

/// A difference of customers' proportions whose interval does not vanish when an arm does not vary.
public struct ClusteredProportionDifference: Sendable, Hashable, Codable {
    /// One arm's proportion.
    public struct Side: Sendable, Hashable, Codable {
        /// Successes over customers.
        public var value: Double
        /// Wilson's limits at the effective size.
        public var interval: Interval
        /// How many independent customers would have told as much.
        public var effectiveCustomers: Double
        /// The partners behind it.
        public var partners: PartnerCount

        /// Creates a side from its fields.
        public init(value: Double, interval: Interval, effectiveCustomers: Double, partners: PartnerCount) {
            self.value = value
            self.interval = interval
            self.effectiveCustomers = effectiveCustomers
            self.partners = partners
        }
    }

    /// The control arm.
    public var control: Side
    /// The treatment arm.
    public var treatment: Side
    /// treatment − control with its interval.
    public var interval: Interval
    /// The level at which the interval would just touch 0; positive.
    public var pValue: Double
    /// The correlation within partners that was assumed.
    public var correlation: Double

    /// Creates a result from its fields.
    public init(control: Side, treatment: Side, interval: Interval, pValue: Double, correlation: Double) {
        self.control = control
        self.treatment = treatment
        self.interval = interval
        self.pValue = pValue
        self.correlation = correlation
    }

    /// treatment − control.
    public var difference: Double { treatment.value - control.value }

    /// The difference as an effect.
    public func effect() -> TreatmentEffect {
        TreatmentEffect(
            method: .clusteredWilson, estimand: .customerAverage, scale: .difference,
            control: control.partners,
            treatment: treatment.partners, value: difference, pValue: pValue, interval: interval)
    }
}

/// Compares proportions of customers when partners are randomised, also where an arm does not vary.
///
/// When every customer of an arm renews, its sandwich variance is 0 and any difference looks certain. Here each
/// arm gets Wilson's limits at the size N/(1 + (Σn²/N − 1)ρ) with the t quantile of its m − 1 partners instead
/// of the normal one; the difference's interval squares and adds them. A bound for such arms, not the primary
/// estimate: it rests on ρ.
///
/// - Parameter correlation: ρ of customers of one partner, from 0 to 1. Nil takes the estimate within arms, not
///   below 0.01; 1, a partner counting as one customer, where it is undefined.
/// - Source: Wilson limits at the effective size: Korn & Graubard (1998), Survey Methodology 24:193, and Dean &
///   Pagano (2015), JSSM 3:484; difference: Newcombe (1998), Statistics in Medicine 17:873.
/// - Throws: `.emptyArm`, `.invalidTotal` also for a total that is no number of successes among its customers,
///   `.tooFewClusters` below two partners in an arm, `.invalidPlan` for a correlation outside 0...1.
public func clusteredProportionDifference(
    control: [ClusterTotal], treatment: [ClusterTotal], correlation: Double? = nil, confidenceLevel: Double
) throws(EstimationError) -> ClusteredProportionDifference {
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    let estimated = intraclassCorrelation(control: control, treatment: treatment).map {
        min(max($0, WorkingCovariance.correlationBounds.lowerBound), 1)
    }
    let assumed = correlation ?? estimated ?? 1
    try checkCorrelation(assumed)
    let left = try EffectiveProportion(control, correlation: assumed, arm: .control)
    let right = try EffectiveProportion(treatment, correlation: assumed, arm: .treatment)

    func bounds(tail: Double) -> (lower: Double, upper: Double) {
        squareAndAdd(control: left.bounds(tail: tail), treatment: right.bounds(tail: tail))
    }
    let tail = (1 - confidenceLevel) / 2
    let limits = bounds(tail: tail)
    // Both limits move away from the difference as the tail shrinks. On a logarithmic scale, so that a small
    // p-value keeps its digits.
    let difference = right.value - left.value
    let exponent = lastPoint(in: -300 ... -0.301_029_995_663_981_2) { exponent in
        let limits = bounds(tail: pow(10, exponent))
        return difference > 0 ? limits.lower <= 0 : limits.upper >= 0
    }
    return ClusteredProportionDifference(
        control: left.side(tail: tail, confidenceLevel: confidenceLevel),
        treatment: right.side(tail: tail, confidenceLevel: confidenceLevel),
        interval: Interval(
            lower: limits.lower, upper: limits.upper, confidenceLevel: confidenceLevel, validity: .fixedSample
        ),
        pValue: difference == 0 ? 1 : min(1, 2 * pow(10, exponent)), correlation: assumed)
}

/// An arm's proportion with the number of independent customers that would tell as much.
private struct EffectiveProportion {
    let value: Double
    let effectiveCustomers: Double
    private let pooled: ArmRate

    init(_ totals: [ClusterTotal], correlation: Double, arm: Arm) throws(EstimationError) {
        pooled = try ArmRate(pooling: totals, arm: arm)
        if let index = totals.firstIndex(where: { total in
            total.denominator != Double(total.count) || !(0...total.denominator).contains(total.numerator)
        }) {
            throw .invalidTotal(arm: arm, index: index)
        }
        guard pooled.clusterCount >= 2 else {
            throw .tooFewClusters(arm: arm, found: pooled.clusterCount, required: 2)
        }
        value = pooled.rate
        let meanSize = pooled.denominator / pooled.effectiveClusterCount
        effectiveCustomers = pooled.denominator / (1 + (meanSize - 1) * correlation)
    }

    func bounds(tail: Double) -> (value: Double, lower: Double, upper: Double) {
        let t = StudentT(degreesOfFreedom: Double(pooled.clusterCount - 1)).survivalQuantile(tail)
        // A quantile beyond the range of its square leaves nothing excluded.
        guard t < 1e100 else { return (value, 0, 1) }
        let bounds = wilsonBounds(value, effectiveTrials: effectiveCustomers, criticalValue: t)
        return (value, bounds.lower, bounds.upper)
    }

    func side(tail: Double, confidenceLevel: Double) -> ClusteredProportionDifference.Side {
        let bounds = bounds(tail: tail)
        return ClusteredProportionDifference.Side(
            value: value,
            interval: Interval(
                lower: bounds.lower, upper: bounds.upper, confidenceLevel: confidenceLevel,
                validity: .fixedSample),
            effectiveCustomers: effectiveCustomers, partners: PartnerCount(pooled))
    }
}
