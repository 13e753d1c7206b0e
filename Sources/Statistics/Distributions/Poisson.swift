import CNumerics

/// The number of independent events of a constant rate.
public struct Poisson: DiscreteDistribution {
    /// The expected number; positive and finite.
    public let mean: Double

    /// Creates the distribution.
    ///
    /// - Precondition: `mean` is positive and finite.
    public init(mean: Double) {
        precondition(mean > 0 && mean.isFinite, "the Poisson distribution needs a positive, finite mean")
        self.mean = mean
    }

    /// None.
    public var largestCount: Int? { nil }

    /// P(K = count).
    public func mass(_ count: Int) -> Double {
        count < 0 ? 0 : defined(numerics_poisson_mass(Double(count), mean))
    }

    /// P(K ≤ count).
    public func cdf(_ count: Int) -> Double {
        if count < 0 { return 0 }
        return tailProbability(numerics_poisson_cdf(Double(count), mean)) { logLowerFarTail(count) }
    }

    /// P(K > count), accurate in the far upper tail.
    public func survival(_ count: Int) -> Double {
        if count < 0 { return 1 }
        return tailProbability(numerics_poisson_survival(Double(count), mean)) { logUpperFarTail(count) }
    }

    /// ln P(K ≤ count), accurate in both tails.
    public func logCDF(_ count: Int) -> Double {
        if count < 0 { return -.infinity }
        return logProbability(cdf(count), complement: survival(count)) { logLowerFarTail(count) }
    }

    /// ln P(K > count), accurate in both tails.
    public func logSurvival(_ count: Int) -> Double {
        if count < 0 { return 0 }
        return logProbability(survival(count), complement: cdf(count)) { logUpperFarTail(count) }
    }

    /// ln P(K ≤ k) = ln Q(k + 1, λ).
    private func logLowerFarTail(_ count: Int) -> Double { FarTail.logUpperGamma(Double(count) + 1, mean) }

    /// ln P(K > k) = ln P(k + 1, λ).
    private func logUpperFarTail(_ count: Int) -> Double { FarTail.logLowerGamma(Double(count) + 1, mean) }
}
