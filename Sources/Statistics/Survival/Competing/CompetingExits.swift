/// The customers of one arm when observation can end in several ways, such as churn, a sale of the customer's
/// business or its partner leaving the programme.
///
/// Which ways count as loss is declared in the plan. To study one of them, `sample(of:)` cuts customers off at the
/// others; that rate is what it is among customers still there, not a forecast of a world without other exits.
public struct CompetingExits: Sendable {
    /// Exits are numbered 1...causeCount.
    public let causeCount: Int
    /// How each row at risk ended: 0 when observation was cut off, else the exit's number.
    let cause: [Int]
    let observations: SurvivalSample

    /// Creates a sample and leaves out rows that were never at risk; see `SurvivalSample`.
    ///
    /// - Parameters:
    ///   - cluster: Partner of each row.
    ///   - entry: When observation of the row begins.
    ///   - time: When it ends.
    ///   - cause: How it ends: 0 when it was cut off, else the exit's number.
    ///   - causeCount: How many exits there are.
    ///   - clusterCount: Partners of the arm, also those without rows.
    /// - Throws: `.invalidColumn` for an entry or a time that is not a number.
    public init(
        cluster: [Int32], entry: [Double], time: [Double], cause: [Int], causeCount: Int, clusterCount: Int
    ) throws(EstimationError) {
        precondition(
            cause.allSatisfy { (0...causeCount).contains($0) }, "exits are numbered from 1 to causeCount")
        observations = try SurvivalSample(
            cluster: cluster, entry: entry, time: time, isEvent: cause.map { $0 > 0 },
            clusterCount: clusterCount)
        self.cause = cause.keeping(observations.keptRows)
        self.causeCount = causeCount
    }

    /// The sample in which only one exit is a loss and customers are cut off at the others.
    public func sample(of exit: Int) -> SurvivalSample {
        precondition((1...causeCount).contains(exit), "exits are numbered from 1 to causeCount")
        return observations.counting(cause.map { $0 == exit })
    }

    /// The sample in which every exit is a loss.
    public var sampleOfAnyExit: SurvivalSample { observations }

    /// The share of customers whose observation ended in each way, the share cut off first; nil without customers.
    ///
    /// Show them for both arms: a rate among those still there misleads when arms differ in how customers left.
    public var shares: [Double]? {
        guard !cause.isEmpty else { return nil }
        var counts = [Int](repeating: 0, count: causeCount + 1)
        for exit in cause { counts[exit] += 1 }
        return counts.map { Double($0) / Double(cause.count) }
    }
}
