import CNumerics
import Foundation

/// Logarithms of the incomplete beta and gamma functions far from their means, where the functions themselves
/// leave the range of a Double.
///
/// The leading factor is kept as a logarithm and multiplied by a continued fraction or series of moderate
/// size. All of them converge in few terms in the far tail, the only place they are used.
///
/// - Source: NIST Digital Library of Mathematical Functions, 8.17.22 (beta), 8.9.2 and 8.11.4 (gamma);
///   evaluation by Lentz (1976), Applied Optics 15:668.
enum FarTail {
    /// ln Iₓ(a, b) for x well below a/(a + b), from ln x and ln(1 − x).
    static func logIncompleteBeta(_ a: Double, _ b: Double, logX: Double, logY: Double) -> Double {
        let x = exp(logX)
        let fraction = continuedFraction(leading: 1) { term in
            let m = Double(term / 2)
            let numerator =
                term.isMultiple(of: 2)
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            return (numerator, 1)
        }
        return a * logX + b * logY - log(a) - numerics_log_beta(a, b) - log(fraction)
    }

    /// ln Q(a, x), the upper tail, for x well above a.
    static func logUpperGamma(_ a: Double, _ x: Double) -> Double {
        guard x < .infinity else { return -.infinity }
        let fraction = continuedFraction(leading: x + 1 - a) { term in
            let m = Double(term)
            return (m * (a - m), x + 2 * m + 1 - a)
        }
        return a * log(x) - x - numerics_log_gamma(a) - log(fraction)
    }

    /// ln P(a, x), the lower tail, for x well below a.
    static func logLowerGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return -.infinity }
        var term = 1.0
        var sum = 1.0
        var divisor = a
        while term > sum * 1e-17 {
            divisor += 1
            term *= x / divisor
            sum += term
        }
        return a * log(x) - x - numerics_log_gamma(a) - log(a) + log(sum)
    }

    /// ln of the standard normal tail beyond x ≥ 20.
    static func logNormalSurvival(_ x: Double) -> Double {
        // An asymptotic series: at x = 20 its terms fall below 1e-17 long before they grow again.
        let inverseSquare = 1 / (x * x)
        var term = 1.0
        var sum = 0.0
        var odd = 1.0
        while abs(term) > 1e-18 {
            term *= -odd * inverseSquare
            sum += term
            odd += 2
        }
        return -0.5 * x * x - log(x) - 0.5 * log(2 * .pi) + log1p(sum)
    }

    /// b₀ + a₁/(b₁ + a₂/(b₂ + …)) for the coefficients (aₖ, bₖ), k = 1, 2, ….
    private static func continuedFraction(
        leading: Double, _ coefficients: (Int) -> (numerator: Double, denominator: Double)
    ) -> Double {
        let tiny = 1e-300
        var value = leading == 0 ? tiny : leading
        var c = value
        var d = 0.0
        for term in 1...1_000_000 {
            let (numerator, denominator) = coefficients(term)
            d = denominator + numerator * d
            c = denominator + numerator / c
            if d == 0 { d = tiny }
            if c == 0 { c = tiny }
            d = 1 / d
            let factor = c * d
            value *= factor
            if abs(factor - 1) < 1e-15 { return value }
        }
        return .nan
    }
}
