/// What log-rank scores are read from: along one stratum's clock, the treated share of those at risk and the
/// weighted hazard gathered so far.
struct ScorePath {
    /// Before `finish` the increment at each tick, afterwards the sum through it, both one place later.
    private var hazard: [Double]
    private var treatedHazard: [Double]
    private var treatedShare: [Double]
    private var weight: [Double]

    init(tickCount: Int) {
        hazard = [Double](repeating: 0, count: tickCount + 1)
        treatedHazard = hazard
        treatedShare = [Double](repeating: 0, count: tickCount)
        weight = treatedShare
    }

    /// Adds an event time with its weighted hazard.
    mutating func add(_ tick: Int, hazard increment: Double, treatedShare share: Double, weight: Double) {
        hazard[tick + 1] = increment
        treatedHazard[tick + 1] = share * increment
        treatedShare[tick] = share
        self.weight[tick] = weight
    }

    /// Ends the adding of event times.
    mutating func finish() {
        for tick in treatedShare.indices {
            hazard[tick + 1] += hazard[tick]
            treatedHazard[tick + 1] += treatedHazard[tick]
        }
    }

    /// Adds each row's score w·δ(a − ā) − Σ w·(a − ā)·d/r to its partner's.
    func addScores(
        of sample: SurvivalSample, treatment a: Double, positions: TickPositions, to scores: inout [Double]
    ) {
        // One number for each tick of the sample and way of ending, and one for each tick of entry.
        let count = sample.ranking.clock.count
        var endings = [Double](repeating: 0, count: 2 * count)
        var entries = [Double](repeating: 0, count: count)
        for tick in 0..<count {
            let place = positions[tick]
            let gathered = a * hazard[place + 1] - treatedHazard[place + 1]
            entries[tick] = gathered
            endings[2 * tick] = -gathered
            endings[2 * tick + 1] = weight[place] * (a - treatedShare[place]) - gathered
        }
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            for row in 0..<sample.rowCount {
                let end = 2 * Int(sample.ranking.end[row]) + (sample.isEvent[row] ? 1 : 0)
                unsafe scores[Int(sample.cluster[row])] += endings[end] + entries[sample.entryTick(row)]
            }
        }
    }
}

/// Each partner's log-rank score: losses minus the losses expected of its customers if arms did not differ.
///
/// The score of a customer is its martingale residual δ − Λ̂(time) + Λ̂(entry) under the pooled hazard Λ̂.
/// Scores do not depend on who is treated, so a randomisation test may permute them; over the treated
/// partners they add up to observed − expected.
///
/// - Source: Peto & Peto (1972), JRSS A 135:185.
public func logRankScores(
    control: SurvivalSample, treatment: SurvivalSample
) -> (control: [Double], treatment: [Double]) {
    logRankScores(strata: [SurvivalComparison(control: control, treatment: treatment)])
}

/// Each partner's log-rank score with the hazard pooled within strata; see `logRankScores(control:treatment:)`.
public func logRankScores(
    strata: [SurvivalComparison]
) -> (control: [Double], treatment: [Double]) {
    var control = [Double](repeating: 0, count: strata.clusterCount(of: .control))
    var treatment = [Double](repeating: 0, count: strata.clusterCount(of: .treatment))
    for stratum in strata {
        let table = RiskTable([stratum.control, stratum.treatment])
        var path = ScorePath(tickCount: table.clock.count)
        for tick in 0..<table.clock.count {
            let all = table.pooled(tick)
            guard all.events > 0 else { continue }
            // With a share of 0 and a = 1, the score is the martingale residual.
            path.add(tick, hazard: Double(all.events) / Double(all.atRisk), treatedShare: 0, weight: 1)
        }
        path.finish()
        path.addScores(of: stratum.control, treatment: 1, positions: table.positions[0], to: &control)
        path.addScores(of: stratum.treatment, treatment: 1, positions: table.positions[1], to: &treatment)
    }
    return (control, treatment)
}
