/// The customers of one arm as columns: who is observed from when to when, and how it ended.
///
/// A customer is at risk at time t when entry < t ≤ time. A row whose time is not after its entry was never
/// at risk: it is left out, so place the time origin before the first moment at which a loss could happen.
public struct SurvivalSample: Sendable {
    /// Partner of each row, in 0..<clusterCount.
    public let cluster: [Int32]
    /// When observation of the row begins; 0 at the time origin, later for delayed entry.
    public let entry: [Double]
    /// When it ends.
    public let time: [Double]
    /// Whether it ends with the loss of the customer, rather than being cut off.
    public let isEvent: [Bool]
    /// Partners of the arm, also those without rows.
    public let clusterCount: Int

    /// Creates a sample and leaves out rows that were never at risk.
    ///
    /// - Precondition: all columns have one length, no time is NaN, and partners lie in 0..<clusterCount.
    public init(
        cluster: [Int32], entry: [Double], time: [Double], isEvent: [Bool], clusterCount: Int
    ) {
        precondition(
            cluster.count == entry.count && cluster.count == time.count && cluster.count == isEvent.count,
            "the columns of a survival sample have one length")
        precondition(
            cluster.allSatisfy { $0 >= 0 && Int($0) < clusterCount },
            "partners are numbered from 0 to clusterCount - 1")
        precondition(!entry.contains { $0.isNaN } && !time.contains { $0.isNaN }, "a time is not NaN")
        let rows = time.indices.filter { time[$0] > entry[$0] }
        self.cluster = rows.map { cluster[$0] }
        self.entry = rows.map { entry[$0] }
        self.time = rows.map { time[$0] }
        self.isEvent = rows.map { isEvent[$0] }
        self.clusterCount = clusterCount
    }

    /// Rows that were at risk at some time.
    public var rowCount: Int { time.count }

    /// Partners with at least one row.
    var occupiedClusterCount: Int { Set(cluster).count }
}
