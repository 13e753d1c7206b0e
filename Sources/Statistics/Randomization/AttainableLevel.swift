/// How small a p-value a design can give at all: known before anybody is paid.
public struct AttainableLevel: Sendable, Hashable, Codable {
    /// How many assignments (label orders) the mechanism can produce; the largest finite number when there are
    /// more than that. With an acceptance rule, those accepted when all were listed and all candidates
    /// otherwise.
    public var assignmentCount: Double
    /// Whether all assignments would be compared.
    public var isExact: Bool
    /// The smallest possible p-value, ties in the outcomes aside.
    public var smallestPValue: Double

    /// Creates a level from its fields.
    public init(assignmentCount: Double, isExact: Bool, smallestPValue: Double) {
        self.assignmentCount = assignmentCount
        self.isExact = isExact
        self.smallestPValue = smallestPValue
    }

    /// Whether a test at this level can reject at all.
    public func allows(alpha: Double) -> Bool { smallestPValue <= alpha * (1 + 1e-12) }

    /// A sentence for the planner.
    public func statement(alpha: Double) -> String {
        let smallest = Self.rounded(smallestPValue)
        let source =
            isExact
            ? "the design has \(Int(assignmentCount)) possible assignments"
            : "the design has too many assignments to list and is compared with random draws"
        return allows(alpha: alpha)
            ? "\(source), so p-values down to \(smallest) can occur; a test at \(alpha) can reject"
            : "\(source), so no p-value below \(smallest) can occur; a test at \(alpha) can never reject: take "
                + "more partners or fewer strata"
    }

    /// Two significant digits, never rounded down.
    private static func rounded(_ value: Double) -> Double {
        guard value > 0, value < 1 else { return value }
        var unit = 1.0
        while value < unit { unit /= 10 }
        return (value / unit * 10 - 1e-9).rounded(.up) / (10 / unit)
    }
}

/// How small a p-value the mechanism can give when two of its arms are compared.
///
/// Example: three partners of which one is treated in one stratum, and three of which two are in another:
/// 3 · 3 = 9 assignments, and no p-value below 1/9.
///
/// - Parameters:
///   - mechanism: The design with any assignment it can produce.
///   - alternative: With as many partners of either arm in every block, a two-sided test cannot tell an
///     assignment from its mirror image, which doubles the smallest p-value.
///   - draws: Random assignments when there are more than `exactLimit`.
/// - Throws: `.inconsistentBlocks`.
public func attainableLevel(
    of mechanism: AssignmentMechanism, control: Int = 0, treatment: Int = 1,
    alternative: Alternative = .twoSided, draws: Int = 9999, exactLimit: Double = 2e5
) throws(EstimationError) -> AttainableLevel {
    let totalCount = mechanism.totalCount
    try mechanism.checkConsistent(totalCount: totalCount)
    let compared = [control, treatment]
    // Any column will do: the level does not depend on outcomes.
    let replay = try AssignmentReplay(
        mechanism, comparing: compared, columns: [[Double](repeating: 1, count: totalCount)])
    var run = RandomizationRun(
        replay: replay, options: RandomizationOptions(draws: draws, seed: 0, exactLimit: exactLimit),
        tallies: [])
    if run.isExact, run.needsListing { try run.finish() }
    return AttainableLevel(
        of: mechanism, compared: compared, mirrors: alternative == .twoSided, after: run)
}

extension AttainableLevel {
    /// The level of a design whose assignments have been listed, where that was needed.
    ///
    /// - Parameters:
    ///   - compared: The arms that change places.
    ///   - mirrors: Whether the statistic stays the same when arms with equal numbers change names.
    init(of mechanism: AssignmentMechanism, compared: [Int], mirrors: Bool, after run: RandomizationRun) {
        isExact = run.isExact
        let images = mirrors ? mechanism.mirrorImages(of: compared) : 1
        var rarest: Double
        switch mechanism {
        case .permutedBlocks(let blocks):
            assignmentCount = run.replay.candidateCount
            rarest = blocks.reduce(1.0) { product, block in
                let moving = block.restricted(to: compared)
                return product * moving.fewestOrdersAlike / moving.arrangementCount
            }
        case .rerandomized(let blocks, _):
            assignmentCount = run.isExact ? Double(run.drawn) : run.replay.candidateCount
            let alike = blocks.reduce(1.0) { $0 * $1.restricted(to: compared).fewestOrdersAlike }
            // How many candidates are accepted is known only after all have been listed.
            rarest = run.isExact ? alike / Double(run.drawn) : 0
        case .minimization:
            assignmentCount = run.isExact ? Double(run.drawn) : run.replay.candidateCount
            rarest = run.rarest ?? 0
        }
        rarest *= images
        smallestPValue = min(1, isExact ? rarest : max(rarest, 1 / Double(run.options.draws + 1)))
    }
}

extension RandomizationRun {
    /// Whether only a list of the assignments says how many are possible and how likely they are.
    fileprivate var needsListing: Bool { replay.isFiltered || replay.isWeighted }
}

extension AssignmentMechanism {
    /// One more than the largest index it mentions.
    fileprivate var totalCount: Int {
        switch self {
        case .permutedBlocks(let blocks):
            (blocks.lazy.flatMap { $0.clusters.compactMap { $0 } }.max() ?? -1) + 1
        case .rerandomized(_, let criterion): criterion.covariates.count
        case .minimization(let minimization): (minimization.clusters.max() ?? -1) + 1
        }
    }

    /// How many renamings of the compared arms keep the numbers in every block, and with them the
    /// probability of every assignment.
    fileprivate func mirrorImages(of compared: [Int]) -> Double {
        let alike: [[Int]]
        switch self {
        case .permutedBlocks(let blocks), .rerandomized(let blocks, _):
            let counts = blocks.map { $0.restricted(to: compared).labelCounts(compared.count) }
            alike = compared.indices.map { label in counts.map { $0[label] } }
        case .minimization: alike = compared.map { _ in [] }
        }
        // Arms with the same numbers everywhere may change names among themselves.
        return Dictionary(grouping: alike) { $0 }.values.reduce(1.0) { product, group in
            (1...group.count).reduce(product) { $0 * Double($1) }
        }
    }
}
