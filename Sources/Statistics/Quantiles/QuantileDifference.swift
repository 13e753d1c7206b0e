extension EffectMethod {
    /// The spread of order statistics, widened for customers that come in partners.
    public static let clusteredOrderStatistics = EffectMethod(
        rawValue: "clustered order statistics, Welch df")
}

/// A quantile of one arm's customers.
public struct ArmQuantile: Sendable, Hashable, Codable {
    /// The quantile, interpolated between order statistics, in the metric's unit.
    public var value: Double
    /// The order statistic at the lower end of the interval for independent customers.
    public var lowerOrderStatistic: Double
    /// The order statistic at its upper end.
    public var upperOrderStatistic: Double
    /// Standard error that allows for customers of one partner being alike; positive.
    public var standardError: Double
    /// The partners behind it.
    public var partners: PartnerCount

    /// Creates a quantile from its fields.
    public init(
        value: Double, lowerOrderStatistic: Double, upperOrderStatistic: Double, standardError: Double,
        partners: PartnerCount
    ) {
        self.value = value
        self.lowerOrderStatistic = lowerOrderStatistic
        self.upperOrderStatistic = upperOrderStatistic
        self.standardError = standardError
        self.partners = partners
    }
}

/// A quantile compared between arms.
public struct QuantileDifference: Sendable, Hashable, Codable {
    /// The quantile's probability, strictly between 0 and 1.
    public var probability: Double
    /// The control arm.
    public var control: ArmQuantile
    /// The treatment arm.
    public var treatment: ArmQuantile
    /// treatment − control with Welch–Satterthwaite degrees of freedom on m − 1 partners an arm.
    public var estimate: Estimate

    /// Creates a comparison from its fields.
    public init(probability: Double, control: ArmQuantile, treatment: ArmQuantile, estimate: Estimate) {
        self.probability = probability
        self.control = control
        self.treatment = treatment
        self.estimate = estimate
    }

    /// The comparison as an effect.
    public func effect(confidenceLevel: Double) -> TreatmentEffect {
        TreatmentEffect(
            method: .clusteredOrderStatistics, estimand: .customerQuantile, scale: .difference,
            control: control.partners, treatment: treatment.partners, estimate: estimate,
            confidenceLevel: confidenceLevel)
    }
}

/// A quantile with the standard error of Deng, Knoblich & Lu for clustered customers.
///
/// The order statistics of ranks ⌈N(ν ∓ z√(ν(1 − ν)/N))⌉ bracket the quantile as if customers were independent;
/// their distance over 2z, times the ratio of the clustered to the independent standard error of the share at
/// or below the quantile, is its standard error. The share's clustered variance is the first-order variance of a
/// ratio of totals, so this suits many partners; with few use `bootstrapQuantileDifference`.
///
/// - Parameters:
///   - probability: ν, strictly between 0 and 1.
///   - bracketLevel: Coverage of the bracket, which sets z; 0.95 in the paper.
/// - Source: Deng, Knoblich & Lu (2018), KDD, sec. 4.2 (eq. 11 and 12); with N − 1 in the share's independent
///   variance ν(1 − ν)/(N − 1), as gbstats has it.
/// - Throws: `.emptyArm`, `.tooFewClusters` below two partners with customers, `.quantileNotResolved` when the
///   bracket has no width, `.noVariation` when every partner has the same share.
public func clusteredQuantile(
    _ sample: ClusteredSample, probability: Double, arm: Arm, bracketLevel: Double = 0.95
) throws(EstimationError) -> ArmQuantile {
    precondition(probability > 0 && probability < 1, "a quantile's probability lies between 0 and 1")
    let sorted = sample.values.sorted()
    guard let value = sampleQuantile(sorted: sorted, probability: probability) else { throw .emptyArm(arm) }
    let count = Double(sorted.count)
    let deviation = (probability * (1 - probability) / count).squareRoot()
    let z = criticalValue(bracketLevel)

    func orderStatistic(_ share: Double) -> Double {
        let rank = min(max((count * share).rounded(.up), 1), count)
        return sorted[Int(rank) - 1]
    }
    let lower = orderStatistic(probability - z * deviation)
    let upper = orderStatistic(probability + z * deviation)

    var shares = [ClusterTotal](repeating: .empty, count: sample.clusterCount)
    for (customer, cluster) in zip(sample.values, sample.cluster) {
        shares[Int(cluster)].count += 1
        shares[Int(cluster)].denominator += 1
        if customer <= value {
            shares[Int(cluster)].numerator += 1
            shares[Int(cluster)].sumOfSquares += 1
        }
    }
    let pooled = try ArmRate(pooling: shares, arm: arm)
    let uncertainty = try ArmRatio.Uncertainty(firstOrder: shares, pooled: pooled, arm: arm)
    guard upper > lower else { throw .quantileNotResolved(arm) }
    guard uncertainty.squaredStandardError > 0 else { throw .noVariation }
    let independent = probability * (1 - probability) / (count - 1)
    return ArmQuantile(
        value: value, lowerOrderStatistic: lower, upperOrderStatistic: upper,
        standardError: (upper - lower) / (2 * z)
            * (uncertainty.squaredStandardError / independent).squareRoot(),
        partners: PartnerCount(pooled))
}

/// Compares a quantile of customers' values between arms, treatment − control.
///
/// - Source: see `clusteredQuantile`; degrees of freedom: Welch (1947), Biometrika 34:28.
/// - Throws: what `clusteredQuantile` does.
public func quantileDifference(
    control: ClusteredSample, treatment: ClusteredSample, probability: Double, bracketLevel: Double = 0.95
) throws(EstimationError) -> QuantileDifference {
    let left = try clusteredQuantile(
        control, probability: probability, arm: .control, bracketLevel: bracketLevel)
    let right = try clusteredQuantile(
        treatment, probability: probability, arm: .treatment, bracketLevel: bracketLevel)
    func ratio(_ quantile: ArmQuantile) -> ArmRatio {
        ArmRatio(
            value: quantile.value, partners: quantile.partners,
            uncertainty: ArmRatio.Uncertainty(
                squaredStandardError: quantile.standardError * quantile.standardError,
                degreesOfFreedom: Double(quantile.partners.raw - 1)))
    }
    let comparison = RatioComparison(
        method: .clusteredOrderStatistics, estimand: .customerQuantile, control: ratio(left),
        treatment: ratio(right))
    return QuantileDifference(
        probability: probability, control: left, treatment: right, estimate: try comparison.estimate())
}
