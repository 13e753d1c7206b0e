import Statistics
import Testing

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
        let collapsed = try SurvivalSample(
            cluster: [0, 1, 2], entry: [0, 2, 2], time: [1, 9, 9], isEvent: [true, false, false],
            clusterCount: 3)
        #expect(throws: EstimationError.riskSetExhausted(time: 1)) { try riskTotals(collapsed, horizon: 5) }
    }
}
