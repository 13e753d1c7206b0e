import Model
import Statistics
import Testing

@testable import Evaluation

/// Hand-made effects on the renewal rate (higher is better), held against a margin of 5 points.
@Suite struct GuardrailStateTests {
    private func effect(
        _ value: Double, standardError: Double, lower: Double, kind: Metric.Kind = .renewalRate
    ) -> Effect {
        var effect = Effect(metric: metric(kind), role: .guardrail, variant: "bonus")
        effect.difference = value
        effect.estimate = Estimate(value: value, standardError: standardError, degreesOfFreedom: 40)
        effect.repeatedInterval = Interval(
            lower: lower, upper: 2 * value - lower, confidenceLevel: 0.9, validity: .repeated)
        effect.criticalValue = 2
        effect.nominalLevel = 0.02
        return effect
    }

    private var unknown: Effect {
        var effect = Effect(metric: metric(), role: .guardrail, variant: "bonus")
        effect.unavailable = ["the control arm has 1 partner with customers"]
        return effect
    }

    private func result(
        _ effect: Effect, hasObservations: Bool = true, isStale: Bool = false, wasBreached: Bool = false
    ) -> GuardrailResult {
        GuardrailEvaluation(
            guardrail: Guardrail(metric: effect.metric, maxHarm: 0.05, severity: .pause), effect: effect,
            hasObservations: hasObservations, isStale: isStale, wasBreached: wasBreached
        ).result()
    }

    /// 10 points worse, certainly worse, and more than 5 points are possible.
    private var worse: Effect { effect(-0.10, standardError: 0.02, lower: -0.14) }
    /// No difference, and 4 points of harm at most.
    private var harmless: Effect { effect(0, standardError: 0.02, lower: -0.04) }
    /// No difference is shown, and 20 points of harm are possible.
    private var vague: Effect { effect(-0.01, standardError: 0.1, lower: -0.20) }

    @Test func aShownDeteriorationThatMayExceedTheMarginIsABreach() {
        let result = result(worse)
        #expect(result.state == .breached)
        #expect(result.harm == 0.10)
        #expect(result.upperBound == 0.14)
        #expect(result.reason.contains("10.0 points") && result.reason.contains("limit of 5.0 points"))
    }

    @Test func anUpperBoundBelowTheMarginIsOK() {
        #expect(result(harmless).state == .ok)
        #expect(
            result(effect(0, standardError: 0.02, lower: -0.05)).state == .notPoweredYet,
            "the margin itself is not below")
    }

    @Test func aShownDeteriorationWithinTheMarginIsOKAndSaidSo() {
        let result = result(effect(-0.03, standardError: 0.005, lower: -0.04))
        #expect(result.state == .ok)
        #expect(result.reason.contains("a small harm is shown"))
    }

    @Test func aPossibleHarmBeyondTheMarginIsNotPoweredYet() {
        let result = result(vague)
        #expect(result.state == .notPoweredYet)
        #expect(result.reason.contains("20.0 points is still possible"))
    }

    @Test func aDeteriorationShortOfItsBoundaryIsNoBreach() {
        // One-sided p = 0.026 on 40 degrees of freedom; the level of this look is 0.02.
        let result = result(effect(-0.10, standardError: 0.05, lower: -0.20))
        #expect(result.state == .notPoweredYet)
        #expect((result.deteriorationPValue ?? 0) > 0.02 && (result.deteriorationPValue ?? 1) < 0.05)
    }

    @Test func anEmptyArmIsNoData() {
        #expect(result(unknown, hasObservations: false).state == .noData)
    }

    @Test func observationsWithoutAnEstimateAreNotPoweredYetWithTheReason() {
        let result = result(unknown)
        #expect(result.state == .notPoweredYet)
        #expect(result.reason.contains("the control arm has 1 partner"))
    }

    @Test func staleDataSayNothingOfWhatWouldBeFineOrUnknown() {
        for effect in [harmless, vague] { #expect(result(effect, isStale: true).state == .stale) }
        #expect(result(unknown, hasObservations: false, isStale: true).state == .stale)
    }

    @Test func aBreachIsABreachAlsoOnStaleData() {
        #expect(result(worse, isStale: true).state == .breached)
    }

    @Test func nothingClearsAnEarlierBreach() {
        for effect in [harmless, vague, unknown] {
            for isStale in [false, true] {
                for hasObservations in [false, true] {
                    let later = result(
                        effect, hasObservations: hasObservations, isStale: isStale, wasBreached: true)
                    #expect(later.state == .breached)
                    #expect(later.reason.contains("earlier analysis"))
                }
            }
        }
    }

    @Test func whereLowerIsBetterHarmIsAnIncrease() {
        var deeper = effect(0.10, standardError: 0.02, lower: 0.06, kind: .discountDepth)
        #expect(result(deeper).state == .breached)
        #expect(result(deeper).harm == 0.10)
        #expect(abs((result(deeper).upperBound ?? 0) - 0.14) < 1e-12)
        deeper = effect(-0.10, standardError: 0.02, lower: -0.14, kind: .discountDepth)
        #expect(result(deeper).state == .ok, "a fall in discounts is no harm")
    }

    @Test func churnIsTestedOverItsWholeCourse() {
        func churn(statistic: Double) -> Effect {
            var effect = effect(0.04, standardError: 0.04, lower: -0.04, kind: .churn)
            effect.logRank = LogRankResult(
                observedTreatment: 40, expectedTreatment: 30, statistic: statistic, degreesOfFreedom: 38,
                pValue: 0.001, clusterCountControl: 20, clusterCountTreatment: 20,
                effectiveClusterCountControl: 20, effectiveClusterCountTreatment: 20)
            return effect
        }
        #expect(result(churn(statistic: 3.5)).state == .breached)
        #expect(result(churn(statistic: -3.5)).state == .notPoweredYet, "fewer losses are no harm")
    }
}
