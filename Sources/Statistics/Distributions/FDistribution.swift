import CNumerics
import Foundation

/// Fisher's F distribution: the ratio of two independent chi-squared variables, each over its degrees of
/// freedom.
public struct FDistribution: ContinuousDistribution {
    /// Degrees of freedom of the numerator; positive and finite.
    public let d1: Double
    /// Degrees of freedom of the denominator; positive and finite.
    public let d2: Double

    /// Creates the distribution.
    ///
    /// - Precondition: both degrees of freedom are positive and finite.
    public init(d1: Double, d2: Double) {
        precondition(
            d1 > 0 && d2 > 0 && d1.isFinite && d2.isFinite,
            "the F distribution needs positive, finite degrees of freedom")
        self.d1 = d1
        self.d2 = d2
    }

    /// The probability density at x; 0 for a negative x, and infinite at 0 when `d1` is below 2.
    public func density(_ x: Double) -> Double {
        x < 0 || x.isInfinite ? 0 : defined(numerics_f_density(x, d1, d2))
    }

    /// P(X ≤ x); 0 for a negative x.
    public func cdf(_ x: Double) -> Double {
        if x == .infinity { return 1 }
        if x <= 0 { return 0 }
        return tailProbability(numerics_f_cdf(x, d1, d2)) { logLowerFarTail(x) }
    }

    /// P(X > x), accurate in the far upper tail; 1 for a negative x.
    public func survival(_ x: Double) -> Double {
        if x == .infinity { return 0 }
        if x <= 0 { return 1 }
        return tailProbability(numerics_f_survival(x, d1, d2)) { logUpperFarTail(x) }
    }

    /// The x with P(X ≤ x) = p; infinite at 1.
    public func quantile(_ p: Double) -> Double {
        defined(numerics_f_quantile(checkedProbability(p), d1, d2))
    }

    /// The x with P(X > x) = q; infinite at 0.
    public func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_f_survival_quantile(checkedProbability(q), d1, d2))
    }

    /// ln P(X ≤ x), accurate in both tails; −∞ where x is not positive.
    public func logCDF(_ x: Double) -> Double {
        if x <= 0 { return -.infinity }
        return logProbability(cdf(x), complement: survival(x)) { logLowerFarTail(x) }
    }

    /// ln P(X > x), accurate in both tails.
    public func logSurvival(_ x: Double) -> Double {
        if x == .infinity { return -.infinity }
        return logProbability(survival(x), complement: cdf(x)) { logUpperFarTail(x) }
    }

    /// ln P(X ≤ x) = ln I_{d₁x/(d₁x+d₂)}(d₁/2, d₂/2).
    private func logLowerFarTail(_ x: Double) -> Double {
        let logOdds = log(x) + log(d1 / d2)
        return FarTail.logIncompleteBeta(
            d1 / 2, d2 / 2, logX: -log1p(exp(-logOdds)), logY: -log1p(exp(logOdds)))
    }

    /// ln P(X > x) = ln I_{d₂/(d₁x+d₂)}(d₂/2, d₁/2).
    private func logUpperFarTail(_ x: Double) -> Double {
        let logOdds = log(x) + log(d1 / d2)
        return FarTail.logIncompleteBeta(
            d2 / 2, d1 / 2, logX: -log1p(exp(logOdds)), logY: -log1p(exp(-logOdds)))
    }
}
