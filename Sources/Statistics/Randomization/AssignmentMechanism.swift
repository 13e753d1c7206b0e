/// How partners were given their arms, with the assignment that came out: everything needed to draw again.
///
/// A randomisation test is exact because it compares what happened with what the same mechanism could have
/// done. So the mechanism is replayed step by step, including a rejection step or a biased coin, and never
/// approximated by a plain permutation. Arms are numbered from 0, control first. Partners that the mechanism
/// does not mention were excluded and take no part.
///
/// - Source: Fisher (1935), The Design of Experiments; Imbens & Rubin (2015), ch. 4–5.
public enum AssignmentMechanism: Sendable, Hashable, Codable {
    /// The labels of every block in a random order: complete, stratified, blocked and paired randomisation.
    case permutedBlocks([RandomizationBlock])
    /// Permuted blocks, drawn again until covariates were balanced.
    case rerandomized([RandomizationBlock], MahalanobisCriterion)
    /// Partners one after the other, each most likely to the arm that balances covariates best.
    case minimization(Minimization)

    /// No experiment has more arms or waves than this.
    static let largestArmCount = 256
}

extension AssignmentMechanism {
    /// Complete randomisation: the numbers per arm were fixed, the order random.
    ///
    /// - Parameter labels: The arm of every total, in order.
    public static func complete(labels: [Int]) -> AssignmentMechanism {
        stratified(labels: labels, strata: labels.map { _ in 0 })
    }

    /// Randomisation within strata, blocks, matched pairs or quadruples: numbers per arm fixed in each.
    ///
    /// - Parameters:
    ///   - labels: The arm of every total, in order.
    ///   - strata: The stratum of every total; of one length with `labels`.
    public static func stratified(labels: [Int], strata: [some Hashable]) -> AssignmentMechanism {
        precondition(labels.count == strata.count, "every partner needs a label and a stratum")
        var order: [AnyHashable: Int] = [:]
        var blocks: [RandomizationBlock] = []
        for (cluster, stratum) in strata.enumerated() {
            let number = order[AnyHashable(stratum), default: blocks.count]
            if number == blocks.count {
                order[AnyHashable(stratum)] = number
                blocks.append(RandomizationBlock(labels: [Int](), clusters: []))
            }
            blocks[number].labels.append(labels[cluster])
            blocks[number].clusters.append(cluster)
        }
        return .permutedBlocks(blocks)
    }

    /// Matched pairs: a coin for each pair.
    ///
    /// - Parameter pairs: The two partners of each pair as assigned.
    public static func matchedPairs(_ pairs: [(control: Int, treatment: Int)]) -> AssignmentMechanism {
        .permutedBlocks(
            pairs.map { RandomizationBlock(labels: [0, 1], clusters: [$0.control, $0.treatment]) })
    }

    /// A waiting list or stepped start: everybody gets the treatment, the order of the waves is random.
    ///
    /// - Parameters:
    ///   - waves: The wave in which every partner starts, from 0; its label.
    ///   - strata: The stratum of every partner within which waves were drawn; nil for none.
    public static func steppedStart(waves: [Int], strata: [Int]? = nil) -> AssignmentMechanism {
        stratified(labels: waves, strata: strata ?? waves.map { _ in 0 })
    }
}

extension AssignmentMechanism {
    /// The arm of every total as assigned; nil for partners the mechanism does not mention.
    func labels(totalCount: Int) -> [Int?] {
        var labels = [Int?](repeating: nil, count: totalCount)
        switch self {
        case .permutedBlocks(let blocks), .rerandomized(let blocks, _):
            for block in blocks {
                for case (let label, let cluster?) in zip(block.labels, block.clusters) {
                    labels[cluster] = label
                }
            }
        case .minimization(let minimization):
            for (label, cluster) in zip(minimization.labels, minimization.clusters) {
                labels[cluster] = label
            }
        }
        return labels
    }

    /// One more than the largest label, at least 2.
    var armCount: Int {
        switch self {
        case .permutedBlocks(let blocks), .rerandomized(let blocks, _):
            max(2, (blocks.lazy.flatMap(\.labels).max() ?? 0) + 1)
        case .minimization(let minimization): minimization.armCount
        }
    }

    /// Throws `.inconsistentBlocks` unless the mechanism describes that many totals.
    func checkConsistent(totalCount: Int) throws(EstimationError) {
        switch self {
        case .permutedBlocks(let blocks):
            try Statistics.checkConsistent(blocks, totalCount: totalCount)
        case .rerandomized(let blocks, let criterion):
            try Statistics.checkConsistent(blocks, totalCount: totalCount)
            guard criterion.covariates.count == totalCount else {
                throw .inconsistentBlocks(
                    reason: "\(criterion.covariates.count) rows of covariates for \(totalCount) partners")
            }
        case .minimization(let minimization):
            try minimization.checkConsistent(totalCount: totalCount)
        }
    }
}
