import Foundation

/// A curve u(v) that a centred sum with intrinsic time v stays below forever, with probability 1 − α.
///
/// Time v is the sum's accumulated variance (or its bound). Mixtures are tuned by ρ to be lowest near v = `optimum`
/// for the level `tuningAlpha`.
///
/// - Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49:1055; equation numbers below
///   are theirs.
public enum UniformBoundary: Sendable, Hashable, Codable {
    /// Sub-Gaussian sums, both directions together (eq. 14).
    case normalMixture(optimum: Double, tuningAlpha: Double)
    /// Sub-Gaussian sums, one direction (proposition 6).
    case oneSidedNormalMixture(optimum: Double, tuningAlpha: Double)
    /// Sub-exponential sums with scale c, one direction (proposition 9).
    case gammaExponential(optimum: Double, tuningAlpha: Double, scale: Double)
    /// Sums of variables between −g and h, both directions together (proposition 7).
    case betaBinomial(optimum: Double, tuningAlpha: Double, below: Double, above: Double)
    /// Sub-gamma sums with scale c, one direction: polynomial stitching from v = `start` on with exponent s and
    /// epochs growing by η (theorem 1, eq. 10).
    case stitched(start: Double, scale: Double, exponent: Double, epochRatio: Double)

    /// u(v) at level 1 − α.
    ///
    /// - Parameters:
    ///   - time: v; positive.
    ///   - alpha: Between 0 and 1.
    /// - Returns: nil when the curve is higher than the sum can get, as for bounded variables early on.
    public func value(at time: Double, alpha: Double) -> Double? {
        precondition(time > 0 && alpha > 0 && alpha < 1, "time is positive and a level is below 1")
        switch self {
        case .normalMixture(let optimum, let tuningAlpha):
            let rho = Self.rho(optimum: optimum, alpha: tuningAlpha)
            // The z scale of the same mixture: prior variance 1/ρ, squared standard error 1/v.
            return time.squareRoot()
                * NormalMixture.criticalValue(varianceRatio: time / rho, alpha: alpha)
        case .oneSidedNormalMixture, .gammaExponential:
            return crossing(at: time, alpha: alpha, limit: 1e8 * max(1, time))
        case .betaBinomial(_, _, let below, _):
            return crossing(at: time, alpha: alpha, limit: time / below * (1 - 1e-12))
        case .stitched(let start, let scale, let exponent, let epochRatio):
            return Self.stitched(
                time: max(time, start), start: start, scale: scale, exponent: exponent,
                epochRatio: epochRatio, alpha: alpha)
        }
    }

    /// ln of the mixture martingale at sum s and time v; crossing 1/α is what the curve marks.
    ///
    /// - Returns: nil for the stitched curve, which is not a mixture.
    public func logMartingale(sum s: Double, time v: Double) -> Double? {
        switch self {
        case .normalMixture(let optimum, let tuningAlpha):
            let rho = Self.rho(optimum: optimum, alpha: tuningAlpha)
            return NormalMixture.logEValue(z: s / v.squareRoot(), varianceRatio: v / rho)
        case .oneSidedNormalMixture(let optimum, let tuningAlpha):
            let rho = Self.rho(optimum: optimum, alpha: 2 * tuningAlpha)
            let spread = (v + rho).squareRoot()
            return 0.5 * log(4 * rho) - log(spread) + s * s / (2 * spread * spread)
                + log(Normal.cdf(s / spread))
        case .gammaExponential(let optimum, let tuningAlpha, let scale):
            let rho = Self.rho(optimum: optimum, alpha: 2 * tuningAlpha) / (scale * scale)
            let shape = v / (scale * scale) + rho
            let point = (scale * s + v) / (scale * scale)
            return Self.logLowerGamma(shape: shape, at: point + rho) - shape * log(point + rho) + point
                - Self.logLowerGamma(shape: rho, at: rho) + rho * log(rho)
        case .betaBinomial(let optimum, let tuningAlpha, let g, let h):
            let rho = max(Self.rho(optimum: optimum, alpha: tuningAlpha) - g * h, 1e-3 * g * h)
            let range = g + h
            let mixed = Self.logBeta((rho + v - g * s) / (g * range), (rho + v + h * s) / (h * range))
            return mixed - Self.logBeta(rho / (g * range), rho / (h * range)) + v / (g * h) * log(range)
                - (v + h * s) / (h * range) * log(g) - (v - g * s) / (g * range) * log(h)
        case .stitched:
            return nil
        }
    }

    /// Where the martingale reaches 1/α.
    private func crossing(at time: Double, alpha: Double, limit: Double) -> Double? {
        bracketedRoot(in: 0...limit, tolerance: 1e-13) { sum in
            (logMartingale(sum: sum, time: time) ?? 0) - Self.logThreshold(alpha: alpha)
        }
    }

    /// ln(1/α), which the martingale of a true hypothesis reaches with probability at most α.
    static func logThreshold(alpha: Double) -> Double { -log(alpha) }

    /// The ρ that is optimal at a time, by the closed form near the Lambert function's (sec. 3.5).
    private static func rho(optimum: Double, alpha: Double) -> Double {
        let threshold = -2 * log(alpha)
        return optimum / (threshold + log1p(threshold))
    }

    private static func logLowerGamma(shape: Double, at x: Double) -> Double {
        logGamma(shape) + log(ChiSquared(degreesOfFreedom: 2 * shape).cdf(2 * x))
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    private static func stitched(
        time: Double, start: Double, scale: Double, exponent: Double, epochRatio: Double, alpha: Double
    ) -> Double {
        let growth = log(epochRatio)
        let logarithm =
            exponent * log(log(epochRatio * time / start))
            + log(riemannZeta(exponent) / (alpha * pow(growth, exponent)))
        let first = (pow(epochRatio, 0.25) + pow(epochRatio, -0.25)) / 2.0.squareRoot()
        let second = (epochRatio.squareRoot() + 1) / 2 * scale * logarithm
        return (first * first * time * logarithm + second * second).squareRoot() + second
    }

    /// ζ(s) for s > 1: nineteen terms and the Euler–Maclaurin remainder, good to a Double's last digits.
    static func riemannZeta(_ s: Double) -> Double {
        precondition(s > 1, "the zeta series converges above 1")
        let n = 20.0
        var sum = (1..<20).reduce(0.0) { $0 + pow(Double($1), -s) }
        sum += pow(n, 1 - s) / (s - 1) + pow(n, -s) / 2
        // Bernoulli numbers B₂ⱼ / (2j)!.
        var term = s * pow(n, -s - 1)
        for (order, coefficient) in [1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1_209_600].enumerated() {
            sum += coefficient * term
            let k = Double(2 * order)
            term *= (s + k + 1) * (s + k + 2) / (n * n)
        }
        return sum
    }
}
