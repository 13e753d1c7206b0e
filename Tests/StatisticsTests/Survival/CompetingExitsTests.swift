import Statistics
import Testing

@Suite struct CompetingExitsTests {
    /// 1 = churned, 2 = the partner left, 0 = cut off.
    private let exits: CompetingExits

    init() throws {
        exits = try CompetingExits(
            cluster: [0, 0, 1, 1, 2, 2], entry: [0, 0, 0, 0, 0, 0], time: [1, 2, 3, 4, 5, 6],
            cause: [1, 2, 1, 0, 2, 0], causeCount: 2, clusterCount: 3)
    }

    @Test func incidencesAddUpToTheShareThatHasLeft() throws {
        let churned = try cumulativeIncidence(exits, of: 1)
        let left = try cumulativeIncidence(exits, of: 2)
        let any = try kaplanMeier(exits.sampleOfAnyExit)
        for time in [0.5, 1, 2, 3, 4.5, 5, 6] {
            let gone = 1 - (any.survival(at: time) ?? .nan)
            #expect(isClose(churned.value(at: time) + left.value(at: time), gone))
        }
        // 1/6 at 1, and 4/6 still there at 3, where one of four churns.
        #expect(isClose(churned.value(at: 3), 1.0 / 6 + 4.0 / 6 / 4))
    }

    @Test func oneMinusTheCurveOfOneExitOverstatesItsIncidence() throws {
        let curve = try kaplanMeier(exits.sample(of: 1))
        let incidence = try cumulativeIncidence(exits, of: 1)
        #expect(1 - (curve.survival(at: 3) ?? .nan) > incidence.value(at: 3) + 0.01)
    }

    @Test func totalsPoolToTheIncidence() throws {
        for (exit, horizon) in [(1, 2.5), (1, 5.5), (2, 4), (2, 6)] {
            let pooled = try cumulativeIncidenceTotals(exits, of: exit, horizon: horizon).reduce(.empty, +)
            #expect(
                isClose(
                    pooled.numerator / pooled.denominator,
                    try cumulativeIncidence(exits, of: exit).value(at: horizon)))
        }
    }

    @Test func withoutCensoringPseudoValuesAreTheOutcomes() throws {
        let exits = try CompetingExits(
            cluster: [0, 1, 2, 3], entry: [0, 0, 0, 0], time: [1, 2, 3, 9], cause: [1, 2, 1, 0],
            causeCount: 2, clusterCount: 4)
        let totals = try cumulativeIncidenceTotals(exits, of: 1, horizon: 5)
        for (total, expected) in zip(totals, [1.0, 0, 1, 0]) { #expect(isClose(total.numerator, expected)) }
    }

    @Test func sharesSayHowObservationEnded() throws {
        let third = 2.0 / 6
        #expect(exits.shares == [third, third, third])
        let nobody = try CompetingExits(
            cluster: [], entry: [], time: [], cause: [], causeCount: 1, clusterCount: 0)
        #expect(nobody.shares == nil)
    }

    @Test func differentialCensoringIsTheLogRankTestOfBeingCutOff() throws {
        let table = try CustomerTable(named: "p30")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        func flipped(_ sample: SurvivalSample) throws -> SurvivalSample {
            try SurvivalSample(
                cluster: sample.cluster, entry: sample.entry, time: sample.time,
                isEvent: sample.isEvent.map { !$0 }, clusterCount: sample.clusterCount)
        }
        #expect(
            try differentialCensoringTest(control: control, treatment: treatment)
                == clusteredLogRank(control: try flipped(control), treatment: try flipped(treatment)))
        #expect(throws: EstimationError.noEvents) {
            try differentialCensoringTest(
                control: SurvivalSample(times: [1, 2]), treatment: SurvivalSample(times: [1, 3]))
        }
    }
}
