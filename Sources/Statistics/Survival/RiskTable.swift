/// How many rows of a sample come under observation, are lost and are cut off at each tick of its clock.
///
/// Tallies of batches of rows on one clock add up.
struct RiskTally: Sendable {
    private(set) var entered: [Int32]
    private(set) var events: [Int32]
    private(set) var censored: [Int32]

    init(_ ranking: SurvivalRanking, isEvent: [Bool]) {
        let count = ranking.clock.count
        entered = [Int32](repeating: 0, count: count)
        if ranking.entry.isEmpty {
            if count > 0 { entered[0] = Int32(ranking.end.count) }
        } else {
            for tick in ranking.entry { entered[Int(tick)] += 1 }
        }
        // Four histograms side by side: neighbouring rows that end together do not wait for one another.
        var endings = [Int32](repeating: 0, count: 8 * count)
        unsafe endings.withUnsafeMutableBufferPointer { endings in
            unsafe ranking.end.withUnsafeBufferPointer { end in
                unsafe isEvent.withUnsafeBufferPointer { isEvent in
                    for row in 0..<end.count {
                        let tick = unsafe 2 * Int(end[row]) + (isEvent[row] ? 1 : 0)
                        unsafe endings[(row & 3) * 2 * count + tick] += 1
                    }
                }
            }
        }
        func total(_ place: Int) -> Int32 {
            stride(from: place, to: endings.count, by: 2 * count).reduce(0) { $0 + endings[$1] }
        }
        censored = (0..<count).map { total(2 * $0) }
        events = (0..<count).map { total(2 * $0 + 1) }
    }
}

/// At every tick of a common clock and for every group: how many are at risk, lost and cut off.
struct RiskTable {
    let clock: SurvivalClock
    let groupCount: Int
    /// For each group, where the ticks of its own clock lie on the common one.
    let positions: [TickPositions]
    /// One element for each tick and group, groups of a tick side by side.
    private(set) var atRisk: [Int32]
    private(set) var events: [Int32]
    private(set) var censored: [Int32]

    init(_ samples: [SurvivalSample]) {
        (clock, positions) = SurvivalClock.merging(samples.map(\.ranking.clock))
        groupCount = samples.count
        let size = clock.count * samples.count
        atRisk = [Int32](repeating: 0, count: size)
        events = atRisk
        censored = atRisk
        for (group, sample) in samples.enumerated() {
            for tick in 0..<sample.ranking.clock.count {
                let place = positions[group][tick] * groupCount + group
                events[place] = sample.tally.events[tick]
                censored[place] = sample.tally.censored[tick]
                // For now those who entered; summed up below.
                atRisk[place] = sample.tally.entered[tick]
            }
            var present: Int32 = 0
            for place in stride(from: group, to: size, by: groupCount) {
                let entered = atRisk[place]
                atRisk[place] = present
                present += entered - events[place] - censored[place]
            }
        }
    }

    init(_ sample: SurvivalSample) { self.init([sample]) }

    /// One group's counts at a tick.
    struct Cell {
        var atRisk: Int
        var events: Int
        var censored: Int
    }

    /// One group's counts at a tick.
    func cell(_ tick: Int, group: Int = 0) -> Cell {
        let place = tick * groupCount + group
        return Cell(
            atRisk: Int(atRisk[place]), events: Int(events[place]), censored: Int(censored[place]))
    }

    /// All groups' counts at a tick together.
    func pooled(_ tick: Int) -> Cell {
        (0..<groupCount).reduce(into: Cell(atRisk: 0, events: 0, censored: 0)) { sum, group in
            let cell = cell(tick, group: group)
            sum.atRisk += cell.atRisk
            sum.events += cell.events
            sum.censored += cell.censored
        }
    }

    /// The ticks at which somebody is lost, in order.
    var eventTicks: [Int] {
        (0..<clock.count).filter { tick in
            (0..<groupCount).contains { events[tick * groupCount + $0] > 0 }
        }
    }

    /// The last tick at which somebody's observation ends; nil without rows.
    var lastTick: Int? {
        (0..<clock.count).last { tick in
            let cell = pooled(tick)
            return cell.events + cell.censored > 0
        }
    }
}
