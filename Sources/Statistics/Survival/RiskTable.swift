/// At every distinct time at which observation of a row ends: how many are at risk, lost and cut off.
///
/// Two samples may be tabulated together; the second is then counted apart as well.
struct RiskTable {
    struct Row {
        var time: Double
        var atRisk = 0
        var events = 0
        var censored = 0
        /// Those at risk, and lost, in the second sample.
        var atRiskSecond = 0
        var eventsSecond = 0
    }

    private(set) var rows: [Row] = []

    init(_ first: SurvivalSample, _ second: SurvivalSample? = nil) {
        struct Ending {
            var time: Double
            var isEvent: Bool
            var isSecond: Bool
        }
        var endings: [Ending] = []
        var entries: [(time: Double, isSecond: Bool)] = []
        for (sample, isSecond) in [(first, false)] + (second.map { [($0, true)] } ?? []) {
            for index in sample.time.indices {
                endings.append(
                    Ending(time: sample.time[index], isEvent: sample.isEvent[index], isSecond: isSecond))
                entries.append((sample.entry[index], isSecond))
            }
        }
        endings.sort { $0.time < $1.time }
        entries.sort { $0.time < $1.time }

        var atRisk = (all: 0, second: 0)
        var entered = 0
        var index = 0
        while index < endings.count {
            var row = Row(time: endings[index].time)
            while entered < entries.count, entries[entered].time < row.time {
                atRisk.all += 1
                if entries[entered].isSecond { atRisk.second += 1 }
                entered += 1
            }
            row.atRisk = atRisk.all
            row.atRiskSecond = atRisk.second
            while index < endings.count, endings[index].time == row.time {
                let ending = endings[index]
                if ending.isEvent {
                    row.events += 1
                    if ending.isSecond { row.eventsSecond += 1 }
                } else {
                    row.censored += 1
                }
                atRisk.all -= 1
                if ending.isSecond { atRisk.second -= 1 }
                index += 1
            }
            rows.append(row)
        }
    }
}

/// A sum over times that can be asked for its value up to any time.
struct StepSum {
    private var times: [Double] = []
    private var sums: [Double] = []
    private(set) var total = 0.0

    /// Adds at a time not before the last one.
    mutating func add(_ amount: Double, at time: Double) {
        total += amount
        times.append(time)
        sums.append(total)
    }

    /// The sum of everything added at times ≤ t.
    func value(through t: Double) -> Double {
        var lower = 0
        var upper = times.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if times[middle] <= t { lower = middle + 1 } else { upper = middle }
        }
        return lower == 0 ? 0 : sums[lower - 1]
    }
}
