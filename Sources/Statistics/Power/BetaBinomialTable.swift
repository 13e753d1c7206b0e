import Foundation

/// How many of a partner's customers have the outcome, ready to be drawn from one uniform number.
///
/// The partner's own rate is beta distributed with the given mean, so that two of its customers correlate by ρ;
/// the count is drawn directly, by inverting its distribution function. The same uniform number under a
/// higher mean never gives a smaller count, which couples effects tightly.
struct BetaBinomialTable {
    /// P(Y ≤ k), ascending; the last is 1.
    private let cumulative: [Double]
    /// For each of equally wide intervals of uniform numbers, the count at its lower end.
    private let guide: [Int32]

    /// Tabulates `size` customers with mean rate `mean` and correlation ρ in 0..<1.
    init(size: Int, mean: Double, correlation: Double) {
        var masses = [Double](repeating: 0, count: size + 1)
        if mean <= 0 || mean >= 1 || size == 0 {
            masses[mean >= 1 ? size : 0] = 1
        } else {
            // Ratios of neighbouring masses outwards from near the mean; in units of 1/(a + b) so that ρ = 0,
            // the binomial, is no special case.
            let scale = correlation / (1 - correlation)
            func ratio(_ k: Int) -> Double {
                let (below, above) = (Double(k), Double(size - k - 1))
                return (above + 1) * (mean + below * scale) / ((below + 1) * (1 - mean + above * scale))
            }
            let start = min(size, Int(mean * Double(size)))
            masses[start] = 1
            for k in stride(from: start, to: size, by: 1) { masses[k + 1] = masses[k] * ratio(k) }
            for k in stride(from: start - 1, through: 0, by: -1) { masses[k] = masses[k + 1] / ratio(k) }
        }
        let total = masses.reduce(0, +)
        var sum = 0.0
        for k in masses.indices {
            sum += masses[k]
            masses[k] = sum / total
        }
        masses[size] = 1
        cumulative = masses
        var count = 0
        guide = (0...size).map { interval in
            let uniform = Double(interval) / Double(size + 1)
            while masses[count] <= uniform, count < size { count += 1 }
            return Int32(count)
        }
    }

    /// The count for a uniform number in 0..<1.
    func count(_ uniform: Double) -> Int {
        var count = Int(guide[Int(uniform * Double(guide.count))])
        while cumulative[count] <= uniform { count += 1 }
        return count
    }
}
