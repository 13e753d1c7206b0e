import Statistics
import Testing

@Suite struct RestrictedMeanTests {
    @Test func withoutCensoringItIsTheMeanOfTheTimesUpToTheHorizon() throws {
        let sample = SurvivalSample(times: [1, 2, 3, 9, 9, 9], clusters: [0, 0, 1, 1, 2, 2])
        #expect(isClose(try restrictedMean(sample, horizon: 5).value, 21.0 / 6))
        let values = try restrictedMeanPseudoValues(sample, horizon: 5)
        for (value, expected) in zip(values, [1.0, 2, 3, 5, 5, 5]) { #expect(isClose(value, expected)) }
    }

    @Test func totalsPoolToTheRestrictedMean() throws {
        let table = try CustomerTable(named: "p80")
        for hasDelayedEntry in [false, true] {
            let sample = table.sample(isTreated: true, hasDelayedEntry: hasDelayedEntry)
            let pooled = try restrictedMeanTotals(sample, horizon: 40).reduce(.empty, +)
            let mean = try restrictedMean(sample, horizon: 40)
            #expect(isClose(pooled.numerator / pooled.denominator, mean.value, within: 1e-10))
        }
    }

    @Test func theDifferenceIsJudgedByPartners() throws {
        let table = try CustomerTable(named: "p30")
        let result = try restrictedMeanDifference(
            control: table.sample(isTreated: false), treatment: table.sample(isTreated: true), horizon: 60)
        let effect = result.effect(confidenceLevel: 0.9)
        #expect(isClose(effect.value, result.difference, within: 1e-10))
        #expect(effect.method == .restrictedMeanCR2)
        #expect(effect.interval?.confidenceLevel == 0.9)
        let model = try #require(result.modelEstimate)
        #expect(try #require(result.estimate).standardError > 1.2 * model.standardError)
    }

    @Test func refusesAHorizonThatAnArmDoesNotReach() throws {
        let sample = SurvivalSample(times: [2, -4, -5])
        #expect(throws: EstimationError.horizonNotReached(horizon: 6, lastAtRisk: 5)) {
            try restrictedMean(sample, horizon: 6)
        }
        #expect(throws: EstimationError.emptyArm(.treatment)) {
            try restrictedMeanDifference(control: sample, treatment: SurvivalSample(times: []), horizon: 2)
        }
    }

    @Test func withoutLossesTheDifferenceHasNoError() throws {
        let sample = SurvivalSample(times: [-5, -5, -5])
        let result = try restrictedMeanDifference(control: sample, treatment: sample, horizon: 4)
        #expect(result.difference == 0)
        #expect(result.estimate == nil && result.unavailable == .noVariation)
        #expect(result.effect(confidenceLevel: 0.95).pValue == nil)
    }

    @Test func theLongestHorizonHasEnoughCustomersOfEnoughPartners() {
        // Eleven customers of five partners; the sixth partner's alone last longer.
        let times = (0..<10).map { Double(10 + $0) } + [-30.0, -30, -30]
        let clusters: [Int32] = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 5, 5]
        let sample = SurvivalSample(times: times, clusters: clusters)
        let long = SurvivalSample(times: times.map { $0 * 2 }, clusters: clusters)
        // Ten are at risk until the fourth loss, at 13.
        #expect(longestHorizon(control: sample, treatment: long) == 13)
        #expect(longestHorizon(control: sample, treatment: long, minimumAtRisk: 4, minimumPartners: 2) == 19)
        #expect(longestHorizon(control: sample, treatment: long, minimumAtRisk: 1, minimumPartners: 7) == nil)
    }

    @Test func lateEntriesAreNotAtRiskForTheHorizonRule() throws {
        let sample = try SurvivalSample(
            cluster: [0, 1, 2], entry: [0, 4, 4], time: [5, 8, 9], isEvent: [true, false, false],
            clusterCount: 3)
        #expect(longestHorizon(control: sample, treatment: sample, minimumAtRisk: 3, minimumPartners: 3) == 5)
        #expect(longestHorizon(control: sample, treatment: sample, minimumAtRisk: 2, minimumPartners: 2) == 8)
    }
}
