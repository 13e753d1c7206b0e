/// Minimisation with a biased coin: partners arrive one by one, and each goes with high probability to the arm
/// that leaves the factors' margins most alike.
///
/// Its assignments are not equally likely, so labels must never be permuted: the arrivals are replayed.
///
/// - Source: Pocock & Simon (1975), Biometrics 31:103; as a randomisation test: Simon (1979), Biometrics
///   35:503.
public struct Minimization: Sendable, Hashable, Codable {
    /// How the imbalance of one factor's margin is measured over arms.
    public enum Imbalance: String, Sendable, Hashable, Codable {
        /// The largest number less the smallest.
        case range
        /// Σ of squared deviations from the mean number.
        case sumOfSquares
    }

    /// Index into the totals of every partner, in the order of arrival.
    public var clusters: [Int]
    /// The arm of every partner as assigned, in the order of arrival.
    public var labels: [Int]
    /// For every partner, in the order of arrival, its level of each factor; not negative.
    public var levels: [[Int]]
    /// How much each factor's imbalance counts; positive.
    public var factorWeights: [Double]
    /// Arms; at least 2.
    public var armCount: Int
    /// The measure of imbalance.
    public var imbalance: Imbalance
    /// The probability, shared among equals, of the arms that balance best, such as 0.8; 1 leaves only ties
    /// to chance. Between 1/armCount and 1.
    public var coin: Double

    /// Creates a mechanism with the assignment that it produced.
    public init(
        clusters: [Int], labels: [Int], levels: [[Int]], factorWeights: [Double], armCount: Int = 2,
        imbalance: Imbalance = .range, coin: Double = 0.8
    ) {
        self.clusters = clusters
        self.labels = labels
        self.levels = levels
        self.factorWeights = factorWeights
        self.armCount = armCount
        self.imbalance = imbalance
        self.coin = coin
    }
}

extension Minimization {
    /// Throws `.inconsistentBlocks` unless every arrival has its arm and its factors.
    func checkConsistent(totalCount: Int) throws(EstimationError) {
        guard clusters.count == labels.count, clusters.count == levels.count,
            levels.allSatisfy({ $0.count == factorWeights.count && $0.allSatisfy { $0 >= 0 } })
        else {
            throw .inconsistentBlocks(
                reason: "minimisation needs an arm and \(factorWeights.count) factor levels for every arrival"
            )
        }
        guard (2...AssignmentMechanism.largestArmCount).contains(armCount),
            labels.allSatisfy({ (0..<armCount).contains($0) }),
            !factorWeights.isEmpty, factorWeights.allSatisfy({ $0 > 0 && $0.isFinite }),
            coin >= 1 / Double(armCount), coin <= 1
        else {
            throw .inconsistentBlocks(
                reason:
                    "minimisation needs labels below its number of arms, positive factor weights and a coin "
                    + "from 1/arms to 1")
        }
        guard Set(clusters).count == clusters.count, clusters.allSatisfy({ (0..<totalCount).contains($0) })
        else {
            throw .inconsistentBlocks(reason: "minimisation names a partner twice or one without totals")
        }
    }

    /// The margins after some arrivals, from which the next partner's chances follow.
    struct Margins {
        private let mechanism: Minimization
        /// Numbers by factor, level and arm.
        private var counts: [Double]
        private let offsets: [Int]

        init(_ mechanism: Minimization) {
            self.mechanism = mechanism
            var size = 0
            offsets = mechanism.factorWeights.indices.map { factor in
                let offset = size
                size += ((mechanism.levels.lazy.map { $0[factor] }.max() ?? 0) + 1) * mechanism.armCount
                return offset
            }
            counts = [Double](repeating: 0, count: size)
        }

        /// Adds (or with −1 removes) the partner of an arrival.
        mutating func add(_ arrival: Int, arm: Int, times: Double = 1) {
            for (factor, level) in mechanism.levels[arrival].enumerated() {
                counts[offsets[factor] + level * mechanism.armCount + arm] += times
            }
        }

        /// Writes the probability of every arm for an arrival.
        func probabilities(_ arrival: Int, into probabilities: inout [Double]) {
            let arms = mechanism.armCount
            for arm in 0..<arms {
                probabilities[arm] = mechanism.levels[arrival].indices.reduce(0) { sum, factor in
                    sum + mechanism.factorWeights[factor] * imbalance(arrival, factor: factor, adding: arm)
                }
            }
            let best = probabilities.reduce(.infinity, min)
            // Weighted sums of small counts that tie on paper must tie here.
            let limit = best + 1e-9 * (1 + best)
            let ties = probabilities.reduce(0) { $0 + ($1 <= limit ? 1 : 0) }
            let others = Double(arms - ties)
            let bestChance = others == 0 ? 1 / Double(arms) : mechanism.coin / Double(ties)
            let otherChance = others == 0 ? 0 : (1 - mechanism.coin) / others
            for arm in 0..<arms {
                probabilities[arm] = probabilities[arm] <= limit ? bestChance : otherChance
            }
        }

        private func imbalance(_ arrival: Int, factor: Int, adding arm: Int) -> Double {
            let arms = mechanism.armCount
            let start = offsets[factor] + mechanism.levels[arrival][factor] * arms
            switch mechanism.imbalance {
            case .range:
                var (smallest, largest) = (Double.infinity, -Double.infinity)
                for other in 0..<arms {
                    let count = counts[start + other] + (other == arm ? 1 : 0)
                    smallest = min(smallest, count)
                    largest = max(largest, count)
                }
                return largest - smallest
            case .sumOfSquares:
                var (sum, squares) = (0.0, 0.0)
                for other in 0..<arms {
                    let count = counts[start + other] + (other == arm ? 1 : 0)
                    sum += count
                    squares += count * count
                }
                return squares - sum * sum / Double(arms)
            }
        }
    }

    /// The probability of the assignment that happened; 0 when the mechanism cannot have produced it.
    var probability: Double {
        var margins = Margins(self)
        var chances = [Double](repeating: 0, count: armCount)
        var product = 1.0
        for (arrival, label) in labels.enumerated() {
            margins.probabilities(arrival, into: &chances)
            product *= chances[label]
            margins.add(arrival, arm: label)
        }
        return product
    }
}
