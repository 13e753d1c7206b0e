import Model
import Statistics
import Testing

@testable import Evaluation

/// Which p-value is held against the boundary, and in which direction it points.
@Suite struct CrossingTests {
    private func effect(
        _ kind: Metric.Kind = .renewalRate, value: Double = 0.1, pValue: Double,
        randomizationPValue: Double? = nil,
        effectivePartners: Double = 20, logRank: Double? = nil
    ) -> Effect {
        func rate(_ value: Double) -> ArmRate {
            ArmRate(
                rate: value, numerator: value * 100, denominator: 100, customers: 100, clusterCount: 20,
                effectiveClusterCount: effectivePartners, largestShare: 0.1, largestCluster: 0)
        }
        var effect = Effect(metric: metric(kind), role: .primary, variant: "bonus")
        (effect.control, effect.treatment) = (rate(0.5), rate(0.5 + value))
        effect.difference = value
        effect.estimate = Estimate(value: value, standardError: 0.02, degreesOfFreedom: 30)
        effect.pValue = pValue
        effect.nominalLevel = 0.01
        effect.randomization = randomizationPValue.map {
            RandomizationResult(
                pValue: $0, statistic: 3, draws: 9999, isExact: false, assignmentCount: 1e9,
                smallestAttainable: 1e-4)
        }
        effect.logRank = logRank.map {
            LogRankResult(
                observedTreatment: 1, expectedTreatment: 1, statistic: $0, degreesOfFreedom: 30,
                pValue: pValue,
                clusterCountControl: 20, clusterCountTreatment: 20,
                effectiveClusterCountControl: 20, effectiveClusterCountTreatment: 20)
        }
        return effect
    }

    private func crossing(
        _ effect: Effect, isFinal: Bool = false, hasFewPartners: Bool = false
    ) -> EffectEvaluation.Crossing {
        EffectEvaluation.crossing(of: effect, isFinal: isFinal, hasFewPartners: hasFewPartners)
    }

    @Test func aTwoSidedPValueIsHeldAgainstTwiceTheOneSidedLevel() {
        #expect(crossing(effect(pValue: 0.02)) == .benefit)
        #expect(crossing(effect(pValue: 0.0201)) == .none)
        #expect(crossing(effect(value: -0.1, pValue: 0.02)) == .harm)
        #expect(crossing(effect(.discountDepth, value: -0.1, pValue: 0.02)) == .benefit)
    }

    @Test func theLastLookIsDecidedByTheRandomisationTest() {
        #expect(crossing(effect(pValue: 0.001, randomizationPValue: 0.5), isFinal: true) == .none)
        #expect(crossing(effect(pValue: 0.5, randomizationPValue: 0.001), isFinal: true) == .benefit)
        #expect(crossing(effect(pValue: 0.001), isFinal: true) == .none)
    }

    @Test func theTTestDecidesTheLastLookOnlyWhereLotsCannotBeReplayed() {
        let imported = effect(pValue: 0.001)
        #expect(
            EffectEvaluation.crossing(
                of: imported, isFinal: true, hasFewPartners: false, isReplayable: false) == .benefit)
        #expect(
            EffectEvaluation.crossing(
                of: imported, isFinal: true, hasFewPartners: true, isReplayable: false) == .none)
    }

    @Test func anInterimLookIsNotDecidedByTheRandomisationTest() {
        #expect(crossing(effect(pValue: 0.5, randomizationPValue: 0.001)) == .none)
    }

    @Test func fewPartnersAreDecidedByTheRandomisationTestOnly() {
        #expect(crossing(effect(pValue: 0.5, randomizationPValue: 0.001), hasFewPartners: true) == .benefit)
        for isFinal in [false, true] {
            #expect(crossing(effect(pValue: 0.001), isFinal: isFinal, hasFewPartners: true) == .none)
        }
    }

    @Test func anInterimLookNeedsEightEffectivePartnersAnArm() {
        #expect(crossing(effect(pValue: 0.001, effectivePartners: 7.9)) == .none)
        #expect(crossing(effect(pValue: 0.001, effectivePartners: 8)) == .benefit)
    }

    @Test func withoutABoundaryNothingIsCrossed() {
        var unplanned = effect(pValue: 0)
        unplanned.nominalLevel = nil
        #expect(crossing(unplanned) == .none)
    }

    @Test func churnPointsWhereItsLogRankTestPoints() {
        #expect(crossing(effect(.churn, value: -0.1, pValue: 0.001, logRank: -3)) == .benefit)
        #expect(crossing(effect(.churn, value: -0.001, pValue: 0.001, logRank: 3)) == .harm)
    }
}
