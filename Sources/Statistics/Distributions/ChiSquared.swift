import CNumerics

/// The chi-squared distribution.
public struct ChiSquared: ContinuousDistribution {
    /// Positive and finite.
    public let degreesOfFreedom: Double

    /// Creates the distribution.
    ///
    /// - Precondition: `degreesOfFreedom` is positive and finite.
    public init(degreesOfFreedom: Double) {
        precondition(
            degreesOfFreedom > 0 && degreesOfFreedom.isFinite,
            "the chi-squared distribution needs positive, finite degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The probability density at x; 0 for a negative x, and infinite at 0 below two degrees of freedom.
    public func density(_ x: Double) -> Double {
        x < 0 || x.isInfinite ? 0 : defined(numerics_chi_squared_density(x, degreesOfFreedom))
    }

    /// P(X ≤ x); 0 for a negative x.
    public func cdf(_ x: Double) -> Double {
        if x == .infinity { return 1 }
        if x <= 0 { return 0 }
        return tailProbability(numerics_chi_squared_cdf(x, degreesOfFreedom)) { logLowerFarTail(x) }
    }

    /// P(X > x), accurate in the far upper tail; 1 for a negative x.
    public func survival(_ x: Double) -> Double {
        if x == .infinity { return 0 }
        if x <= 0 { return 1 }
        return tailProbability(numerics_chi_squared_survival(x, degreesOfFreedom)) { logUpperFarTail(x) }
    }

    /// The x with P(X ≤ x) = p; infinite at 1.
    public func quantile(_ p: Double) -> Double {
        defined(numerics_chi_squared_quantile(checkedProbability(p), degreesOfFreedom))
    }

    /// The x with P(X > x) = q; infinite at 0.
    public func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_chi_squared_survival_quantile(checkedProbability(q), degreesOfFreedom))
    }

    /// ln P(X ≤ x), accurate in both tails; −∞ where x is not positive.
    public func logCDF(_ x: Double) -> Double {
        if x <= 0 { return -.infinity }
        return logProbability(cdf(x), complement: survival(x)) { logLowerFarTail(x) }
    }

    /// ln P(X > x), accurate in both tails.
    public func logSurvival(_ x: Double) -> Double {
        logProbability(survival(x), complement: cdf(x)) { logUpperFarTail(x) }
    }

    private func logLowerFarTail(_ x: Double) -> Double { FarTail.logLowerGamma(degreesOfFreedom / 2, x / 2) }

    private func logUpperFarTail(_ x: Double) -> Double { FarTail.logUpperGamma(degreesOfFreedom / 2, x / 2) }
}
