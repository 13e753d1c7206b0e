/// Which event times of its stratum each row is at risk at.
struct CoxRiskSets {
    /// The event times, stratum by stratum.
    private(set) var cells: [CoxModel.Cell] = []
    /// For each row twice the last cell at which it is at risk, plus 1 when it is lost there; rows at risk at no
    /// event time have the number after the last.
    private(set) var group: [Int32] = []
    /// For each row the first cell at which it is at risk.
    private(set) var firstCell: [Int32] = []

    init(_ sample: SurvivalSample, stratum: [Int]?) {
        let ranking = sample.ranking
        let ticks = ranking.clock.count
        func key(_ row: Int, _ tick: Int) -> Int { (stratum?[row] ?? 0) * ticks + tick }
        let keyCount = ((stratum?.max() ?? 0) + 1) * ticks
        let counter = EventKeyCounter(
            keyCount: keyCount, rowCount: sample.rowCount,
            events: (0..<sample.rowCount).lazy.filter { sample.isEvent[$0] }
                .map { key($0, Int(ranking.end[$0])) })

        var stratumStart = 0
        var current = -1
        for eventKey in counter.keys {
            if eventKey / ticks != current {
                current = eventKey / ticks
                stratumStart = cells.count
            }
            cells.append(
                CoxModel.Cell(
                    time: ranking.clock.time(of: eventKey % ticks), stratumStart: Int32(stratumStart),
                    events: 0, atRisk: 0))
        }
        group.reserveCapacity(sample.rowCount)
        firstCell.reserveCapacity(sample.rowCount)
        for row in 0..<sample.rowCount {
            let first = counter.count(through: key(row, sample.entryTick(row)))
            let after = counter.count(through: key(row, Int(ranking.end[row])))
            firstCell.append(Int32(first))
            group.append(
                first == after
                    ? Int32(2 * cells.count) : Int32(2 * (after - 1) + (sample.isEvent[row] ? 1 : 0)))
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
