import Foundation

/// Scores of a Brownian path at information fractions: increments over Δ are N(drift·Δ, Δ).
func brownianPath(
    at fractions: [Double], drift: Double = 0, using random: inout some RandomNumberGenerator
) -> [Double] {
    var score = 0.0
    var last = 0.0
    return fractions.map { fraction in
        let step = fraction - last
        last = fraction
        // Box–Muller.
        let radius = (-2 * log(Double.random(in: 0x1p-60...1, using: &random))).squareRoot()
        score +=
            drift * step + step.squareRoot() * radius
            * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
        return score
    }
}
