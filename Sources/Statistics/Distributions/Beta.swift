import CNumerics
import Foundation

/// The beta distribution on 0...1.
public struct Beta: ContinuousDistribution {
    /// First shape; positive and finite.
    public let alpha: Double
    /// Second shape; positive and finite.
    public let beta: Double

    /// Creates the distribution, whose mean is alpha / (alpha + beta).
    ///
    /// - Precondition: both shapes are positive and finite.
    public init(alpha: Double, beta: Double) {
        precondition(
            alpha > 0 && beta > 0 && alpha.isFinite && beta.isFinite,
            "the beta distribution needs positive, finite shapes")
        self.alpha = alpha
        self.beta = beta
    }

    /// The probability density at x; 0 outside 0...1, and infinite at an end whose shape is below 1.
    public func density(_ x: Double) -> Double {
        (0...1).contains(x) ? defined(numerics_beta_density(x, alpha, beta)) : 0
    }

    /// P(X ≤ x); 0 below the interval and 1 above it.
    public func cdf(_ x: Double) -> Double {
        if x <= 0 || x >= 1 { return x <= 0 ? 0 : 1 }
        return tailProbability(numerics_beta_cdf(x, alpha, beta)) { logLowerFarTail(x) }
    }

    /// P(X > x), accurate in the far upper tail.
    public func survival(_ x: Double) -> Double {
        if x <= 0 || x >= 1 { return x <= 0 ? 1 : 0 }
        return tailProbability(numerics_beta_survival(x, alpha, beta)) { logUpperFarTail(x) }
    }

    /// The x with P(X ≤ x) = p.
    public func quantile(_ p: Double) -> Double {
        defined(numerics_beta_quantile(checkedProbability(p), alpha, beta))
    }

    /// The x with P(X > x) = q.
    public func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_beta_survival_quantile(checkedProbability(q), alpha, beta))
    }

    /// ln P(X ≤ x), accurate in both tails; −∞ where x is not positive.
    public func logCDF(_ x: Double) -> Double {
        if x <= 0 { return -.infinity }
        return logProbability(cdf(x), complement: survival(x)) { logLowerFarTail(x) }
    }

    /// ln P(X > x), accurate in both tails; −∞ from 1 on.
    public func logSurvival(_ x: Double) -> Double {
        if x >= 1 { return -.infinity }
        return logProbability(survival(x), complement: cdf(x)) { logUpperFarTail(x) }
    }

    private func logLowerFarTail(_ x: Double) -> Double {
        FarTail.logIncompleteBeta(alpha, beta, logX: log(x), logY: log1p(-x))
    }

    private func logUpperFarTail(_ x: Double) -> Double {
        FarTail.logIncompleteBeta(beta, alpha, logX: log1p(-x), logY: log(x))
    }
}
