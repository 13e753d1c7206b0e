import Statistics
import Testing

@Suite struct LogRankTests {
    @Test func classicalTestMatchesThePublishedLeukaemiaResult() throws {
        let result = try logRank(control: placebo, treatment: mercaptopurine)
        #expect(abs(result.chiSquared - 16.79) < 0.005)
    }

    @Test(arguments: ["p12", "p30", "p80"])
    func scoresOfTheTreatedAddUpToObservedMinusExpected(_ data: String) throws {
        let table = try CustomerTable(named: data)
        for hasDelayedEntry in [false, true] {
            let control = table.sample(isTreated: false, hasDelayedEntry: hasDelayedEntry)
            let treatment = table.sample(isTreated: true, hasDelayedEntry: hasDelayedEntry)
            let classical = try logRank(control: control, treatment: treatment)
            let clustered = try clusteredLogRank(control: control, treatment: treatment)
            let scores = logRankScores(control: control, treatment: treatment)
            let excess = classical.observedTreatment - classical.expectedTreatment
            #expect(isClose(scores.treatment.reduce(0, +), excess, within: 1e-10))
            #expect(isClose(scores.control.reduce(0, +), -excess, within: 1e-10))
            #expect(
                isClose(clustered.observedTreatment - clustered.expectedTreatment, excess, within: 1e-10))
        }
    }

    /// z from the definition, one customer and one event time at a time.
    private func directStatistic(_ control: SurvivalSample, _ treatment: SurvivalSample) -> Double {
        let rows = [(0.0, control), (1.0, treatment)].flatMap { arm, sample in
            sample.time.indices.map {
                (
                    arm: arm, cluster: sample.cluster[$0], entry: sample.entry[$0], time: sample.time[$0],
                    event: sample.isEvent[$0]
                )
            }
        }
        let eventTimes = Set(rows.filter(\.event).map(\.time))
        func share(_ t: Double) -> (mean: Double, hazard: Double) {
            let atRisk = rows.filter { $0.entry < t && t <= $0.time }
            let lost = atRisk.filter { $0.event && $0.time == t }
            let size = Double(atRisk.count)
            return (atRisk.reduce(0) { $0 + $1.arm } / size, Double(lost.count) / size)
        }
        let shares = Dictionary(uniqueKeysWithValues: eventTimes.map { ($0, share($0)) })
        var scores: [[Int32: Double]] = [[:], [:]]
        for row in rows {
            var score = row.event ? row.arm - (shares[row.time]?.mean ?? 0) : 0
            for (t, value) in shares where row.entry < t && t <= row.time {
                score -= (row.arm - value.mean) * value.hazard
            }
            scores[Int(row.arm)][row.cluster, default: 0] += score
        }
        var variance = 0.0
        for arm in scores {
            let m = Double(arm.count)
            let mean = arm.values.reduce(0, +) / m
            variance += m / (m - 1) * arm.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        return scores.flatMap(\.values).reduce(0, +) / variance.squareRoot()
    }

    @Test(arguments: ["p12", "p30"])
    func clusteredTestMatchesItsDefinition(_ data: String) throws {
        let table = try CustomerTable(named: data)
        for hasDelayedEntry in [false, true] {
            let control = table.sample(isTreated: false, hasDelayedEntry: hasDelayedEntry)
            let treatment = table.sample(isTreated: true, hasDelayedEntry: hasDelayedEntry)
            let result = try clusteredLogRank(control: control, treatment: treatment)
            #expect(isClose(result.statistic, directStatistic(control, treatment), within: 1e-9))
            let (m0, m1) = (Double(result.control.raw), Double(result.treatment.raw))
            let g = m0 + m1
            #expect(isClose(result.degreesOfFreedom, g * g / (m0 * m0 / (m1 - 1) + m1 * m1 / (m0 - 1))))
            #expect(result.degreesOfFreedom <= g - 2 && result.degreesOfFreedom > g - 3)
            let t = StudentT(degreesOfFreedom: result.degreesOfFreedom)
            #expect(isClose(result.pValue, 2 * t.survival(abs(result.statistic))))
        }
    }

    @Test func swappingArmsFlipsTheSignAndUnitsOfTimeDoNotMatter() throws {
        let table = try CustomerTable(named: "p30")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        func inDays(_ sample: SurvivalSample) throws -> SurvivalSample {
            try SurvivalSample(
                cluster: sample.cluster, entry: sample.entry.map { $0 * 7 }, time: sample.time.map { $0 * 7 },
                isEvent: sample.isEvent, clusterCount: sample.clusterCount + 3)
        }
        let forward = try clusteredLogRank(control: control, treatment: treatment)
        let backward = try clusteredLogRank(control: treatment, treatment: control)
        #expect(isClose(forward.statistic, -backward.statistic))
        #expect(
            try clusteredLogRank(control: try inDays(control), treatment: try inDays(treatment)) == forward)
    }

    @Test("Trap 15: a time with a single customer at risk adds nothing to the variance")
    func aSingleCustomerAtRiskAddsNothing() throws {
        let control = SurvivalSample(times: [1, 2, 3])
        let treatment = SurvivalSample(times: [1, 2, 2])
        let longer = SurvivalSample(times: [1, 2, 9])
        // The last customer is alone at 3 or 9, and lost there.
        let (short, long) = (
            try logRank(control: control, treatment: treatment),
            try logRank(control: longer, treatment: treatment)
        )
        #expect(short == long)
        #expect(short.variance.isFinite && short.chiSquared > 0)
    }

    @Test func duplicatingCustomersInsidePartnersDoesNotMakeEvidence() throws {
        let table = try CustomerTable(named: "p12")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        let once = try clusteredLogRank(control: control, treatment: treatment)
        let thrice = try clusteredLogRank(control: control.repeated(3), treatment: treatment.repeated(3))
        #expect(isClose(once.pValue, thrice.pValue, within: 1e-10))
        #expect(isClose(once.statistic, thrice.statistic, within: 1e-10))
        let naive = (
            try logRank(control: control, treatment: treatment).pValue,
            try logRank(control: control.repeated(3), treatment: treatment.repeated(3)).pValue
        )
        #expect(naive.1 < naive.0 - 0.05)
    }

    @Test func weeksAndDaysGiveOneTest() throws {
        let table = try CustomerTable(named: "p80")
        func scaled(_ sample: SurvivalSample, _ unit: Double) throws -> SurvivalSample {
            try SurvivalSample(
                cluster: sample.cluster, entry: sample.entry.map { $0 * unit },
                time: sample.time.map { $0 * unit }, isEvent: sample.isEvent,
                clusterCount: sample.clusterCount)
        }
        let (control, treatment) = (
            table.sample(isTreated: false, hasDelayedEntry: true),
            table.sample(isTreated: true, hasDelayedEntry: true)
        )
        #expect(
            try logRank(control: control, treatment: treatment)
                == logRank(control: try scaled(control, 7), treatment: try scaled(treatment, 7)))
    }

    @Test func oneStratumIsTheTestWithoutStrata() throws {
        let table = try CustomerTable(named: "p30")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        let empty = try SurvivalSample(
            cluster: [], entry: [], time: [], isEvent: [], clusterCount: table.partnerCount)
        let plain = try clusteredLogRank(control: control, treatment: treatment)
        let stratified = try clusteredLogRank(strata: [
            SurvivalComparison(control: control, treatment: treatment),
            SurvivalComparison(control: empty, treatment: empty),
        ])
        #expect(plain == stratified)
    }

    @Test(arguments: [0.0, 1])
    func scoresOfAllStrataAddUpToTheClassicalExcess(_ rho: Double) throws {
        let table = try CustomerTable(named: "p80")
        let strata = table.comparisons()
        let clustered = try clusteredLogRank(strata: strata, rho: rho)
        let classical = try logRank(strata: strata.map { [$0.control, $0.treatment] }, rho: rho)
        #expect(isClose(clustered.observedTreatment, classical.observed[1], within: 1e-10))
        #expect(isClose(clustered.expectedTreatment, classical.expected[1], within: 1e-10))
        if rho == 0 {
            let scores = logRankScores(strata: strata)
            let excess = classical.observed[1] - classical.expected[1]
            #expect(isClose(scores.treatment.reduce(0, +), excess, within: 1e-10))
            #expect(isClose(scores.control.reduce(0, +), -excess, within: 1e-10))
        }
        let effect = clustered.effect(confidenceLevel: 0.95)
        #expect(effect.pValue == clustered.pValue)
        #expect(isClose(effect.value, clustered.observedTreatment - clustered.expectedTreatment))
        #expect(effect.control.effective < Double(effect.control.raw))
    }

    @Test func threeGroupsAreComparedOnTwoDegreesOfFreedom() throws {
        let groups = [
            SurvivalSample(times: [1, 3, -4, 6]), SurvivalSample(times: [2, 3, 5, -6]),
            SurvivalSample(times: [4, -5, 6, 7]),
        ]
        let test = try logRank(strata: [groups])
        #expect(test.degreesOfFreedom == 2)
        let relabelled = try logRank(strata: [[groups[2], groups[0], groups[1]]])
        #expect(isClose(test.chiSquared, relabelled.chiSquared))
        #expect(isClose(test.observed.reduce(0, +), test.expected.reduce(0, +)))
        for row in test.covariance { #expect(abs(row.reduce(0, +)) < 1e-12) }
    }

    @Test func refusesWhatCannotBeTested() throws {
        let two = SurvivalSample(times: [2, -4])
        let one = SurvivalSample(times: [3, 5], clusters: [0, 0])
        #expect(throws: EstimationError.tooFewClusters(arm: .treatment, found: 1, required: 2)) {
            try clusteredLogRank(control: two, treatment: one)
        }
        #expect(throws: EstimationError.emptyArm(.control)) {
            try clusteredLogRank(control: SurvivalSample(times: []), treatment: two)
        }
        #expect(throws: EstimationError.noEvents) {
            try clusteredLogRank(
                control: SurvivalSample(times: [-2, -4]), treatment: SurvivalSample(times: [-3, -3]))
        }
        #expect(throws: EstimationError.noEvents) {
            try logRank(control: SurvivalSample(times: [-2]), treatment: SurvivalSample(times: [-3]))
        }
    }
}
