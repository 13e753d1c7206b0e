import CNumerics
import Foundation

/// Student's t distribution.
public struct StudentT: ContinuousDistribution {
    /// Positive; not necessarily whole, and infinite for the normal distribution.
    public let degreesOfFreedom: Double

    /// Creates the distribution.
    ///
    /// - Precondition: `degreesOfFreedom > 0`.
    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "Student's t needs positive degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The probability density at x.
    public func density(_ x: Double) -> Double {
        x.isInfinite ? 0 : defined(numerics_student_t_density(x, degreesOfFreedom))
    }

    /// P(T ≤ x).
    public func cdf(_ x: Double) -> Double { survival(-x) }

    /// P(T > x), accurate in the far upper tail.
    public func survival(_ x: Double) -> Double {
        if x == .infinity { return 0 }
        // Beyond 1e150 the square of x, which the library takes, leaves the range of a Double.
        let direct = x > 1e150 ? 0 : numerics_student_t_survival(x, degreesOfFreedom)
        return tailProbability(direct) { logFarTail(x) }
    }

    /// The x with P(T ≤ x) = p; infinite at 0 and 1, and where the answer exceeds the largest Double.
    public func quantile(_ p: Double) -> Double {
        if checkedProbability(p) < StudentT.extremeTail { return -survivalQuantile(p) }
        return defined(numerics_student_t_quantile(p, degreesOfFreedom))
    }

    /// The x with P(T > x) = q; infinite at 0 and 1, and where the answer exceeds the largest Double.
    public func survivalQuantile(_ q: Double) -> Double {
        if checkedProbability(q) == 0 { return .infinity }
        if q < StudentT.extremeTail { return extremeSurvivalQuantile(q) }
        return defined(numerics_student_t_survival_quantile(q, degreesOfFreedom))
    }

    /// ln P(T ≤ x), accurate in both tails.
    public func logCDF(_ x: Double) -> Double { logSurvival(-x) }

    /// ln P(T > x), accurate in both tails.
    public func logSurvival(_ x: Double) -> Double {
        if x == .infinity { return -.infinity }
        return logProbability(survival(x), complement: survival(-x)) { logFarTail(x) }
    }

    /// ln P(T > x) = ln ½·I_{ν/(ν+x²)}(ν/2, ½), far out.
    private func logFarTail(_ x: Double) -> Double {
        // With this many degrees of freedom the two differ by less than a Double resolves.
        if degreesOfFreedom > 1e20 { return FarTail.logNormalSurvival(x) }
        let ratio = x / degreesOfFreedom.squareRoot()
        let logX = ratio > 1e150 ? -2 * log(ratio) : -log1p(ratio * ratio)
        let logY = ratio > 1e150 ? 0 : -log1p(1 / (ratio * ratio))
        return FarTail.logIncompleteBeta(degreesOfFreedom / 2, 0.5, logX: logX, logY: logY) - log(2)
    }

    /// Below this probability the library's root finder may overflow on the way to a finite answer.
    private static let extremeTail = 1e-100

    /// Bisection on a logarithmic scale between the quantile of `extremeTail` and the largest Double.
    private func extremeSurvivalQuantile(_ q: Double) -> Double {
        var lower = numerics_student_t_survival_quantile(StudentT.extremeTail, degreesOfFreedom)
        var upper = Double.greatestFiniteMagnitude
        let target = log(q)
        guard lower < upper, logSurvival(upper) < target else { return .infinity }
        while upper / lower > 1 + 4 * Double.ulpOfOne {
            let middle = lower.squareRoot() * upper.squareRoot()
            if logSurvival(middle) > target {
                lower = middle
            } else {
                upper = middle
            }
        }
        return lower.squareRoot() * upper.squareRoot()
    }
}
