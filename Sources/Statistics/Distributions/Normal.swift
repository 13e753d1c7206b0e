import CNumerics

/// The standard normal distribution.
///
/// - Precondition: arguments are not NaN; probabilities lie in 0...1.
public enum Normal {
    /// The probability density at x.
    public static func density(_ x: Double) -> Double {
        x.isInfinite ? 0 : defined(numerics_normal_density(x))
    }

    /// P(Z ≤ x).
    public static func cdf(_ x: Double) -> Double { defined(numerics_normal_cdf(x)) }

    /// P(Z > x), accurate in the far upper tail.
    public static func survival(_ x: Double) -> Double { defined(numerics_normal_survival(x)) }

    /// The x with P(Z ≤ x) = p; infinite at 0 and 1.
    public static func quantile(_ p: Double) -> Double {
        defined(numerics_normal_quantile(checkedProbability(p)))
    }

    /// The x with P(Z > x) = q; infinite at 0 and 1. `survivalQuantile(0.025)` is 1.96.
    public static func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_normal_survival_quantile(checkedProbability(q)))
    }

    /// ln P(Z ≤ x), accurate in both tails: −726.6 at −38, where the probability itself is down to a few bits.
    public static func logCDF(_ x: Double) -> Double { logSurvival(-x) }

    /// ln P(Z > x), accurate in both tails.
    public static func logSurvival(_ x: Double) -> Double {
        if x == .infinity { return -.infinity }
        return logProbability(survival(x), complement: cdf(x)) { FarTail.logNormalSurvival(x) }
    }
}
