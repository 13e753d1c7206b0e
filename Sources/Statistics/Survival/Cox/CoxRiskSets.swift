/// Which event times of its stratum each row is at risk at.
struct CoxRiskSets {
    /// The event times, stratum by stratum.
    let cells: [CoxModel.Cell]
    /// For each row twice the last cell at which it is at risk, plus 1 when it is lost there; rows at risk at no
    /// event time have the number after the last.
    let group: [Int32]
    /// For each row the first cell at which it is at risk; empty when that is the first of its stratum for all.
    let firstCell: [Int32]

    init(_ sample: SurvivalSample, stratum: [Int]?) {
        let ticks = sample.ranking.clock.count
        guard let stratum else {
            self.init(singleStratum: sample)
            return
        }
        // Strata one after another on one clock: a key for each stratum and tick.
        let ends = zip(stratum, sample.ranking.end).map { $0 * ticks + Int($1) }
        let counter = EventKeyCounter(
            keyCount: ((stratum.max() ?? 0) + 1) * ticks, rowCount: sample.rowCount,
            events: zip(ends, sample.isEvent).lazy.filter(\.1).map(\.0))
        let cells = Self.cells(at: counter.keys, clock: sample.ranking.clock)
        let outside = Int32(2 * cells.count)
        let after = ends.map { Int32(counter.count(through: $0)) }
        let first = stratum.indices.map { row in
            Int32(counter.count(through: stratum[row] * ticks + sample.entryTick(row)))
        }
        let group = stratum.indices.map { row in
            first[row] == after[row] ? outside : 2 * after[row] - (sample.isEvent[row] ? 1 : 2)
        }
        self.init(cells: cells, group: group, firstCell: sample.hasDelayedEntry ? first : [])
    }

    private init(cells: [CoxModel.Cell], group: [Int32], firstCell: [Int32]) {
        self.cells = cells
        self.group = group
        self.firstCell = firstCell
    }

    /// One table by tick answers for every row.
    private init(singleStratum sample: SurvivalSample) {
        let ranking = sample.ranking
        let events = sample.tally.events
        cells = Self.cells(at: events.indices.filter { events[$0] > 0 }, clock: ranking.clock)
        let outside = Int32(2 * cells.count)
        var after = [Int32](repeating: 0, count: events.count)
        var passed: Int32 = 0
        for tick in events.indices {
            if events[tick] > 0 { passed += 1 }
            after[tick] = passed
        }
        guard sample.hasDelayedEntry else {
            let groups = after.flatMap { $0 == 0 ? [outside, outside] : [2 * $0 - 2, 2 * $0 - 1] }
            group = zip(ranking.end, sample.isEvent).map { groups[2 * Int($0) + ($1 ? 1 : 0)] }
            firstCell = []
            return
        }
        let first = ranking.entry.map { after[Int($0)] }
        group = ranking.end.indices.map { row in
            let after = after[Int(ranking.end[row])]
            return first[row] == after ? outside : 2 * after - (sample.isEvent[row] ? 1 : 2)
        }
        firstCell = first
    }

    /// The cells of keys in order.
    private static func cells(at keys: [Int], clock: SurvivalClock) -> [CoxModel.Cell] {
        var stratumStart = 0
        var current = -1
        return keys.enumerated().map { index, key in
            if key / clock.count != current {
                current = key / clock.count
                stratumStart = index
            }
            return CoxModel.Cell(
                time: clock.time(of: key % clock.count), stratumStart: Int32(stratumStart), events: 0,
                atRisk: 0)
        }
    }
}

/// Distinct keys in order, and how many of them lie at or below any key.
private struct EventKeyCounter {
    let keys: [Int]
    /// The count for every possible key, where there are few enough; empty otherwise.
    private let counts: [Int32]

    init(keyCount: Int, rowCount: Int, events: some Sequence<Int>) {
        if keyCount <= max(1 << 20, 16 * rowCount) {
            var counts = [Int32](repeating: 0, count: keyCount)
            for key in events { counts[key] = 1 }
            keys = counts.indices.filter { counts[$0] > 0 }
            var sum: Int32 = 0
            for key in counts.indices {
                sum += counts[key]
                counts[key] = sum
            }
            self.counts = counts
        } else {
            keys = Set(events).sorted()
            counts = []
        }
    }

    func count(through key: Int) -> Int {
        if !counts.isEmpty { return Int(counts[key]) }
        var lower = 0
        var upper = keys.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if keys[middle] <= key { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}
