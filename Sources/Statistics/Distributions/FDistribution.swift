import CNumerics

/// Fisher's F distribution: the ratio of two independent chi-squared variables, each over its degrees of
/// freedom.
///
/// - Precondition: arguments are not NaN; probabilities lie in 0...1.
public struct FDistribution: Sendable, Hashable {
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

    /// P(X ≤ x); 0 for a negative x.
    public func cdf(_ x: Double) -> Double { x < 0 ? 0 : defined(numerics_f_cdf(x, d1, d2)) }

    /// P(X > x), accurate in the far upper tail; 1 for a negative x.
    public func survival(_ x: Double) -> Double { x < 0 ? 1 : defined(numerics_f_survival(x, d1, d2)) }

    /// The x with P(X ≤ x) = p; infinite at 1.
    public func quantile(_ p: Double) -> Double {
        defined(numerics_f_quantile(checkedProbability(p), d1, d2))
    }

    /// The x with P(X > x) = q; infinite at 0.
    public func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_f_survival_quantile(checkedProbability(q), d1, d2))
    }
}
