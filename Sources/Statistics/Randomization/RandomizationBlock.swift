/// One block of the stored lots: labels that were drawn in a random order, and who stood where.
///
/// Label k belongs to position k. A position holds a partner, or nobody when the roster ended inside the
/// block; the label of an empty position was drawn all the same, so replaying the mechanism has to draw it
/// again. A block whose labels are all alike never moves: that is how a partner takes part that was given its
/// arm with certainty.
public struct RandomizationBlock: Sendable, Hashable, Codable {
    /// The arm at each position as assigned, 0 = control, with the labels of empty positions.
    public var labels: [Int]
    /// Index into the totals of the partner at each position; nil for nobody.
    public var clusters: [Int?]

    /// Creates a block of any number of arms; both arrays have one length, labels are not negative.
    public init(labels: [Int], clusters: [Int?]) {
        self.labels = labels
        self.clusters = clusters
    }

    /// Creates a block of two arms; true = treatment.
    public init(labels: [Bool], clusters: [Int?]) {
        self.init(labels: labels.map { $0 ? 1 : 0 }, clusters: clusters)
    }

    /// How often each label of 0..<count stands in the block.
    func labelCounts(_ count: Int) -> [Int] {
        labels.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
    }

    /// Positions without a partner.
    var emptyPositions: Int { clusters.reduce(0) { $0 + ($1 == nil ? 1 : 0) } }

    /// How many distinct orders the block's labels have: a multinomial coefficient.
    var arrangementCount: Double { multinomialCoefficient(labelCounts((labels.max() ?? 0) + 1)) }

    /// How many label orders, at least, give the block's partners one and the same labels.
    ///
    /// The orders in which the leftover labels fall on nobody; fewest when the leftovers are alike.
    var fewestOrdersAlike: Double {
        var empty = emptyPositions
        let leftovers = labelCounts((labels.max() ?? 0) + 1).sorted(by: >).map { count in
            let taken = min(count, empty)
            empty -= taken
            return taken
        }
        return multinomialCoefficient(leftovers)
    }

    /// The block without the positions of other labels, which keep what they have; labels are renumbered in the
    /// order of `kept`.
    func restricted(to kept: [Int]) -> RandomizationBlock {
        let positions = labels.indices.filter { kept.contains(labels[$0]) }
        return RandomizationBlock(
            labels: positions.compactMap { kept.firstIndex(of: labels[$0]) },
            clusters: positions.map { clusters[$0] })
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

/// (Σ kᵢ)! / Π kᵢ!, at most the largest finite number.
func multinomialCoefficient(_ counts: [Int]) -> Double {
    var total = 0
    return counts.reduce(1.0) { product, count in
        total += count
        return min(product * binomialCoefficient(total, count), .greatestFiniteMagnitude)
    }
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
        if let label = block.labels.first(where: { !(0..<AssignmentMechanism.largestArmCount).contains($0) })
        {
            throw .inconsistentBlocks(
                reason: "block \(number + 1) has the label \(label), expected 0 to "
                    + "\(AssignmentMechanism.largestArmCount - 1)")
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
