/// Applies the acceptance rule of a rerandomised experiment to sums.
///
/// The standardised covariates are columns like any other: M = Σₐ |Σ_{g in a} z_g|²/mₐ needs their sums by arm
/// and nothing else.
struct BalanceFilter: Sendable {
    /// The standardised covariates, then 1 for every partner.
    let columns: [[Double]]
    private let criterion: MahalanobisCriterion
    private let firstColumn: Int
    private let armCount: Int
    /// Sums of `columns` over the arms that are compared.
    private let moving: [Double]
    /// The part of M of the other arms.
    private let constant: Double

    init(
        _ criterion: MahalanobisCriterion, blocks: [RandomizationBlock], compared: [Int], firstColumn: Int
    ) throws(EstimationError) {
        self.criterion = criterion
        self.firstColumn = firstColumn
        armCount = compared.count
        let placed = blocks.flatMap { $0.clusters.compactMap { $0 } }
        let standardized = try criterion.standardized(over: placed)
        columns = standardized + [criterion.covariates.map { _ in 1 }]
        let arms = (blocks.lazy.flatMap(\.labels).max() ?? 0) + 1
        var sums = [[Double]](repeating: columns.map { _ in 0 }, count: arms)
        for block in blocks {
            for case (let label, let cluster?) in zip(block.labels, block.clusters) {
                for (number, column) in columns.enumerated() { sums[label][number] += column[cluster] }
            }
        }
        var (moving, constant) = (columns.map { _ in 0.0 }, 0.0)
        for (arm, sum) in sums.enumerated() {
            if compared.contains(arm) {
                for number in columns.indices { moving[number] += sum[number] }
            } else {
                constant += Self.distance(sum)
            }
        }
        self.moving = moving
        self.constant = constant
    }

    /// Whether the rule accepts an assignment.
    func accepts(_ sums: AssignmentSums, row: Int) -> Bool {
        let perLabel = sums.laneCount / (armCount - 1)
        var first = moving
        var total = constant
        var arm = [Double](repeating: 0, count: columns.count)
        for label in 1..<armCount {
            for number in columns.indices {
                arm[number] = sums[row, (label - 1) * perLabel + firstColumn + number]
                first[number] -= arm[number]
            }
            total += Self.distance(arm)
        }
        return criterion.accepts(total + Self.distance(first))
    }

    /// |Σz|²/m; 0 for an arm without partners.
    private static func distance(_ sums: [Double]) -> Double {
        let count = sums[sums.count - 1]
        guard count > 0.5 else { return 0 }
        return sums.dropLast().reduce(0) { $0 + $1 * $1 } / count
    }
}
