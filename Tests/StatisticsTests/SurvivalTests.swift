import Foundation
import Testing

@testable import Statistics

extension CustomerTable {
    /// The survival columns of one arm, with delayed entry or with everybody observed from 0.
    func sample(isTreated: Bool, hasDelayedEntry: Bool = false) -> SurvivalSample {
        let arm = rows.filter { $0.isTreated == isTreated }
        return SurvivalSample(
            cluster: arm.map { Int32($0.partner) }, entry: arm.map { hasDelayedEntry ? $0.entry : 0 },
            time: arm.map(\.time), isEvent: arm.map(\.isEvent), clusterCount: partnerCount)
    }
}

extension SurvivalSample {
    /// Customers of partners `clusters`, observed from 0 until `times`; negative times are cut off.
    init(times: [Double], clusters: [Int32]? = nil) {
        self.init(
            cluster: clusters ?? times.indices.map { Int32($0) }, entry: times.map { _ in 0 },
            time: times.map(abs), isEvent: times.map { $0 > 0 }, clusterCount: times.count)
    }
}

/// Remission in weeks of children with leukaemia (Freireich et al. 1963); negative = cut off.
private let placebo = SurvivalSample(times: [
    1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
])
private let mercaptopurine = SurvivalSample(times: [
    6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
])

@Suite struct KaplanMeierTests {
    @Test(arguments: ["p12", "p30", "p80", "p12lt", "p80lt"])
    func matchesSurvfit(_ name: String) throws {
        let golden = try Golden("\(name)_km_loglog")
        let table = try CustomerTable(golden)
        let arms = try #require(golden.expected["arm"] as? [String])
        let (times, atRisk) = (try golden.numbers("time"), try golden.numbers("n_risk"))
        let (survival, error) = (try golden.numbers("surv"), try golden.numbers("se_greenwood"))
        let (lower, upper) = (try golden.numbers("ci_low"), try golden.numbers("ci_high"))
        for isTreated in [false, true] {
            let curve = try kaplanMeier(
                table.sample(isTreated: isTreated, hasDelayedEntry: name.hasSuffix("lt")))
            for index in arms.indices where (arms[index] == "1") == isTreated {
                let point = try #require(curve.points.last { $0.time <= times[index] })
                #expect(golden.agrees(try #require(curve.survival(at: times[index])), with: survival[index]))
                #expect(Double(curve.atRisk(at: times[index])) == atRisk[index])
                #expect(golden.agrees(try #require(point.standardError), with: error[index]))
                #expect(golden.agrees(try #require(point.lower), with: lower[index]))
                #expect(golden.agrees(try #require(point.upper), with: upper[index]))
            }
        }
    }

    @Test func matchesThePublishedLeukaemiaTable() throws {
        let curve = try kaplanMeier(mercaptopurine)
        let published = [6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448]
        for (week, survival) in published {
            let value = try #require(curve.survival(at: Double(week)))
            #expect(abs(value - survival) < 0.0005, "week \(week)")
        }
        #expect(curve.atRisk(at: 10) == 15)
        #expect(curve.points.first { $0.time == 6 }?.events == 3)
        #expect(curve.points.first { $0.time == 6 }?.censored == 1)
    }

    @Test func delayedEntryCountsOnlyThoseUnderObservation() throws {
        // The second customer enters at 2, exactly when the first is lost: at risk only afterwards.
        let sample = SurvivalSample(
            cluster: [0, 0, 0], entry: [0, 2, 1], time: [2, 5, 6], isEvent: [true, true, false],
            clusterCount: 1)
        let curve = try kaplanMeier(sample)
        #expect(curve.points.map(\.atRisk) == [2, 2, 1])
        #expect(curve.points.map(\.survival) == [0.5, 0.25, 0.25])
    }

    @Test func theCurveSaysNothingBeyondObservation() throws {
        let curve = try kaplanMeier(SurvivalSample(times: [2, -4]))
        #expect(curve.survival(at: 1) == 1)
        #expect(curve.survival(at: 4) == 0.5)
        #expect(curve.survival(at: 4.5) == nil)
        #expect(curve.atRisk(at: 4.5) == 0)
        let extinct = try kaplanMeier(SurvivalSample(times: [2, 4]))
        #expect(extinct.survival(at: 9) == 0)
        #expect(extinct.points.last?.standardError == nil)
        #expect(extinct.points.last?.lower == nil)
    }

    @Test func rowsNeverAtRiskAreLeftOut() throws {
        let sample = SurvivalSample(
            cluster: [0, 1], entry: [3, 0], time: [3, 5], isEvent: [true, false], clusterCount: 2)
        #expect(sample.rowCount == 1)
        #expect(throws: EstimationError.nobodyAtRisk) { try kaplanMeier(SurvivalSample(times: [])) }
    }
}

@Suite struct LogRankTests {
    @Test(arguments: ["p12", "p30", "p80"])
    func classicalTestMatchesSurvdiff(_ data: String) throws {
        let golden = try Golden("\(data)_logrank_rho0")
        let table = try CustomerTable(golden)
        let result = try logRank(
            control: table.sample(isTreated: false), treatment: table.sample(isTreated: true))
        #expect(result.observedTreatment == (try golden.numbers("observed")[1]))
        #expect(golden.agrees(result.expectedTreatment, with: try golden.numbers("expected")[1]))
        #expect(golden.agrees(result.variance, with: try golden.number("var11")))
        #expect(golden.agrees(result.chiSquared, with: try golden.number("chisq")))
        #expect(golden.agrees(result.pValue, with: try golden.number("p")))
    }

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
            #expect(result.degreesOfFreedom == Double(table.partnerCount - 2))
            let t = StudentT(degreesOfFreedom: result.degreesOfFreedom)
            #expect(isClose(result.pValue, 2 * t.survival(abs(result.statistic))))
        }
    }

    @Test func swappingArmsFlipsTheSignAndUnitsOfTimeDoNotMatter() throws {
        let table = try CustomerTable(named: "p30")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        func inDays(_ sample: SurvivalSample) -> SurvivalSample {
            SurvivalSample(
                cluster: sample.cluster, entry: sample.entry.map { $0 * 7 }, time: sample.time.map { $0 * 7 },
                isEvent: sample.isEvent, clusterCount: sample.clusterCount + 3)
        }
        let forward = try clusteredLogRank(control: control, treatment: treatment)
        let backward = try clusteredLogRank(control: treatment, treatment: control)
        #expect(isClose(forward.statistic, -backward.statistic))
        #expect(
            try clusteredLogRank(control: inDays(control), treatment: inDays(treatment)) == forward)
    }

    @Test func refusesWhatCannotBeTested() {
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

@Suite struct RiskTotalsTests {
    @Test(arguments: ["p12", "p30", "p80", "p12lt", "p80lt"])
    func pooledTotalsGiveTheRiskAndItsClusteredError(_ name: String) throws {
        let golden = try Golden("\(name)_km_clustered")
        let table = try CustomerTable(golden)
        let arms = try #require(golden.expected["arm"] as? [String])
        let (times, survival) = (try golden.numbers("time"), try golden.numbers("surv"))
        let errors = try golden.numbers("se_robust")
        for index in arms.indices {
            let sample = table.sample(isTreated: arms[index] == "1", hasDelayedEntry: name.hasSuffix("lt"))
            let totals = try riskTotals(sample, horizon: times[index])
            let pooled = totals.reduce(.empty, +)
            let risk = pooled.numerator / pooled.denominator
            let curve = try kaplanMeier(sample)
            #expect(isClose(1 - risk, curve.survival(at: times[index])))
            #expect(golden.agrees(1 - risk, with: survival[index]))
            // An arm of two constant partners adds nothing to the variance of the difference.
            let constant = [ClusterTotal(successes: 1, size: 1), ClusterTotal(successes: 1, size: 1)]
            let variance = try rateDifferenceVariance(
                control: constant, treatment: totals, correction: .cr0)
            #expect(
                golden.agrees(variance.squareRoot(), with: errors[index]), "\(arms[index]) at \(times[index])"
            )
        }
    }

    @Test func withoutCensoringTheyAreTheOutcomesThemselves() throws {
        let sample = SurvivalSample(times: [1, 2, 3, 9, 9, 9], clusters: [0, 0, 1, 1, 2, 2])
        let totals = try riskTotals(sample, horizon: 5)
        for (total, expected) in zip(totals, [2.0, 1, 0]) {
            #expect(isClose(total.numerator, expected))
            #expect(isClose(total.sumOfSquares, expected))
            #expect(total.count == 2 && total.denominator == 2)
        }
        #expect(totals[3] == .empty)
    }

    @Test func twoArmsGiveARiskDifferenceWithAnEstimate() throws {
        let table = try CustomerTable(named: "p30")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        let result = try rateDifference(
            control: riskTotals(control, horizon: 48), treatment: riskTotals(treatment, horizon: 48))
        let survival = (
            control: try kaplanMeier(control).survival(at: 48),
            treatment: try kaplanMeier(treatment).survival(at: 48)
        )
        #expect(isClose(result.difference, (survival.control ?? 0) - (survival.treatment ?? 0)))
        #expect(result.control.clusterCount == 16)
        #expect(try #require(result.estimate).standardError > 0)
    }

    @Test func refusesAHorizonBeyondObservation() throws {
        let sample = SurvivalSample(times: [2, -4, -5])
        #expect(throws: EstimationError.horizonNotReached(horizon: 6, lastAtRisk: 5)) {
            try riskTotals(sample, horizon: 6)
        }
        let everybodyLost = try riskTotals(SurvivalSample(times: [2, 4]), horizon: 6).reduce(.empty, +)
        #expect(everybodyLost.numerator == 2)
        let collapsed = SurvivalSample(
            cluster: [0, 1, 2], entry: [0, 2, 2], time: [1, 9, 9], isEvent: [true, false, false],
            clusterCount: 3)
        #expect(throws: EstimationError.riskSetExhausted(time: 1)) { try riskTotals(collapsed, horizon: 5) }
    }
}
