import CNumerics

/// The chi-squared distribution.
///
/// - Precondition: arguments are not NaN; probabilities lie in 0...1.
public struct ChiSquared: Sendable, Hashable {
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

    /// P(X ≤ x); 0 for a negative x.
    public func cdf(_ x: Double) -> Double {
        x < 0 ? 0 : defined(numerics_chi_squared_cdf(x, degreesOfFreedom))
    }

    /// P(X > x), accurate in the far upper tail; 1 for a negative x.
    public func survival(_ x: Double) -> Double {
        x < 0 ? 1 : defined(numerics_chi_squared_survival(x, degreesOfFreedom))
    }

    /// The x with P(X ≤ x) = p; infinite at 1.
    public func quantile(_ p: Double) -> Double {
        defined(numerics_chi_squared_quantile(checkedProbability(p), degreesOfFreedom))
    }

    /// The x with P(X > x) = q; infinite at 0.
    public func survivalQuantile(_ q: Double) -> Double {
        defined(numerics_chi_squared_survival_quantile(checkedProbability(q), degreesOfFreedom))
    }
}
