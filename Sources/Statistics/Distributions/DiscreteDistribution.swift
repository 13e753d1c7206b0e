/// A distribution on the whole numbers 0, 1, 2, ….
///
/// - Precondition: probabilities lie in 0...1.
public protocol DiscreteDistribution: Sendable, Hashable {
    /// The largest possible count; nil without one.
    var largestCount: Int? { get }
    /// P(K = count).
    func mass(_ count: Int) -> Double
    /// P(K ≤ count).
    func cdf(_ count: Int) -> Double
    /// P(K > count), accurate in the far upper tail.
    func survival(_ count: Int) -> Double
    /// ln P(K ≤ count), accurate in both tails; −∞ only where the probability is 0.
    func logCDF(_ count: Int) -> Double
    /// ln P(K > count), accurate in both tails; −∞ only where the probability is 0.
    func logSurvival(_ count: Int) -> Double
}

extension DiscreteDistribution {
    /// The smallest count k with P(K ≤ k) ≥ p.
    ///
    /// - Precondition: `p` is below 1 for a distribution without a largest count.
    public func quantile(_ p: Double) -> Int {
        precondition(
            checkedProbability(p) < 1 || largestCount != nil, "a quantile at 1 needs a largest count")
        return smallestCount { cdf($0) >= p }
    }

    /// The smallest count k with P(K > k) ≤ q.
    ///
    /// - Precondition: `q` is above 0 for a distribution without a largest count.
    public func survivalQuantile(_ q: Double) -> Int {
        precondition(
            checkedProbability(q) > 0 || largestCount != nil, "a quantile at 0 needs a largest count")
        return smallestCount { survival($0) <= q }
    }

    /// The smallest count for which a condition holds that, once true, stays true.
    private func smallestCount(where isReached: (Int) -> Bool) -> Int {
        let limit = largestCount ?? .max
        var lower = 0
        var upper = min(1, limit)
        while upper < limit, !isReached(upper) {
            lower = upper + 1
            upper = upper > limit / 2 ? limit : 2 * upper
        }
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if isReached(middle) { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
