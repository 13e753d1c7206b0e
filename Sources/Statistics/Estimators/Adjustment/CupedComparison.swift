extension EffectMethod {
    /// Adjustment by one covariate with a coefficient common to both arms; first-order variance.
    public static let cuped = EffectMethod(rawValue: "CUPED, pooled coefficient")
}

/// A comparison adjusted by one covariate from before assignment.
public struct CupedComparison: Sendable, Hashable, Codable {
    /// The adjusted comparison; arms' values are Rₐ − θ(Xₐ − X) and keep the outcome's unit.
    public var adjusted: RatioComparison
    /// The same comparison without adjustment, by the same kind of variance.
    public var unadjusted: RatioComparison
    /// θ, outcome per unit of covariate.
    public var coefficient: Double
    /// Correlation of outcome and covariate between partners; its square is the share of variance that can go.
    public var correlation: Double
    /// The covariate compared between arms: randomisation makes its expectation 0, so that a clear difference
    /// says the covariate was not measured before assignment.
    public var covariate: RatioComparison

    /// Creates a result from its fields.
    public init(
        adjusted: RatioComparison, unadjusted: RatioComparison, coefficient: Double, correlation: Double,
        covariate: RatioComparison
    ) {
        self.adjusted = adjusted
        self.unadjusted = unadjusted
        self.coefficient = coefficient
        self.correlation = correlation
        self.covariate = covariate
    }
}

/// Adjusts a ratio of totals, or a mean of partners, by one covariate from before assignment (CUPED).
///
/// Outcome and covariate, both ratios of sums, are linearised around their ratios over both arms together,
/// (yₖ − R·nₖ)/n̄ and (xₖ − X·wₖ)/w̄; θ is the slope of one on the other, common to both arms. Arms are then
/// compared on Rₐ − θ(Xₐ − X), X the covariate of both arms together, with first-order variances of
/// (yₖ − Rₐnₖ)/n̄ₐ − θ(xₖ − Xₐwₖ)/w̄ₐ. A mean is the case where every denominator is 1.
///
/// Adding a constant to the covariate, or changing its unit, changes nothing. Partners without a denominator in
/// the outcome take part in a ratio of totals where they have a numerator, as in `compareRatios`. With few partners prefer a partner-level analysis of covariance with HC2.
///
/// - Parameter estimand: `.customerAverage`, `.revenueWeighted`, or `.partnerAverage` for partners' own ratios.
/// - Source: Deng, Xu, Kohavi & Walker (2013), WSDM, eq. 4; for ratios Deng, Knoblich & Lu (2018), KDD, sec. 3.
/// - Throws: `.emptyArm`, `.invalidTotal`, `.constantCovariate`. When only the uncertainty is undefined,
///   `adjusted.unavailable` says why.
public func cupedComparison(
    control: [PairedTotal], treatment: [PairedTotal], estimand: Estimand = .customerAverage
) throws(EstimationError) -> CupedComparison {
    let unadjusted = try compareRatios(
        control: control.map(\.outcome), treatment: treatment.map(\.outcome), estimand: estimand,
        variance: .firstOrder)
    try checkUsable(control.map(\.covariate), arm: .control)
    try checkUsable(treatment.map(\.covariate), arm: .treatment)
    let left = LinearizedPairs(control, estimand: estimand)
    let right = LinearizedPairs(treatment, estimand: estimand)
    let pooled = LinearizedPairs(control + treatment, estimand: estimand)
    guard let covariateRatio = pooled.covariateRatio, pooled.covariateVariance > 0 else {
        throw .constantCovariate
    }
    let coefficient = pooled.covariance / pooled.covariateVariance

    func adjusted(_ arm: ArmRatio, _ pairs: LinearizedPairs) throws(EstimationError) -> ArmRatio {
        var result = arm
        result.value -= coefficient * ((pairs.covariateRatio ?? covariateRatio) - covariateRatio)
        result.uncertainty = arm.uncertainty.map { unadjusted in
            ArmRatio.Uncertainty(
                squaredStandardError: pairs.squaredStandardError(coefficient: coefficient),
                degreesOfFreedom: unadjusted.degreesOfFreedom)
        }
        return result
    }

    var comparison = RatioComparison(
        method: .cuped, estimand: estimand, control: try adjusted(unadjusted.control, left),
        treatment: try adjusted(unadjusted.treatment, right))
    comparison.unavailable = unadjusted.unavailable ?? comparison.unavailable
    return CupedComparison(
        adjusted: comparison, unadjusted: unadjusted, coefficient: coefficient,
        correlation: pooled.correlation,
        covariate: try compareRatios(
            control: control.filter { $0.takesPart(in: estimand) }.map(\.covariate),
            treatment: treatment.filter { $0.takesPart(in: estimand) }.map(\.covariate), estimand: estimand,
            variance: .firstOrder))
}

extension PairedTotal {
    /// Whether the outcome counts: as a ratio of its own, or as part of a ratio of totals.
    fileprivate func takesPart(in estimand: Estimand) -> Bool {
        estimand == .partnerAverage ? outcome.denominator > 0 : outcome.takesPart
    }
}

/// Partners' deviations of outcome and covariate from their group's ratios, each over the mean denominator.
private struct LinearizedPairs {
    /// (yₖ − R·nₖ)/n̄; they sum to 0.
    private var outcome: [Double]
    /// (xₖ − X·wₖ)/w̄; they sum to 0.
    private var covariate: [Double]
    /// What rounding errors of each outcome are measured against.
    private var outcomeScale: [Double]
    /// What rounding errors of each covariate are measured against.
    private var covariateScale: [Double]
    /// X, nil when no partner has a covariate.
    private(set) var covariateRatio: Double?

    init(_ pairs: [PairedTotal], estimand: Estimand) {
        let occupied = pairs.filter { $0.takesPart(in: estimand) }
        let isPartnerAverage = estimand == .partnerAverage
        let outcomes = occupied.map(\.outcome)
        let covariates = occupied.map(\.covariate)
        (outcome, outcomeScale, _) = LinearizedPairs.deviations(
            isPartnerAverage ? equallyWeighted(outcomes) : outcomes)
        (covariate, covariateScale, covariateRatio) = LinearizedPairs.deviations(
            isPartnerAverage ? equallyWeighted(covariates) : covariates)
    }

    private static func deviations(
        _ totals: [ClusterTotal]
    ) -> (values: [Double], scales: [Double], ratio: Double?) {
        let sum = totals.reduce(.empty, +)
        let zeros = totals.map { _ in 0.0 }
        guard let ratio = sum.rate else { return (zeros, zeros, nil) }
        let mean = sum.denominator / Double(totals.count)
        let values = totals.map { total in
            let expected = ratio * total.denominator
            let deviation = total.numerator - expected
            // Rounding noise is not variation.
            return abs(deviation) <= 1e-12 * (abs(total.numerator) + abs(expected)) ? 0 : deviation / mean
        }
        let scales = totals.map { (abs($0.numerator) + abs(ratio * $0.denominator)) / mean }
        return (values, scales, ratio)
    }

    var covariance: Double { zip(outcome, covariate).reduce(0) { $0 + $1.0 * $1.1 } }
    var covariateVariance: Double { covariate.reduce(0) { $0 + $1 * $1 } }

    var correlation: Double {
        let outcomeVariance = outcome.reduce(0) { $0 + $1 * $1 }
        return outcomeVariance > 0 ? covariance / (outcomeVariance * covariateVariance).squareRoot() : 0
    }

    /// s²/m of the adjusted deviations.
    func squaredStandardError(coefficient: Double) -> Double {
        let count = Double(outcome.count)
        let squares = outcome.indices.reduce(0.0) { sum, index in
            let deviation = outcome[index] - coefficient * covariate[index]
            // An outcome that follows from its covariate leaves rounding noise, which is not variation.
            let noise = 1e-12 * (outcomeScale[index] + abs(coefficient) * covariateScale[index])
            return abs(deviation) <= noise ? sum : sum + deviation * deviation
        }
        return squares / (count - 1) / count
    }
}
