/// The times a sample knows, in order; columns hold their numbers ("ticks") instead of the times.
///
/// Whole numbers, such as days, are their own ticks up to an offset, so nothing has to be sorted. Other times are
/// sorted once.
struct SurvivalClock: Sendable, Hashable {
    private enum Scale: Hashable {
        /// Every whole number from the first on, also those at which nothing happens.
        case whole(first: Int, count: Int)
        /// Distinct times in order.
        case distinct([Double])
    }

    private let scale: Scale

    /// How many ticks there are.
    var count: Int {
        switch scale {
        case .whole(_, let count): count
        case .distinct(let times): times.count
        }
    }

    /// The time of a tick in 0..<count.
    func time(of tick: Int) -> Double {
        switch scale {
        case .whole(let first, _): Double(first + tick)
        case .distinct(let times): times[tick]
        }
    }

    /// How many ticks lie at or before a time.
    func ticks(through time: Double) -> Int {
        var lower = 0
        var upper = count
        while lower < upper {
            let middle = (lower + upper) / 2
            if self.time(of: middle) <= time { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}

extension SurvivalClock {
    /// A clock of whole numbers.
    init(first: Int, count: Int) { scale = .whole(first: first, count: count) }

    /// A clock of distinct times in order.
    init(distinct times: [Double]) { scale = .distinct(times) }

    /// Whether a clock of this many whole numbers is cheaper than sorting `rowCount` times.
    static func isDense(span: Int, rowCount: Int) -> Bool { span <= max(1 << 16, 4 * rowCount) }

    /// One clock for several, and for each the common tick of its own ticks.
    static func merging(_ clocks: [SurvivalClock]) -> (clock: SurvivalClock, positions: [TickPositions]) {
        if let first = clocks.first, clocks.allSatisfy({ $0 == first }) {
            return (first, clocks.map { _ in .shifted(by: 0) })
        }
        let ranges = clocks.compactMap { clock -> Range<Int>? in
            guard case .whole(let first, let count) = clock.scale else { return nil }
            return first..<(first + count)
        }
        if ranges.count == clocks.count, let first = ranges.map(\.lowerBound).min(),
            let end = ranges.map(\.upperBound).max(),
            isDense(span: end - first, rowCount: clocks.reduce(0) { $0 + $1.count })
        {
            return (
                SurvivalClock(first: first, count: end - first),
                ranges.map { .shifted(by: $0.lowerBound - first) }
            )
        }
        var times: [Double] = []
        var positions = clocks.map { _ in [Int32]() }
        var next = clocks.map { _ in 0 }
        for index in clocks.indices { positions[index].reserveCapacity(clocks[index].count) }
        func pending(_ index: Int) -> Double? {
            next[index] < clocks[index].count ? clocks[index].time(of: next[index]) : nil
        }
        while let time = clocks.indices.compactMap(pending).min() {
            for index in clocks.indices where pending(index) == time {
                positions[index].append(Int32(times.count))
                next[index] += 1
            }
            times.append(time)
        }
        return (SurvivalClock(distinct: times), positions.map { .listed($0) })
    }
}

/// Where the ticks of one clock lie on another.
enum TickPositions {
    case shifted(by: Int)
    case listed([Int32])

    subscript(tick: Int) -> Int {
        switch self {
        case .shifted(let offset): tick + offset
        case .listed(let positions): Int(positions[tick])
        }
    }
}
