import Statistics

/// A design small enough to write down every assignment with its probability.
struct SmallDesign {
    var name: String
    var assignments: [(probability: Double, labels: [Int], mechanism: AssignmentMechanism)]
}

/// Partners' outcomes with different sizes, and rates without ties.
let eightPartners = [(9, 10), (45, 60), (3, 4), (7, 9), (30, 61), (1, 8), (5, 5), (11, 20)]
    .map { ClusterTotal(successes: $0.0, size: $0.1) }

extension SmallDesign {
    /// Every labelling of `count` partners with two labels that a condition admits, equally likely.
    private static func equallyLikely(
        _ name: String, count: Int, where isPossible: ([Int]) -> Bool,
        _ mechanism: ([Int]) -> AssignmentMechanism
    ) -> SmallDesign {
        let labellings = (0..<(1 << count)).map { pattern in (0..<count).map { pattern >> $0 & 1 } }
            .filter(isPossible)
        return SmallDesign(
            name: name,
            assignments: labellings.map { (1 / Double(labellings.count), $0, mechanism($0)) })
    }

    static let all: [SmallDesign] = {
        let covariates = [[1.0, 3], [4, 1], [2, 2], [8, 5], [5, 7], [3, 1], [7, 2], [6, 6]]
        func distance(_ labels: [Int]) -> Double { mahalanobisDistance(covariates, labels) }
        let strata = [0, 0, 0, 1, 1, 1, 1, 2]
        let complete = equallyLikely(
            "complete, 3 of 8", count: 8, where: { $0.reduce(0, +) == 3 }, { .complete(labels: $0) })
        // Stratum 2 has one partner, who is treated with certainty.
        let stratified = equallyLikely(
            "stratified, 1 of 3, 2 of 4 and a certainty", count: 8,
            where: {
                $0[..<3].reduce(0, +) == 1 && $0[3..<7].reduce(0, +) == 2 && $0[7] == 1
            }, { .stratified(labels: $0, strata: strata) })
        let pairs = equallyLikely(
            "pairs", count: 8,
            where: { labels in (0..<4).allSatisfy { labels[2 * $0] != labels[2 * $0 + 1] } },
            { labels in
                .matchedPairs(
                    (0..<4).map { labels[2 * $0] == 0 ? (2 * $0, 2 * $0 + 1) : (2 * $0 + 1, 2 * $0) })
            })
        let quadruples = equallyLikely(
            "quadruples", count: 8,
            where: { $0[..<4].reduce(0, +) == 2 && $0[4...].reduce(0, +) == 2 },
            { .stratified(labels: $0, strata: ["a", "a", "a", "a", "b", "b", "b", "b"]) })
        let rerandomized = equallyLikely(
            "rerandomised, 4 of 8", count: 8,
            where: { $0.reduce(0, +) == 4 && distance($0) <= 1.2 },
            { labels in
                .rerandomized(
                    [RandomizationBlock(labels: labels, clusters: Array(0..<8))],
                    MahalanobisCriterion(covariates: covariates, threshold: 1.2))
            })
        return [complete, stratified, pairs, quadruples, rerandomized, partlyFilled, minimized]
    }()

    /// Two blocks of four, the second with one partner too few: orders of labels are equally likely, not the
    /// partners' labels.
    private static var partlyFilled: SmallDesign {
        let orders = (0..<16).filter { $0.nonzeroBitCount == 2 }
            .map { pattern in (0..<4).map { pattern >> $0 & 1 } }
        return SmallDesign(
            name: "a partly filled block",
            assignments: orders.flatMap { first in
                orders.map { second in
                    (
                        1.0 / 36, first + second[..<3] + [0],
                        .permutedBlocks([
                            RandomizationBlock(labels: first, clusters: [0, 1, 2, 3]),
                            RandomizationBlock(labels: second, clusters: [4, 5, 6, nil]),
                        ])
                    )
                }
            })
    }

    /// Eight arrivals with two factors and a coin of 0.8, worked out from the definition.
    private static var minimized: SmallDesign {
        let levels = [[0, 0], [0, 1], [1, 0], [0, 0], [1, 1], [1, 1], [0, 1], [1, 0]]
        func probability(_ labels: [Int]) -> Double {
            labels.indices.reduce(1) { product, arrival in
                let imbalance = (0...1).map { arm in
                    (0...1).reduce(0.0) { sum, factor in
                        let peers = (0..<arrival).filter { levels[$0][factor] == levels[arrival][factor] }
                        let ones = peers.reduce(0) { $0 + labels[$1] } + arm
                        return sum + [2.0, 1][factor] * abs(Double(2 * ones - peers.count - 1))
                    }
                }
                if imbalance[0] == imbalance[1] { return product / 2 }
                return product * ((imbalance[0] < imbalance[1] ? 0 : 1) == labels[arrival] ? 0.8 : 0.2)
            }
        }
        return SmallDesign(
            name: "minimised",
            assignments: (0..<256).map { pattern in
                let labels = (0..<8).map { pattern >> $0 & 1 }
                return (
                    probability(labels), labels,
                    .minimization(
                        Minimization(
                            clusters: Array(0..<8), labels: labels, levels: levels, factorWeights: [2, 1]))
                )
            })
    }
}

/// (m₁m₀/m)·(x̄₁ − x̄₀)′S⁻¹(x̄₁ − x̄₀) for two covariates, by the inverse of a 2 × 2 matrix.
func mahalanobisDistance(_ covariates: [[Double]], _ labels: [Int]) -> Double {
    let n = Double(labels.count)
    let means = (0...1).map { column in covariates.reduce(0) { $0 + $1[column] } / n }
    func covariance(_ i: Int, _ j: Int) -> Double {
        covariates.reduce(0) { $0 + ($1[i] - means[i]) * ($1[j] - means[j]) } / (n - 1)
    }
    let treated = Double(labels.reduce(0, +))
    let gap = (0...1).map { column in
        zip(covariates, labels).reduce(0) { sum, row in
            sum + row.0[column] * (row.1 == 1 ? 1 / treated : -1 / (n - treated))
        }
    }
    let determinant = covariance(0, 0) * covariance(1, 1) - covariance(0, 1) * covariance(0, 1)
    let quadratic =
        (gap[0] * gap[0] * covariance(1, 1) - 2 * gap[0] * gap[1] * covariance(0, 1)
            + gap[1] * gap[1] * covariance(0, 0)) / determinant
    return treated * (n - treated) / n * quadratic
}

/// |R₁ − R₀|/√V of the delta method from first principles; infinite with fewer than two partners in an arm.
func directRateStatistic(_ totals: [ClusterTotal], _ labels: [Int]) -> Double {
    func arm(_ wanted: Int) -> (rate: Double, variance: Double)? {
        let members = zip(totals, labels).filter { $1 == wanted }.map(\.0).filter { $0.denominator > 0 }
        guard members.count >= 2 else { return nil }
        let size = members.reduce(0) { $0 + $1.denominator }
        let rate = members.reduce(0) { $0 + $1.numerator } / size
        let m = Double(members.count)
        let squares = members.reduce(0) { sum, total in
            let residual = total.numerator - rate * total.denominator
            return sum + residual * residual
        }
        return (rate, m / (m - 1) * squares / (size * size))
    }
    guard let control = arm(0), let treatment = arm(1) else { return .infinity }
    return abs(treatment.rate - control.rate) / (treatment.variance + control.variance).squareRoot()
}
