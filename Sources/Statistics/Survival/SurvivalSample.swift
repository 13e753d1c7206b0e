/// The customers of one arm as columns: who is observed from when to when, and how it ended.
///
/// A customer is at risk at time t when entry < t ≤ time. A row whose time is not after its entry was never
/// at risk: it is left out, so place the time origin before the first moment at which a loss could happen.
/// A sample is put in order of time and counted once, when it is made; curves and rank tests then cost no more
/// than there are distinct times.
public struct SurvivalSample: Sendable {
    /// Partner of each row, in 0..<clusterCount.
    public let cluster: [Int32]
    /// Whether observation ends with the loss of the customer, rather than being cut off.
    public let isEvent: [Bool]
    /// Partners of the arm, also those without rows.
    public let clusterCount: Int
    /// Rows of the columns the sample was made from, also those never at risk.
    public let givenRowCount: Int
    /// The positions in those columns of the rows kept; nil when all were.
    let keptRows: [Int]?
    let ranking: SurvivalRanking
    let tally: RiskTally

    /// Creates a sample and leaves out rows that were never at risk.
    ///
    /// - Parameters:
    ///   - cluster: Partner of each row.
    ///   - entry: When observation of the row begins; 0 at the time origin, later for delayed entry.
    ///   - time: When it ends.
    ///   - isEvent: Whether it ends with the loss of the customer.
    ///   - clusterCount: Partners of the arm, also those without rows.
    /// - Precondition: all columns have one length, and partners lie in 0..<clusterCount.
    /// - Throws: `.invalidColumn` for an entry or a time that is not a number.
    public init(
        cluster: [Int32], entry: [Double], time: [Double], isEvent: [Bool], clusterCount: Int
    ) throws(EstimationError) {
        if let row = entry.firstIndex(where: \.isNaN) { throw .invalidColumn(name: "entry", row: row) }
        if let row = time.firstIndex(where: \.isNaN) { throw .invalidColumn(name: "time", row: row) }
        self.init(
            trusted: cluster, entry: entry, time: time, isEvent: isEvent, clusterCount: clusterCount)
    }

    /// Creates a sample from times that are numbers.
    init(trusted cluster: [Int32], entry: [Double], time: [Double], isEvent: [Bool], clusterCount: Int) {
        Self.checkColumns(
            cluster: cluster, counts: [entry.count, time.count, isEvent.count], clusterCount: clusterCount)
        let kept = Self.rows(time.count) { time[$0] > entry[$0] }
        let ranking = SurvivalRanking(entry: entry.keeping(kept), end: time.keeping(kept))
        self.init(
            cluster: cluster, ranking: ranking, isEvent: isEvent, clusterCount: clusterCount, keptRows: kept)
    }

    /// Creates a sample from whole days, the fastest way for large samples.
    ///
    /// - Parameters:
    ///   - cluster: Partner of each row.
    ///   - entryDay: The day on which observation of the row begins; nil when all begin on day 0.
    ///   - day: The day on which it ends.
    ///   - isEvent: Whether it ends with the loss of the customer.
    ///   - clusterCount: Partners of the arm, also those without rows.
    /// - Precondition: all columns have one length, and partners lie in 0..<clusterCount.
    public init(
        cluster: [Int32], entryDay: [Int32]? = nil, day: [Int32], isEvent: [Bool], clusterCount: Int
    ) {
        Self.checkColumns(
            cluster: cluster, counts: [entryDay?.count ?? day.count, day.count, isEvent.count],
            clusterCount: clusterCount)
        let kept =
            if let entryDay { Self.rows(day.count) { day[$0] > entryDay[$0] } } else {
                Self.rows(day.count) { day[$0] > 0 }
            }
        let ranking = SurvivalRanking(
            entry: entryDay.map { $0.keeping(kept) } ?? [], end: day.keeping(kept))
        self.init(
            cluster: cluster, ranking: ranking, isEvent: isEvent, clusterCount: clusterCount, keptRows: kept)
    }

    private init(
        cluster: [Int32], ranking: SurvivalRanking, isEvent: [Bool], clusterCount: Int, keptRows: [Int]?
    ) {
        self.cluster = cluster.keeping(keptRows)
        self.isEvent = isEvent.keeping(keptRows)
        self.clusterCount = clusterCount
        self.givenRowCount = cluster.count
        self.keptRows = keptRows
        self.ranking = ranking
        tally = RiskTally(ranking, isEvent: self.isEvent)
    }

    private init(_ other: SurvivalSample, isEvent: [Bool]) {
        cluster = other.cluster
        self.isEvent = isEvent
        clusterCount = other.clusterCount
        givenRowCount = other.givenRowCount
        keptRows = other.keptRows
        ranking = other.ranking
        tally = RiskTally(other.ranking, isEvent: isEvent)
    }

    /// The same observations, with other endings counted as the event.
    func counting(_ isEvent: [Bool]) -> SurvivalSample { SurvivalSample(self, isEvent: isEvent) }
}

extension SurvivalSample {
    /// Rows that were at risk at some time.
    public var rowCount: Int { cluster.count }

    /// When observation of each row begins.
    public var entry: [Double] {
        cluster.indices.map { ranking.clock.time(of: entryTick($0)) }
    }

    /// When observation of each row ends.
    public var time: [Double] {
        ranking.end.map { ranking.clock.time(of: Int($0)) }
    }

    /// Rows of each partner.
    public var clusterSizes: [Int] {
        var sizes = [Int](repeating: 0, count: clusterCount)
        for partner in cluster { sizes[Int(partner)] += 1 }
        return sizes
    }

    /// Partners with customers at risk, and how many of equal size would weigh as evenly.
    public var partnerCount: PartnerCount { PartnerCount(sizes: clusterSizes) }

    /// Whether customers come under observation at different times.
    var hasDelayedEntry: Bool { !ranking.entry.isEmpty }

    func entryTick(_ row: Int) -> Int { ranking.entry.isEmpty ? 0 : Int(ranking.entry[row]) }
}

extension PartnerCount {
    /// Counts the partners with a positive size.
    init(sizes: [Int]) {
        let total = Double(sizes.reduce(0, +))
        let squares = sizes.reduce(0.0) { $0 + Double($1) * Double($1) }
        self.init(raw: sizes.count { $0 > 0 }, effective: squares > 0 ? total * total / squares : 0)
    }
}

extension SurvivalSample {
    private static func checkColumns(cluster: [Int32], counts: [Int], clusterCount: Int) {
        precondition(
            counts.allSatisfy { $0 == cluster.count }, "the columns of a survival sample have one length")
        // As unsigned numbers, negative ones are large: one comparison checks both ends.
        var greatest: UInt32 = 0
        for partner in cluster { greatest = max(greatest, UInt32(bitPattern: partner)) }
        precondition(
            cluster.isEmpty || Int(greatest) < clusterCount,
            "partners are numbered from 0 to clusterCount - 1")
    }

    /// The rows that satisfy a condition; nil when all do.
    private static func rows(_ count: Int, where condition: (Int) -> Bool) -> [Int]? {
        var rejected = 0
        for row in 0..<count where !condition(row) { rejected += 1 }
        return rejected == 0 ? nil : (0..<count).filter(condition)
    }
}

extension Array {
    /// The elements at the given positions; all of them for nil.
    func keeping(_ rows: [Int]?) -> [Element] {
        rows.map { rows in rows.map { self[$0] } } ?? self
    }
}
