/// How much a partner stands for in either arm: the inverse of that arm's share of the partner's block.
struct AssignmentShares: Sendable {
    /// For every total, 1/(1 − p) with p the treatment's share of its block's labels; 1 where there is no block.
    private(set) var control: [Double]
    /// For every total, 1/p.
    private(set) var treatment: [Double]

    /// - Parameters:
    ///   - blocks: Blocks with the labels 0 and 1; nil for one share for all.
    ///   - totalCount: How many totals the blocks' indices refer to.
    /// - Throws: `.stratumInOneArm` with the number of a block, from 0, that holds partners but one label only.
    init(_ blocks: [RandomizationBlock]?, totalCount: Int) throws(EstimationError) {
        control = [Double](repeating: 1, count: totalCount)
        treatment = control
        for (number, block) in (blocks ?? []).enumerated() {
            let members = block.clusters.compactMap { $0 }
            guard !members.isEmpty else { continue }
            let all = Double(block.labels.count)
            let treated = Double(block.labels.reduce(0, +))
            guard treated > 0, treated < all else { throw .stratumInOneArm(stratum: number) }
            for cluster in members {
                control[cluster] = all / (all - treated)
                treatment[cluster] = all / treated
            }
        }
    }
}

extension AssignmentMechanism {
    /// Whether the share of treated partners differs between blocks, so that pooled totals confound the treatment
    /// with the blocks it was given in: compare with `.stratifiedRateDifference` and `compareStratifiedRatios` then.
    ///
    /// Shares are those of the labels that were drawn, which hold also where a block is partly filled. Never for
    /// minimisation, which has one share for all partners.
    ///
    /// Example: 3 of 6 partners treated in one stratum and 2 of 6 in another have unequal shares.
    ///
    /// - Parameters:
    ///   - control: The label of the arm compared against.
    ///   - treatment: The label of the arm under trial.
    public func hasUnequalShares(control: Int = 0, treatment: Int = 1) -> Bool {
        guard case .permutedBlocks(let blocks) = self.withoutAcceptance else { return false }
        return differ(
            blocks.filter { block in block.clusters.contains { $0 != nil } }.map { block in
                (block.labels.count { $0 == control }, block.labels.count { $0 == treatment })
            })
    }

    private var withoutAcceptance: AssignmentMechanism {
        if case .rerandomized(let blocks, _) = self { .permutedBlocks(blocks) } else { self }
    }
}

/// Whether the share of treated partners differs between strata; see `AssignmentMechanism.hasUnequalShares`.
///
/// - Parameters:
///   - control: The stratum of every control partner; any numbering.
///   - treatment: The stratum of every treatment partner.
public func hasUnequalShares(control: [Int], treatment: [Int]) -> Bool {
    var counts: [Int: (control: Int, treatment: Int)] = [:]
    for stratum in control { counts[stratum, default: (0, 0)].control += 1 }
    for stratum in treatment { counts[stratum, default: (0, 0)].treatment += 1 }
    return differ(counts.values.map { ($0.control, $0.treatment) })
}

/// Whether m₁/m₀ is not the same everywhere, in whole numbers; pairs without partners do not count.
private func differ(_ counts: [(control: Int, treatment: Int)]) -> Bool {
    let occupied = counts.filter { $0.control + $0.treatment > 0 }
    guard let first = occupied.first else { return false }
    return occupied.contains { $0.control * first.treatment != first.control * $0.treatment }
}
