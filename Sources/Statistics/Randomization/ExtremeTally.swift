/// Counts the assignments whose statistic is at least as extreme as that of what happened.
struct ExtremeTally: Sendable {
    /// The extremeness of an assignment, from its sums.
    let extremeness: @Sendable (_ sums: AssignmentSums, _ row: Int) -> Double
    /// From here on an assignment counts as extreme.
    private let limit: Double
    /// Stop after so many extreme draws.
    private let stoppingCount: Int?
    /// Assignments compared.
    private(set) var compared = 0
    private var extreme = 0
    /// Their probability; assignments that are equally likely weigh 1.
    private var extremeWeight = 0.0
    private var weight = 0.0

    /// - Parameters:
    ///   - observed: The extremeness of what happened.
    ///   - tolerance: Values closer than this are ties.
    init(
        observed: Double, tolerance: Double, stoppingCount: Int?,
        extremeness: @escaping @Sendable (AssignmentSums, Int) -> Double
    ) {
        limit = observed.isFinite ? observed - tolerance : observed
        self.stoppingCount = stoppingCount
        self.extremeness = extremeness
    }

    /// Whether further draws would not be counted.
    var hasStopped: Bool { stoppingCount.map { extreme >= $0 } ?? false }

    /// Counts the first `count` assignments of a batch.
    mutating func add(_ sums: AssignmentSums, count: Int) {
        for row in 0..<count where !hasStopped {
            let chance = sums.probabilities.isEmpty ? 1 : sums.probabilities[row]
            compared += 1
            weight += chance
            if extremeness(sums, row) >= limit {
                extreme += 1
                extremeWeight += chance
            }
        }
    }

    /// The share of all assignments, when all were compared.
    var exactPValue: Double { extremeWeight / weight }

    /// The share of draws with what happened counted as one, so that the test keeps its level at any number of
    /// draws; after an early stop the share of the draws made.
    ///
    /// - Source: Phipson & Smyth (2010), SAGMB 9:39; Besag & Clifford (1991), Biometrika 78:301.
    var drawnPValue: Double {
        hasStopped ? Double(extreme) / Double(compared) : Double(extreme + 1) / Double(compared + 1)
    }
}
