/// Observation times as ticks of a clock: a row is at risk at the ticks in (entry, end].
struct SurvivalRanking: Sendable {
    let clock: SurvivalClock
    /// The tick at which each row comes under observation; empty when all do at the first tick.
    let entry: [Int32]
    /// The tick at which each row's observation ends.
    let end: [Int32]

    /// Ranks rows given in whole numbers; an empty `entry` stands for 0.
    ///
    /// - Precondition: every row ends after it enters.
    init(entry: [Int32], end: [Int32]) {
        let (firstEntry, lastEntry) = entry.isEmpty ? (0, 0) : Self.bounds(entry)
        let (firstEnd, lastEnd) = end.isEmpty ? (0, 0) : Self.bounds(end)
        let first = Int(min(firstEntry, firstEnd))
        let span = Int(max(lastEntry, lastEnd)) - first + 1
        guard SurvivalClock.isDense(span: span, rowCount: end.count) else {
            self.init(
                sorting: entry.isEmpty ? [0] : entry.map(Double.init), end: end.map(Double.init))
            return
        }
        self.init(
            clock: SurvivalClock(first: first, count: span),
            entry: firstEntry == lastEntry ? [] : Self.shifted(entry, by: first),
            end: Self.shifted(end, by: first))
    }

    /// Ranks rows given as times, by counting where all are whole numbers and by sorting where not.
    ///
    /// - Precondition: every row ends after it enters; no time is NaN.
    init(entry: [Double], end: [Double]) {
        if let entry = Self.wholeNumbers(entry), let end = Self.wholeNumbers(end) {
            self.init(entry: entry, end: end)
        } else {
            let isTogether = entry.allSatisfy { $0 == entry[0] }
            self.init(sorting: isTogether ? Array(entry.prefix(1)) : entry, end: end)
        }
    }

    /// `entry` holds either one time for all rows or one for each.
    private init(sorting entry: [Double], end: [Double]) {
        let (ranks, distinct) = denseRanks(of: end + entry)
        self.init(
            clock: SurvivalClock(distinct: distinct),
            entry: entry.count <= 1 ? [] : Array(ranks.suffix(entry.count)),
            end: Array(ranks.prefix(end.count)))
    }

    private init(clock: SurvivalClock, entry: [Int32], end: [Int32]) {
        self.clock = clock
        self.entry = entry
        self.end = end
    }

    private static func bounds(_ column: [Int32]) -> (Int32, Int32) {
        var (least, greatest) = (Int32.max, Int32.min)
        for value in column {
            least = min(least, value)
            greatest = max(greatest, value)
        }
        return (least, greatest)
    }

    private static func shifted(_ column: [Int32], by first: Int) -> [Int32] {
        first == 0 ? column : column.map { $0 - Int32(first) }
    }

    /// The column as whole numbers; nil when one is not, or is too large to count with.
    private static func wholeNumbers(_ column: [Double]) -> [Int32]? {
        var isWhole = true
        let limit = 1_073_741_824.0
        let whole = unsafe [Int32](unsafeUninitializedCapacity: column.count) { buffer, count in
            for (index, value) in column.enumerated() {
                guard abs(value) <= limit else {
                    isWhole = false
                    break
                }
                let number = Int32(value)
                guard Double(number) == value else {
                    isWhole = false
                    break
                }
                unsafe buffer.initializeElement(at: index, to: number)
                count = index + 1
            }
        }
        return isWhole ? whole : nil
    }
}
