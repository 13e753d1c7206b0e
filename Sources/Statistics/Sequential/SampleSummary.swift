/// Number, mean and standard deviation of a sample, such as what one stage of a trial added to an arm.
public struct SampleSummary: Sendable, Hashable, Codable {
    /// Observations; at least 1.
    public var count: Double
    /// Their mean.
    public var mean: Double
    /// Their standard deviation with divisor n − 1; 0 for a single one.
    public var standardDeviation: Double

    /// Creates a summary.
    public init(count: Double, mean: Double, standardDeviation: Double) {
        self.count = count
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// Σ(y − mean)².
    fileprivate var sumOfSquares: Double { (count - 1) * standardDeviation * standardDeviation }

    /// The summary of both samples taken together.
    ///
    /// - Source: Chan, Golub & LeVeque (1983), The American Statistician 37:242.
    public func merged(with other: SampleSummary) -> SampleSummary {
        let total = count + other.count
        let difference = other.mean - mean
        let squares =
            sumOfSquares + other.sumOfSquares + difference * difference * count * other.count / total
        return SampleSummary(
            count: total, mean: mean + difference * other.count / total,
            standardDeviation: total > 1 ? (squares / (total - 1)).squareRoot() : 0)
    }
}

/// Difference of two means with the pooled variance of both arms, treatment − control.
///
/// - Returns: An estimate on n₁ + n₀ − 2 degrees of freedom.
/// - Throws: `.emptyArm`; `.tooFewClusters` when both arms have one observation; `.noVariation`.
/// - Source: Student's two-sample t test.
public func pooledMeanDifference(
    control: SampleSummary, treatment: SampleSummary
) throws(EstimationError) -> Estimate {
    guard control.count > 0 else { throw .emptyArm(.control) }
    guard treatment.count > 0 else { throw .emptyArm(.treatment) }
    let degreesOfFreedom = control.count + treatment.count - 2
    guard degreesOfFreedom > 0 else {
        throw .tooFewClusters(arm: .treatment, found: Int(treatment.count), required: 2)
    }
    let variance = (control.sumOfSquares + treatment.sumOfSquares) / degreesOfFreedom
    guard variance > 0 else { throw .noVariation }
    return Estimate(
        value: treatment.mean - control.mean,
        standardError: (variance * (1 / control.count + 1 / treatment.count)).squareRoot(),
        degreesOfFreedom: degreesOfFreedom)
}
