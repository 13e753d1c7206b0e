import Foundation

/// A check of the sample ratio that may be read after every unit, as often as one likes.
///
/// Counts are compared under the planned shares w and under shares drawn from a Dirichlet distribution around
/// them, Dirichlet(c·w). The Bayes factor between the two is a martingale when the plan is followed, so
/// the chance that it ever exceeds 1/α is at most α.
///
/// Count what was randomised, one unit after the other: partners, not customers.
///
/// - Source: Lindon & Malek (2022), NeurIPS 35, eq. 6.
public struct SequentialSampleRatio: Sendable, Hashable, Codable {
    /// The planned shares; positive, adding up to 1.
    public let shares: [Double]
    /// c, how closely the alternative lies around the plan: 100 suits small deviations in hundreds of units.
    public let concentration: Double
    /// The chance of ever raising a false alarm.
    public let alpha: Double
    /// Units counted so far, one number an arm.
    public private(set) var counts: [Int]
    /// ln of the Bayes factor against the planned shares at the counts so far; 0 before the first.
    public private(set) var logBayesFactor: Double
    /// The smallest min(1, 1/Bayes factor) over all readings so far: a p-value valid at any time.
    public private(set) var pValue: Double

    /// Starts a check without units.
    ///
    /// - Parameters:
    ///   - weights: The planned shares in any common unit; positive.
    ///   - concentration: Positive and finite.
    ///   - alpha: Strictly between 0 and 1.
    /// - Throws: `.invalidCounts`.
    public init(
        weights: [Double], concentration: Double = 100, alpha: Double = 0.001
    ) throws(EstimationError) {
        guard concentration > 0, concentration.isFinite, alpha > 0, alpha < 1 else {
            throw .invalidCounts(
                reason: "the concentration has to be positive and the false-alarm rate between 0 and 1")
        }
        counts = weights.map { _ in 0 }
        shares = try plannedShares(observed: counts, weights: weights)
        self.concentration = concentration
        self.alpha = alpha
        logBayesFactor = 0
        pValue = 1
    }

    /// Whether the plan has been violated beyond chance at this or an earlier reading.
    public var isMismatch: Bool { pValue <= alpha }

    /// Reads the counts since the start; the p-value never rises again.
    ///
    /// - Parameter total: One number an arm, none smaller than at the reading before.
    /// - Throws: `.invalidCounts`, leaving the check as it was.
    public mutating func read(total: [Int]) throws(EstimationError) {
        guard total.count == shares.count, zip(total, counts).allSatisfy({ $0 >= $1 }) else {
            throw .invalidCounts(
                reason: "expected \(shares.count) counts since the start, none smaller than before")
        }
        counts = total
        logBayesFactor = dirichletMultinomialLogBayesFactor(
            counts: total, shares: shares, concentration: concentration)
        pValue = min(pValue, exp(min(0, -logBayesFactor)))
    }
}

/// ln of Γ(A)/Γ(A + n) · Π Γ(aᵢ + xᵢ)/Γ(aᵢ) / Π wᵢ^xᵢ with aᵢ = c·wᵢ and A = c.
///
/// The error is a few units in the last place of ln Γ(A + n), absolutely: 1e-9 for a million units.
func dirichletMultinomialLogBayesFactor(counts: [Int], shares: [Double], concentration: Double) -> Double {
    let total = counts.reduce(0) { $0 + Double($1) }
    let start = logGamma(concentration) - logGamma(concentration + total)
    return zip(counts, shares).reduce(start) { sum, arm in
        let (count, prior) = (Double(arm.0), concentration * arm.1)
        return sum + logGamma(prior + count) - logGamma(prior) - count * log(arm.1)
    }
}
