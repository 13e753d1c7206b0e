/// One block of the stored assignment mechanism, restricted to the two arms that are compared.
///
/// Label k belongs to position k. A position holds a partner, or nobody when the roster ended inside the
/// block; the label of an empty position was drawn all the same, so replaying the mechanism has to draw it
/// again.
public struct RandomizationBlock: Sendable, Hashable, Codable {
    /// true = treatment, as assigned, with the labels of empty positions.
    public var labels: [Bool]
    /// Index into the totals of the partner at each position; nil for nobody.
    public var clusters: [Int?]

    /// Creates a block; both arrays have one length.
    public init(labels: [Bool], clusters: [Int?]) {
        self.labels = labels
        self.clusters = clusters
    }

    /// Labels that say treatment.
    var treatmentLabels: Int { labels.reduce(0) { $0 + ($1 ? 1 : 0) } }
    /// Positions without a partner.
    var emptyPositions: Int { clusters.reduce(0) { $0 + ($1 == nil ? 1 : 0) } }

    /// How many distinct orders the block's labels have: a binomial coefficient.
    var arrangementCount: Double { binomialCoefficient(labels.count, treatmentLabels) }

    /// The smallest probability with which the mechanism gives the block's partners some set of labels.
    var rarestProbability: Double {
        let (positions, treated, empty) = (labels.count, treatmentLabels, emptyPositions)
        let treatedAmongPartners = max(0, treated - empty)...min(treated, positions - empty)
        let fewest =
            treatedAmongPartners.lazy
            .map { binomialCoefficient(empty, treated - $0) }
            .min() ?? 1
        return fewest / arrangementCount
    }
}

/// n choose k, exact while it fits into the 53 bits of a Double, and at most the largest finite one.
func binomialCoefficient(_ n: Int, _ k: Int) -> Double {
    let smaller = min(k, n - k)
    guard smaller > 0 else { return smaller == 0 ? 1 : 0 }
    // Every partial product is itself a binomial coefficient, so the division leaves no remainder.
    let coefficient = (1...smaller).reduce(1.0) { product, factor in
        product * Double(n - smaller + factor) / Double(factor)
    }
    return min(coefficient, .greatestFiniteMagnitude)
}

/// Throws `.inconsistentBlocks` unless every block pairs labels with positions and no partner stands twice.
func checkConsistent(_ blocks: [RandomizationBlock], totalCount: Int) throws(EstimationError) {
    var isPlaced = [Bool](repeating: false, count: totalCount)
    for (number, block) in blocks.enumerated() {
        guard block.labels.count == block.clusters.count else {
            throw .inconsistentBlocks(
                reason: "block \(number + 1) has \(block.labels.count) labels for "
                    + "\(block.clusters.count) positions")
        }
        for case let cluster? in block.clusters {
            guard isPlaced.indices.contains(cluster) else {
                throw .inconsistentBlocks(
                    reason: "block \(number + 1) names partner \(cluster), expected 0 to \(totalCount - 1)")
            }
            guard !isPlaced[cluster] else {
                throw .inconsistentBlocks(reason: "partner \(cluster) stands in two positions")
            }
            isPlaced[cluster] = true
        }
    }
}
