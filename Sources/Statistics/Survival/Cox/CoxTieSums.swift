import Foundation

/// Sums over the losses of one time that its part of the likelihood and of the scores are made of.
///
/// The j-th of d losses meets a risk set of weight s = S₀ − f·Q₀, where S₀ is the weight of those at risk and Q₀
/// that of those lost, f = (j − 1)/d under Efron's and 0 under Breslow's treatment of ties.
struct CoxTieSums {
    /// Losses.
    let events: Double
    /// Σ 1/s.
    private(set) var inverse: Double
    /// Σ f/s.
    private(set) var inverseF = 0.0
    /// Σ 1/s².
    private(set) var squared: Double
    /// Σ f/s².
    private(set) var squaredF = 0.0
    /// Σ f²/s².
    private(set) var squaredFF = 0.0
    /// Σ ln s.
    private(set) var logarithm: Double

    init(events: Int32, atRisk s0: Double, lost q0: Double, ties: CoxTies) {
        let d = Double(events)
        self.events = d
        inverse = 1 / s0
        squared = inverse * inverse
        logarithm = d * log(s0)
        guard events > 1, ties == .efron else {
            inverse *= d
            squared *= d
            return
        }
        let share = q0 / s0
        // The product of the s/S₀, whose logarithm is taken only when it nears underflow.
        var product = 1.0
        let first = inverse
        for index in 1..<events {
            let f = Double(index) / d
            let ratio = 1 - f * share
            let reciprocal = first / ratio
            inverse += reciprocal
            inverseF += f * reciprocal
            let square = reciprocal * reciprocal
            squared += square
            squaredF += f * square
            squaredFF += f * f * square
            product *= ratio
            if product < 1e-200 {
                logarithm += log(product)
                product = 1
            }
        }
        logarithm += log(product)
    }
}
