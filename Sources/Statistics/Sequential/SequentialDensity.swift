import Foundation

/// The density of a Brownian score process on the paths that no look has stopped yet.
///
/// On the score scale S = Z√t increments over Δ are N(δΔ, Δ), where the drift δ is the expected z at full
/// information. With looks that let through lower ≤ S ≤ upper,
///
///     fₖ(s) = ∫ fₖ₋₁(u) φ(s − u; Δₖ) du,   P(above b at k) = ∫ fₖ₋₁(u) Φ̄((b − u)/√Δₖ) du.
///
/// The recursion runs once without drift; a drift multiplies the density by exp(δs − δ²t/2).
/// Integrals use Gauss–Legendre panels at most four standard deviations of the shorter neighbouring step
/// wide, where the rule is accurate to about 1e-15 of the peak.
///
/// - Source: Armitage, McPherson & Rowe (1969), JRSS A 132:235; Jennison & Turnbull (2000), ch. 19.
struct SequentialDensity {
    /// How finely and how far the density is kept.
    struct Quadrature {
        /// Widest panel, in standard deviations of a step; halving it doubles the nodes.
        var panelWidth = 4.0
        /// Where an open lower end is cut, in standard deviations of S; drifts of size d need d more.
        var reach = 8.0
    }

    /// Which side of a look's limit.
    enum Side { case above, below }

    /// Beyond this many standard deviations neither the normal density nor its tail is positive in a Double.
    private static let horizon = 38.0

    /// Points on the score scale, ascending, and density × weight at each, without drift.
    private var points = [0.0]
    private var masses = [1.0]
    /// The information fraction of the last look.
    private var fraction = 0.0
    private let quadrature: Quadrature

    /// The process before any look.
    init(quadrature: Quadrature = Quadrature()) { self.quadrature = quadrature }

    /// P(not stopped so far, and S beyond `score` at the look at `next`).
    func probability(_ side: Side, _ score: Double, at next: Double, drift: Double = 0) -> Double {
        let deviation = (next - fraction).squareRoot()
        let shift = drift * (next - fraction)
        let edge = Self.horizon * deviation
        var sum = 0.0
        switch side {
        case .above:
            for index in firstPoint(above: score - shift - edge)..<points.count {
                sum +=
                    mass(index, drift: drift) * Normal.survival((score - shift - points[index]) / deviation)
            }
        case .below:
            for index in 0..<firstPoint(above: score - shift + edge) {
                sum += mass(index, drift: drift) * Normal.cdf((score - shift - points[index]) / deviation)
            }
        }
        return sum
    }

    /// The density of S at the look at `next`, on paths not stopped before it.
    func density(at score: Double, next: Double, drift: Double = 0) -> Double {
        let deviation = (next - fraction).squareRoot()
        let shift = drift * (next - fraction)
        var sum = 0.0
        var index = firstPoint(above: score - shift - Self.horizon * deviation)
        let last = score - shift + Self.horizon * deviation
        while index < points.count, points[index] <= last {
            let z = (score - shift - points[index]) / deviation
            sum += mass(index, drift: drift) * exp(-0.5 * z * z)
            index += 1
        }
        return sum * 0.398_942_280_401_432_7 / deviation
    }

    /// The z beyond which the look at `next` stops with a given probability, counting paths not stopped before.
    ///
    /// Newton on the logarithm of the probability, which is concave, inside a bracket.
    ///
    /// - Returns: nil when not that many paths are left.
    func limit(
        _ side: Side, stopping probability: Double, at next: Double, drift: Double = 0
    ) -> Double? {
        let scale = next.squareRoot()
        let center = drift * scale
        let outward = side == .above ? 1.0 : -1.0
        // x counts standard deviations from the centre, outward.
        var (lower, upper) = (-12.0, 40.0)
        var x = Normal.survivalQuantile(min(probability, 0.5))
        guard self.probability(side, (center + outward * lower) * scale, at: next, drift: drift) > probability
        else { return nil }
        for _ in 0..<100 {
            let score = (center + outward * x) * scale
            let beyond = self.probability(side, score, at: next, drift: drift)
            if beyond > probability { lower = x } else { upper = x }
            let slope = beyond > 0 ? -scale * density(at: score, next: next, drift: drift) / beyond : 0
            var better = slope < 0 ? x - log(beyond / probability) / slope : (lower + upper) / 2
            if !(better > lower && better < upper) { better = (lower + upper) / 2 }
            let isSettled = abs(better - x) <= 1e-12 * max(1, abs(x))
            x = better
            if isSettled { break }
        }
        return center + outward * x
    }

    /// Moves on past the look at `next`, keeping the paths between its limits on the z scale.
    ///
    /// - Parameter following: The fraction of the look after, which the quadrature has to resolve.
    mutating func advance(to next: Double, lower: Double?, upper: Double?, following: Double) {
        let step = (next - fraction).squareRoot()
        let scale = next.squareRoot()
        let resolution = min(step, (following - next).squareRoot())
        let bottom = max(lower ?? -quadrature.reach, -Self.horizon)
        let top = min(upper ?? Self.horizon, Self.horizon)
        var newPoints: [Double] = []
        var newMasses: [Double] = []
        GaussLegendre.panels(
            from: bottom * scale, to: top * scale, width: quadrature.panelWidth * resolution
        ) { point, weight in
            newPoints.append(point)
            newMasses.append(weight)
        }
        for index in newPoints.indices { newMasses[index] *= density(at: newPoints[index], next: next) }
        points = newPoints
        masses = newMasses
        fraction = next
    }

    private func mass(_ index: Int, drift: Double) -> Double {
        if drift == 0 { return masses[index] }
        return masses[index] * exp(drift * points[index] - 0.5 * drift * drift * fraction)
    }

    private func firstPoint(above score: Double) -> Int {
        var (lower, upper) = (0, points.count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if points[middle] > score { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
