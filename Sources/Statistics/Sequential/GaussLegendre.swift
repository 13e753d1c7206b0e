import Foundation

/// Gauss–Legendre quadrature with twelve points a panel.
enum GaussLegendre {
    /// Nodes in −1...1, ascending, with their weights.
    static let rule: [(node: Double, weight: Double)] = (1...12).map { order in
        // Newton from the usual cosine guess reaches the root of the Legendre polynomial in a few steps.
        var x = -cos(.pi * (Double(order) - 0.25) / 12.5)
        var slope = 0.0
        for _ in 0..<8 {
            let value = legendre(degree: 12, at: x)
            slope = value.derivative
            x -= value.polynomial / slope
        }
        return (x, 2 / ((1 - x * x) * slope * slope))
    }

    /// Calls `body` with points and weights over an interval cut into equal panels no wider than `width`.
    static func panels(
        from lower: Double, to upper: Double, width: Double,
        _ body: (_ point: Double, _ weight: Double) -> Void
    ) {
        guard upper > lower else { return }
        let count = max(1, Int(((upper - lower) / width).rounded(.up)))
        let half = (upper - lower) / Double(count) / 2
        for panel in 0..<count {
            let middle = lower + half * Double(2 * panel + 1)
            for (node, weight) in rule { body(middle + half * node, half * weight) }
        }
    }

    /// The Legendre polynomial and its derivative by the three-term recurrence.
    private static func legendre(degree: Int, at x: Double) -> (polynomial: Double, derivative: Double) {
        var previous = 1.0
        var current = x
        for n in 2...degree {
            let k = Double(n)
            (previous, current) = (current, ((2 * k - 1) * x * current - (k - 1) * previous) / k)
        }
        return (current, Double(degree) * (x * current - previous) / (x * x - 1))
    }
}
