extension EffectMethod {
    /// Welch's t on partners' values pulled in to fixed limits.
    public static let winsorizedWelch = EffectMethod(rawValue: "winsorised partner means, Welch")
}

/// The limits values are pulled in to.
public struct WinsorizationLimits: Sendable, Hashable, Codable {
    /// Smaller values count as this one.
    public var lower: Double
    /// Larger values count as this one; not below `lower`.
    public var upper: Double

    /// States limits, for example from a plan or an earlier period.
    ///
    /// - Precondition: `lower` is not above `upper`.
    public init(lower: Double, upper: Double) {
        require(Self.fault(lower: lower, upper: upper))
        self.lower = lower
        self.upper = upper
    }

    /// Decodes limits, refusing those in the wrong order.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        lower = try container.decode(Double.self, forKey: .lower)
        upper = try container.decode(Double.self, forKey: .upper)
        try decoder.refuse(Self.fault(lower: lower, upper: upper))
    }

    private static func fault(lower: Double, upper: Double) -> String? {
        lower <= upper ? nil : "the lower limit is not above the upper one"
    }

    /// Quantiles of values of both arms together, so that no arm is cut at its own limit.
    ///
    /// - Parameters:
    ///   - values: All arms' values; finite.
    ///   - tail: The share cut off at each end, from 0 to below 0.5, for example 0.05.
    /// - Returns: nil without values.
    public init?(pooled values: [Double], tail: Double) {
        precondition(tail >= 0 && tail < 0.5, "less than half is cut off at each end")
        let sorted = values.sorted()
        guard let lower = sampleQuantile(sorted: sorted, probability: tail),
            let upper = sampleQuantile(sorted: sorted, probability: 1 - tail)
        else { return nil }
        self.init(lower: lower, upper: max(lower, upper))
    }

    /// A value pulled in to the limits.
    public func callAsFunction(_ value: Double) -> Double { min(max(value, lower), upper) }
}

/// A comparison of partners' winsorised values.
public struct WinsorizedComparison: Sendable, Hashable, Codable {
    /// The comparison of the pulled-in values; every partner counts once.
    public var comparison: RatioComparison
    /// The limits that were used.
    public var limits: WinsorizationLimits
    /// Partners of the control arm whose value was changed.
    public var changedInControl: Int
    /// Partners of the treatment arm whose value was changed.
    public var changedInTreatment: Int

    /// Creates a result from its fields.
    public init(
        comparison: RatioComparison, limits: WinsorizationLimits, changedInControl: Int,
        changedInTreatment: Int
    ) {
        self.comparison = comparison
        self.limits = limits
        self.changedInControl = changedInControl
        self.changedInTreatment = changedInTreatment
    }
}

/// Compares partners' own ratios after pulling extreme ones in to limits common to both arms.
///
/// The effect is that on the winsorised value, not on the mean: a treatment that works through its extremes
/// shows less of it.
///
/// - Parameter limits: Fixed in the plan, or `WinsorizationLimits(pooled:tail:)` of both arms' values.
/// - Source: Dixon & Tukey (1968), Technometrics 10:83; common limits so that the test keeps its level.
/// - Throws: `.emptyArm`, `.invalidTotal`. When only the uncertainty is undefined, the comparison says why.
public func winsorizedPartnerAverage(
    control: [ClusterTotal], treatment: [ClusterTotal], limits: WinsorizationLimits
) throws(EstimationError) -> WinsorizedComparison {
    try checkUsable(control, arm: .control)
    try checkUsable(treatment, arm: .treatment)
    func pulledIn(_ totals: [ClusterTotal]) -> (totals: [ClusterTotal], changed: Int) {
        let lines = equallyWeighted(totals).map { line in
            line.denominator > 0
                ? ClusterTotal(
                    count: 1, numerator: limits(line.numerator), denominator: 1,
                    sumOfSquares: limits(line.numerator) * limits(line.numerator)) : line
        }
        return (lines, zip(lines, totals).count { $0.denominator > 0 && $0.numerator != $1.rate })
    }
    let (left, changedInControl) = pulledIn(control)
    let (right, changedInTreatment) = pulledIn(treatment)
    var comparison = try compareRatios(
        control: left, treatment: right, estimand: .partnerAverage, variance: .firstOrder)
    comparison.method = .winsorizedWelch
    return WinsorizedComparison(
        comparison: comparison, limits: limits, changedInControl: changedInControl,
        changedInTreatment: changedInTreatment)
}
