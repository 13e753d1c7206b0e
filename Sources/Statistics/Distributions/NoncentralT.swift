import CNumerics
import Foundation

/// The noncentral t distribution: (Z + δ)/S with Z standard normal and νS² an independent chi-squared
/// variable on ν degrees of freedom. The law of a t statistic when there is an effect.
///
/// Every probability is an integral over u = ln S,
///
///     P(T > t) = ∫ Φ̄(t·eᵘ − δ)·g(u) du,    g(u) ∝ exp(ν·u − ν·e²ᵘ/2),
///
/// whose integrand has one peak, because its logarithm is concave in S. The peak is found first and the
/// integral taken around it on a logarithmic scale, so both tails have all their digits however far out.
///
/// - Source: Johnson, Kotz & Balakrishnan (1995), Continuous Univariate Distributions 2, ch. 31.
public struct NoncentralT: ContinuousDistribution {
    /// ν; positive, and infinite for a normal distribution with mean δ.
    public let degreesOfFreedom: Double
    /// δ: the effect over its standard error; finite.
    public let noncentrality: Double

    /// Creates the distribution.
    ///
    /// - Precondition: `degreesOfFreedom` is positive and `noncentrality` finite.
    public init(degreesOfFreedom: Double, noncentrality: Double) {
        precondition(degreesOfFreedom > 0, "the noncentral t distribution needs positive degrees of freedom")
        precondition(noncentrality.isFinite, "the noncentral t distribution needs a finite noncentrality")
        self.degreesOfFreedom = degreesOfFreedom
        self.noncentrality = noncentrality
    }

    /// The probability density at x.
    public func density(_ x: Double) -> Double {
        if x.isInfinite { return 0 }
        if degreesOfFreedom == .infinity { return Normal.density(x - noncentrality) }
        return exp(
            logIntegral { scale in
                let z = x * scale - noncentrality
                return (log(scale) - 0.5 * z * z - 0.5 * log(2 * .pi), 1 / scale - x * z)
            })
    }

    /// P(T ≤ x).
    public func cdf(_ x: Double) -> Double { exp(logCDF(x)) }

    /// P(T > x), accurate in the far upper tail.
    public func survival(_ x: Double) -> Double { exp(logSurvival(x)) }

    /// ln P(T ≤ x), accurate in both tails.
    public func logCDF(_ x: Double) -> Double { mirrored.logSurvival(-x) }

    /// ln P(T > x), accurate in both tails.
    public func logSurvival(_ x: Double) -> Double {
        precondition(!x.isNaN, "a distribution was evaluated outside its domain")
        if x.isInfinite { return x > 0 ? -.infinity : 0 }
        let tail = logTail(x)
        return tail > -0.7 ? min(0, log1p(-exp(mirrored.logTail(-x)))) : tail
    }

    /// The x with P(T ≤ x) = p; infinite at 0 and 1.
    public func quantile(_ p: Double) -> Double { -mirrored.survivalQuantile(p) }

    /// The x with P(T > x) = q; infinite at 0 and 1.
    public func survivalQuantile(_ q: Double) -> Double {
        if checkedProbability(q) == 0 { return .infinity }
        if q == 1 { return -.infinity }
        // The smaller tail on a logarithmic scale; 1 − q is exact from one half on.
        let excess: (Double) -> Double =
            q <= 0.5 ? { logSurvival($0) - log(q) } : { log1p(-q) - logCDF($0) }
        let center = noncentrality
        var width = max(1, abs(center))
        let isAbove = excess(center) > 0
        while width < 1e300 {
            let end = isAbove ? center + width : center - width
            if (excess(end) > 0) != isAbove {
                return root(between: min(center, end), and: max(center, end), of: excess) ?? end
            }
            width *= 4
        }
        return isAbove ? .infinity : -.infinity
    }

    /// The distribution of −T.
    private var mirrored: NoncentralT {
        NoncentralT(degreesOfFreedom: degreesOfFreedom, noncentrality: -noncentrality)
    }

    private func logTail(_ x: Double) -> Double {
        if degreesOfFreedom == .infinity { return Normal.logSurvival(x - noncentrality) }
        return logIntegral { scale in
            let z = x * scale - noncentrality
            let tail = Normal.logSurvival(z)
            return (tail, -x * exp(-0.5 * z * z - 0.5 * log(2 * .pi) - tail))
        }
    }

    /// ln ∫ k(eᵘ) g(u) du for a kernel given by ln k and its derivative, ln k being concave.
    private func logIntegral(_ kernel: (Double) -> (logarithm: Double, slope: Double)) -> Double {
        let df = degreesOfFreedom
        func exponent(_ u: Double) -> Double {
            kernel(exp(u)).logarithm - 0.5 * df * (expm1(2 * u) - 2 * u)
        }
        func slope(_ u: Double) -> Double {
            let scale = exp(u)
            return scale * kernel(scale).slope - df * expm1(2 * u)
        }
        // The exponent rises to the left of its peak and falls to the right of it.
        var reach = 1.0
        while reach < 700, slope(-reach) <= 0 { reach *= 2 }
        var lower = -reach
        reach = 1
        while reach < 350, slope(reach) >= 0 { reach *= 2 }
        var upper = reach
        while upper - lower > 1e-3 / (1 + df.squareRoot()) {
            let middle = lower + (upper - lower) / 2
            if middle <= lower || middle >= upper { break }
            if slope(middle) > 0 { lower = middle } else { upper = middle }
        }
        let peak = lower + (upper - lower) / 2
        let height = exponent(peak)

        func extent(_ direction: Double) -> Double {
            var distance = 1 / (1 + df.squareRoot()) / 64
            while distance < 2_000, height - exponent(peak + direction * distance) < 42 { distance *= 1.5 }
            return peak + direction * distance
        }
        let (left, right) = (extent(-1), extent(1))
        func integral(panels: Double) -> Double {
            var sum = 0.0
            for (from, to) in [(left, peak), (peak, right)] {
                GaussLegendre.panels(from: from, to: to, width: (to - from) / panels) { u, weight in
                    sum += weight * exp(exponent(u) - height)
                }
            }
            return sum
        }
        var panels = 4.0
        var value = integral(panels: panels)
        while panels < 4_096 {
            panels *= 2
            let finer = integral(panels: panels)
            let isStable = abs(finer - value) <= 1e-14 * finer
            value = finer
            if isStable { break }
        }
        return height + log(value) + logNormalization
    }

    /// ln of the factor that makes exp(−ν(e²ᵘ − 1 − 2u)/2) a density in u: ln 2 + a·ln a − a − ln Γ(a), a = ν/2.
    private var logNormalization: Double {
        let a = degreesOfFreedom / 2
        if a < 50 { return log(2) + a * log(a) - a - numerics_log_gamma(a) }
        // Stirling's series for ln Γ, in which the large terms cancel exactly.
        let square = 1 / (a * a)
        let series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / a
        return log(2) + 0.5 * log(a) - 0.5 * log(2 * .pi) - series
    }
}
