/// The latest horizon at which enough customers of enough partners are still observed in both arms.
///
/// It is the smaller of the arms' last times at which at least `minimumAtRisk` customers of at least
/// `minimumPartners` partners are at risk: beyond it, one partner's few customers would decide the curve.
///
/// - Returns: nil when an arm never has so many at risk.
public func longestHorizon(
    control: SurvivalSample, treatment: SurvivalSample, minimumAtRisk: Int = 10, minimumPartners: Int = 5
) -> Double? {
    guard
        let left = control.lastTime(atRisk: minimumAtRisk, partners: minimumPartners),
        let right = treatment.lastTime(atRisk: minimumAtRisk, partners: minimumPartners)
    else { return nil }
    return min(left, right)
}

extension SurvivalSample {
    /// The last time at which somebody's observation ends while so many customers of so many partners are at risk.
    fileprivate func lastTime(atRisk minimumAtRisk: Int, partners minimumPartners: Int) -> Double? {
        let byEnd = rowsByTick(ranking.end)
        let byEntry = hasDelayedEntry ? rowsByTick(ranking.entry) : []
        var atRisk = 0
        var present = [Int](repeating: 0, count: clusterCount)
        var partners = 0
        var entering = byEntry.count
        var row = byEnd.count
        // Backwards in time: customers join when their observation ends, and leave when it begins.
        while row > 0 {
            let tick = ranking.end[byEnd[row - 1]]
            while row > 0, ranking.end[byEnd[row - 1]] == tick {
                row -= 1
                let partner = Int(cluster[byEnd[row]])
                atRisk += 1
                present[partner] += 1
                if present[partner] == 1 { partners += 1 }
            }
            while entering > 0, ranking.entry[byEntry[entering - 1]] >= tick {
                entering -= 1
                let partner = Int(cluster[byEntry[entering]])
                atRisk -= 1
                present[partner] -= 1
                if present[partner] == 0 { partners -= 1 }
            }
            if atRisk >= minimumAtRisk, partners >= minimumPartners {
                return ranking.clock.time(of: Int(tick))
            }
        }
        return nil
    }

    /// The rows in order of a column of ticks, by counting.
    private func rowsByTick(_ ticks: [Int32]) -> [Int] {
        let (places, _) = countingPlaces(of: ticks, keyCount: ranking.clock.count)
        var rows = [Int](repeating: 0, count: ticks.count)
        for (row, place) in places.enumerated() { rows[Int(place)] = row }
        return rows
    }
}
