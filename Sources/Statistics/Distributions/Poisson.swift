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
        count < 0 ? 0 : defined(numerics_poisson_cdf(Double(count), mean))
    }

    /// P(K > count), accurate in the far upper tail.
    public func survival(_ count: Int) -> Double {
        count < 0 ? 1 : defined(numerics_poisson_survival(Double(count), mean))
    }

    /// ln P(K ≤ count) = ln Q(count + 1, mean).
    public func logCDF(_ count: Int) -> Double {
        if count < 0 { return -.infinity }
        return logProbability(cdf(count), complement: survival(count)) {
            FarTail.logUpperGamma(Double(count) + 1, mean)
        }
    }

    /// ln P(K > count) = ln P(count + 1, mean).
    public func logSurvival(_ count: Int) -> Double {
        if count < 0 { return 0 }
        return logProbability(survival(count), complement: cdf(count)) {
            FarTail.logLowerGamma(Double(count) + 1, mean)
        }
    }
}
