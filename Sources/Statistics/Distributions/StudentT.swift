import CNumerics

/// Student's t distribution.
///
/// - Precondition: arguments are not NaN; probabilities lie in 0...1.
public struct StudentT: Sendable, Hashable {
    /// Positive; not necessarily whole, and infinite for the normal distribution.
    public let degreesOfFreedom: Double

    /// Creates the distribution.
    ///
    /// - Precondition: `degreesOfFreedom > 0`.
    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "Student's t needs positive degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// P(T ≤ x).
    public func cdf(_ x: Double) -> Double { defined(numerics_student_t_cdf(x, degreesOfFreedom)) }

    /// P(T > x), accurate in the far upper tail.
    public func survival(_ x: Double) -> Double { defined(numerics_student_t_survival(x, degreesOfFreedom)) }

    /// The x with P(T ≤ x) = p; infinite at 0 and 1, and where the answer would exceed 1e154 in magnitude.
    public func quantile(_ p: Double) -> Double {
        if checkedProbability(p) < StudentT.extremeTail { return -survivalQuantile(p) }
        return defined(numerics_student_t_quantile(p, degreesOfFreedom))
    }

    /// The x with P(T > x) = q; infinite at 0 and 1, and where the answer would exceed 1e154 in magnitude.
    public func survivalQuantile(_ q: Double) -> Double {
        if checkedProbability(q) == 0 { return .infinity }
        if q < StudentT.extremeTail { return extremeSurvivalQuantile(q) }
        return defined(numerics_student_t_survival_quantile(q, degreesOfFreedom))
    }

    /// Below this probability the library's root finder may overflow on the way to a finite answer.
    private static let extremeTail = 1e-100

    /// Bisection on a logarithmic scale between the quantile of `extremeTail` and the largest x with a finite
    /// square.
    private func extremeSurvivalQuantile(_ q: Double) -> Double {
        var lower = numerics_student_t_survival_quantile(StudentT.extremeTail, degreesOfFreedom)
        var upper = 1e154
        guard lower < upper, survival(upper) < q else { return .infinity }
        while upper / lower > 1 + 4 * Double.ulpOfOne {
            let middle = lower.squareRoot() * upper.squareRoot()
            if survival(middle) > q {
                lower = middle
            } else {
                upper = middle
            }
        }
        return lower.squareRoot() * upper.squareRoot()
    }
}
