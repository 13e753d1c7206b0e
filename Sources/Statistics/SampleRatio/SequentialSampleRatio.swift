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
/// Written as (A + n)·KL(posterior mean ‖ w) + ½[ln((A + n)/A) − Σ ln((aᵢ + xᵢ)/aᵢ)] plus Stirling
/// remainders: the large parts of the gamma functions cancel on paper instead of in the last digits.
func dirichletMultinomialLogBayesFactor(counts: [Int], shares: [Double], concentration: Double) -> Double {
    let posterior = concentration + counts.reduce(0) { $0 + Double($1) }
    let start =
        log(posterior / concentration) / 2 + stirlingRemainder(concentration) - stirlingRemainder(posterior)
    return zip(counts, shares).reduce(start) { sum, arm in
        let prior = concentration * arm.1
        let updated = prior + Double(arm.0)
        return sum + updated * log(updated / posterior / arm.1) - log(updated / prior) / 2
            + stirlingRemainder(updated) - stirlingRemainder(prior)
    }
}

/// ln Γ(z) − [(z − ½)·ln z − z + ½·ln 2π] for z > 0.
///
/// - Source: Abramowitz & Stegun (1964), 6.1.41; below 15 raised by Γ(z + 1) = z·Γ(z).
private func stirlingRemainder(_ z: Double) -> Double {
    if z < 15 {
        // r(z) = r(z + 1) + (z + ½)·ln(1 + 1/z) − 1.
        return stirlingRemainder(z + 1) + (z + 0.5) * log1p(1 / z) - 1
    }
    let inverse = 1 / (z * z)
    let series: [Double] = [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360]
    return series.reversed().reduce(0) { $0 * inverse + $1 } / z
}
