import Foundation

/// The density of the score process of a group-sequential test that has not crossed a boundary yet.
///
/// On the score scale the process is Brownian: S₁ ~ N(0, t₁) and increments are independent with variance Δ.
/// With boundaries cₖ on the z scale,
///
///     fₖ(s) = ∫ fₖ₋₁(u) φ(s − u; Δₖ) du over u < cₖ₋₁√tₖ₋₁,   P(cross at k) = ∫ fₖ₋₁(u) Φ̄((cₖ√tₖ − u)/√Δₖ) du.
///
/// Integrals use Gauss–Legendre panels at most four standard deviations of the shorter neighbouring step
/// wide, where the rule is accurate to about 1e-15 of the peak. Below −8√t the density is left out: a path
/// from there that crosses later has no weight in a Double.
struct SequentialDensity {
    /// Quadrature points on the score scale, ascending, and density × weight at each.
    private var points: [Double] = []
    private var masses: [Double] = []
    private var fraction = 0.0

    /// Finds the boundary of the next look, and keeps the density below it.
    ///
    /// - Parameters:
    ///   - next: The information fraction of the look, above the last one.
    ///   - increment: The probability of crossing first at this look; positive.
    ///   - nextFraction: The fraction of the look after, which the quadrature has to resolve; nil at the end.
    /// - Returns: The critical value on the z scale.
    mutating func advance(to next: Double, spending increment: Double, nextFraction: Double?) -> Double {
        let step = (next - fraction).squareRoot()
        let scale = next.squareRoot()
        let criticalValue =
            points.isEmpty
            ? Normal.survivalQuantile(increment)
            : solve(step: step, scale: scale, increment: increment)
        if let nextFraction {
            let resolution = min(step, (nextFraction - next).squareRoot())
            var newPoints: [Double] = []
            var newMasses: [Double] = []
            GaussLegendre.panels(from: -8 * scale, to: criticalValue * scale, width: 4 * resolution) {
                point, weight in
                newPoints.append(point)
                newMasses.append(weight)
            }
            for index in newPoints.indices {
                newMasses[index] *= density(at: newPoints[index], step: step)
            }
            points = newPoints
            masses = newMasses
        }
        fraction = next
        return criticalValue
    }

    /// The critical value with crossing probability `increment`: Newton on the logarithm, which is concave,
    /// inside a bracket.
    private func solve(step: Double, scale: Double, increment: Double) -> Double {
        var lower = -8.0
        var upper = 40.0
        var z = Normal.survivalQuantile(increment)
        for _ in 0..<100 {
            let crossing = crossingProbability(above: z * scale, step: step)
            if crossing > increment { lower = z } else { upper = z }
            let slope = crossing > 0 ? -scale * density(at: z * scale, step: step) / crossing : 0
            var next = slope < 0 ? z - log(crossing / increment) / slope : (lower + upper) / 2
            if !(next > lower && next < upper) { next = (lower + upper) / 2 }
            if abs(next - z) <= 1e-12 * max(1, abs(z)) { return next }
            z = next
        }
        return z
    }

    /// fₖ(s).
    private func density(at s: Double, step: Double) -> Double {
        if points.isEmpty { return Self.gaussian(s, step) }
        // Twenty standard deviations away the kernel is below 1e-86 of its peak.
        var sum = 0.0
        var index = firstPoint(above: s - 20 * step)
        let last = s + 20 * step
        while index < points.count, points[index] <= last {
            sum += masses[index] * Self.gaussian(s - points[index], step)
            index += 1
        }
        return sum
    }

    /// P(cross s at this look, not before).
    private func crossingProbability(above s: Double, step: Double) -> Double {
        // Points further below than 39 standard deviations have a tail of 0 in a Double.
        var sum = 0.0
        var index = firstPoint(above: s - 39 * step)
        while index < points.count {
            sum += masses[index] * Normal.survival((s - points[index]) / step)
            index += 1
        }
        return sum
    }

    private func firstPoint(above s: Double) -> Int {
        var lower = 0
        var upper = points.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if points[middle] > s { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }

    /// φ(x; σ²).
    private static func gaussian(_ x: Double, _ sigma: Double) -> Double {
        let z = x / sigma
        return exp(-0.5 * z * z) * 0.398_942_280_401_432_7 / sigma
    }
}
