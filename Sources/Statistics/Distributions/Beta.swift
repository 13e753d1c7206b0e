import CNumerics

/// The beta distribution on 0...1.
///
/// - Precondition: arguments are not NaN; probabilities lie in 0...1.
public struct Beta: Sendable, Hashable {
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

    /// P(X ≤ x); 0 below the interval and 1 above it.
    public func cdf(_ x: Double) -> Double {
        defined(numerics_beta_cdf(min(max(x, 0), 1), alpha, beta))
    }

    /// P(X > x), accurate in the far upper tail.
    public func survival(_ x: Double) -> Double {
        defined(numerics_beta_survival(min(max(x, 0), 1), alpha, beta))
    }

    /// The x with P(X ≤ x) = p.
    public func quantile(_ p: Double) -> Double {
        defined(numerics_beta_quantile(checkedProbability(p), alpha, beta))
    }

    /// The x with P(X > x) = q.
    public func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_beta_survival_quantile(checkedProbability(q), alpha, beta))
    }
}
