import Foundation

/// Probabilities that differ by less than this factor are ties; rounding must not decide which table counts.
private let tieFactor = 1 + 1e-7

/// Σ of the probabilities of all tables that are no more likely than the observed one.
///
/// - Parameter shares: Positive, adding up to 1.
/// - Returns: nil when there are more than two million tables.
func exactMultinomialPValue(observed: [Int], shares: [Double]) -> Double? {
    if observed.count == 2 {
        return exactBinomialPValue(
            successes: observed[0], of: Binomial(trials: observed[0] + observed[1], probability: shares[0]))
    }
    let total = observed.reduce(0, +)
    guard binomialCoefficient(total + observed.count - 1, observed.count - 1) <= 2e6 else { return nil }
    return MultinomialTables(total: total, shares: shares).probability(noMoreLikelyThan: observed)
}

/// The two-sided binomial test by the likelihood of outcomes.
///
/// Masses fall on either side of the mode, so the far tail's edge is found by bisection.
private func exactBinomialPValue(successes: Int, of distribution: Binomial) -> Double {
    let limit = distribution.mass(successes) * tieFactor
    let mean = Double(distribution.trials) * distribution.probability
    if Double(successes) == mean { return 1 }
    if Double(successes) < mean {
        // The first outcome above the mean that is no more likely; all after it are less so.
        var (lower, upper) = (Int(mean.rounded(.up)), distribution.trials + 1)
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if distribution.mass(middle) <= limit { upper = middle } else { lower = middle + 1 }
        }
        return min(1, distribution.cdf(successes) + distribution.survival(lower - 1))
    }
    var (lower, upper) = (-1, Int(mean.rounded(.down)))
    while lower < upper {
        let middle = upper - (upper - lower) / 2
        if distribution.mass(middle) <= limit { lower = middle } else { upper = middle - 1 }
    }
    return min(1, distribution.cdf(lower) + distribution.survival(successes - 1))
}

/// All ways to divide a number of units among arms, with their multinomial probabilities.
private struct MultinomialTables {
    let total: Int
    private let logShares: [Double]
    /// ln k! for k up to the total.
    private let logFactorials: [Double]

    init(total: Int, shares: [Double]) {
        self.total = total
        logShares = shares.map { log($0) }
        logFactorials = (0...total).reduce(into: []) { table, k in
            table.append(k == 0 ? 0 : table[k - 1] + log(Double(k)))
        }
    }

    func probability(noMoreLikelyThan observed: [Int]) -> Double {
        let limit =
            observed.indices.reduce(logFactorials[total]) { $0 + term(arm: $1, count: observed[$1]) }
            + log(tieFactor)
        return min(1, sum(arm: 0, left: total, logProbability: logFactorials[total], limit: limit))
    }

    private func term(arm: Int, count: Int) -> Double {
        Double(count) * logShares[arm] - logFactorials[count]
    }

    private func sum(arm: Int, left: Int, logProbability: Double, limit: Double) -> Double {
        if arm == logShares.count - 1 {
            let complete = logProbability + term(arm: arm, count: left)
            return complete <= limit ? exp(complete) : 0
        }
        return (0...left).reduce(0) { total, count in
            total
                + sum(
                    arm: arm + 1, left: left - count,
                    logProbability: logProbability + term(arm: arm, count: count), limit: limit)
        }
    }
}
