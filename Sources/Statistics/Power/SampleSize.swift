/// How the variance of a difference of two rates is reckoned under the hypothesis of no difference.
public enum NullVariance: String, Sendable, Hashable, Codable {
    /// From the rate both arms would share.
    case pooled
    /// From each arm's own rate, as under the alternative.
    case unpooled
}

/// Independent customers needed to tell two rates apart.
public struct TwoRateSampleSize: Sendable, Hashable, Codable {
    /// Control customers; not whole.
    public var control: Double
    /// Treatment customers; not whole.
    public var treatment: Double
    /// Both together.
    public var total: Double { control + treatment }

    /// Creates a result from its fields.
    public init(control: Double, treatment: Double) {
        self.control = control
        self.treatment = treatment
    }

    /// The partners of n̄ customers that carry as much information: customers times design effect over n̄.
    ///
    /// - Source: Eldridge, Ashby & Kerry (2006), International Journal of Epidemiology 35:1292.
    public func partners(
        meanSize: Double, designEffect: Double
    ) -> (control: Double, treatment: Double) {
        (control * designEffect / meanSize, treatment * designEffect / meanSize)
    }
}

/// How many independent customers a normal test of two rates needs.
///
/// n₀ = (zₐ·√(σ₀²(1 + 1/r)) + z_β·√(p₀q₀ + p₁q₁/r))²/(p₁ − p₀)² in the control arm and r·n₀ under treatment,
/// σ₀² being the pooled variance, or its counterpart from both arms' own rates. Customers of one partner are
/// not independent: multiply by the design effect.
///
/// - Parameters:
///   - alpha: The total error, between 0 and 0.5.
///   - allocationRatio: Treatment customers per control customer, r.
/// - Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, ch. 4.
/// - Throws: `.invalidPlan` for equal rates or arguments outside their range.
public func sampleSizeForTwoRates(
    control: Double, treatment: Double, alpha: Double, power: Double, alternative: Alternative = .twoSided,
    allocationRatio: Double = 1, nullVariance: NullVariance = .pooled
) throws(EstimationError) -> TwoRateSampleSize {
    guard (0...1).contains(control), (0...1).contains(treatment), control != treatment else {
        throw .invalidPlan(
            reason: "the rates are \(control) and \(treatment), expected two different numbers in 0...1")
    }
    guard alternative == .twoSided || (treatment > control) == (alternative == .greater) else {
        throw .invalidPlan(reason: "the rates differ against the direction of the test")
    }
    guard alpha > 0, alpha < 0.5, power > alpha, power < 1 else {
        throw .invalidPlan(
            reason:
                "the error is \(alpha) and the power \(power), expected 0 < error < 0.5 and error < power < 1"
        )
    }
    guard allocationRatio > 0, allocationRatio.isFinite else {
        throw .invalidPlan(reason: "the allocation ratio is \(allocationRatio), expected a positive number")
    }
    let own = control * (1 - control) + treatment * (1 - treatment) / allocationRatio
    let shared = (control + allocationRatio * treatment) / (1 + allocationRatio)
    let underNull =
        switch nullVariance {
        case .pooled: shared * (1 - shared) * (1 + 1 / allocationRatio)
        case .unpooled: own
        }
    let critical = Normal.survivalQuantile(alternative == .twoSided ? alpha / 2 : alpha)
    let sum = critical * underNull.squareRoot() + Normal.quantile(power) * own.squareRoot()
    let customers = sum * sum / ((treatment - control) * (treatment - control))
    return TwoRateSampleSize(control: customers, treatment: allocationRatio * customers)
}
