import Model
import Statistics
import Testing

@testable import Evaluation

/// What follows from hand-made evidence: one row of the decision table a test.
@Suite struct VerdictTests {
    private var isFinal = false
    private var difference: Double? = 0.08
    private var crossing = EffectEvaluation.Crossing.benefit
    private var treatments: [Variant.ID] = ["bonus"]
    private var guardrails = [guardrail(.ok)]
    private var staleSources: [String] = []
    private var hasMismatch = false
    private var fragility: [String] = []
    private var net: Double? = 12_000
    private var moneyUnavailable: String?
    private var paused: [Variant.ID] = []
    private var worthwhileGain = 0.0
    private var upper = 0.12

    private static func guardrail(
        _ state: GuardrailResult.State, _ severity: Guardrail.Severity = .pause,
        variant: Variant.ID = "bonus",
        kind: Metric.Kind = .churn
    ) -> GuardrailResult {
        GuardrailResult(
            metric: metric(kind), severity: severity, maxHarm: 0.03, variant: variant, state: state, harm: 0,
            upperBound: 0.01, deteriorationPValue: 0.5, deteriorationLevel: 0.02, reason: "Churn is \(state)."
        )
    }

    private func conclusions() -> (verdicts: [Verdict], recommendation: Recommendation) {
        let effects = treatments.map { variant -> Effect in
            var effect = Effect(metric: metric(), role: .primary, variant: variant)
            effect.difference = difference
            effect.repeatedInterval = Interval(
                lower: -0.1, upper: upper, confidenceLevel: 0.95, validity: .repeated)
            return effect
        }
        var money = MoneySummary(variant: "bonus", currency: euro)
        money.netPerContract = net
        money.unavailable = moneyUnavailable
        let health = DataHealth(
            sources: [], staleSources: staleSources, quarantinedRows: 0, otherCurrencyContracts: 0,
            orphanContracts: 0,
            sampleRatios: [
                DataHealth.SampleRatio(
                    question: "partners assigned", variants: [Variant.control, "bonus"], expected: [20, 20],
                    observed: [36, 4], pValue: hasMismatch ? 1e-6 : 0.5, isMismatch: hasMismatch)
            ])
        let verdicts = Verdicts(
            plan: plan(treatments: treatments, worthwhileGain: worthwhileGain), isFinal: isFinal,
            effects: effects,
            crossings: Dictionary(
                uniqueKeysWithValues: treatments.map { ($0, $0 == "bonus" ? crossing : .benefit) }),
            guardrails: guardrails, health: health,
            influence: [
                Influence(
                    variant: "bonus", mostInfluential: [], lowestDifference: 0, highestDifference: 0,
                    fragility: fragility)
            ], money: [money], paused: paused)
        let concluded = verdicts.verdicts()
        return (concluded, verdicts.recommendation(concluded))
    }

    private func expect(
        _ kind: Verdict.Kind, _ action: Recommendation.Action, blocked: Bool = false,
        variant: Variant.ID? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (verdicts, recommendation) = conclusions()
        #expect(verdicts.first?.kind == kind, sourceLocation: sourceLocation)
        #expect(recommendation.action == action, sourceLocation: sourceLocation)
        #expect(
            !recommendation.blockers.isEmpty == blocked, "\(recommendation.blockers)",
            sourceLocation: sourceLocation)
        if let variant { #expect(recommendation.variant == variant, sourceLocation: sourceLocation) }
        #expect(
            !recommendation.reasons.isEmpty && verdicts.allSatisfy { !$0.reason.isEmpty },
            sourceLocation: sourceLocation)
    }

    @Test(arguments: [false, true])
    mutating func superiorAndSafeScales(isFinal: Bool) {
        self.isFinal = isFinal
        expect(.superior, .scale, variant: "bonus")
    }

    @Test(arguments: [GuardrailResult.State.notPoweredYet, .noData, .stale])
    mutating func superiorWithAGuardrailNotShownOKWaits(state: GuardrailResult.State) {
        guardrails = [Self.guardrail(state)]
        expect(.superior, .continue, blocked: true, variant: "bonus")
        isFinal = true
        expect(.superior, .extend, blocked: true, variant: "bonus")
    }

    @Test mutating func aBreachPausesTheVariantWhateverThePrimarySays() {
        guardrails = [Self.guardrail(.breached)]
        expect(.harmful, .pause, variant: "bonus")
        isFinal = true
        expect(.harmful, .stop, variant: "bonus")
    }

    @Test mutating func aBreachThatOnlyAlertsBlocksAScaleUpAndEndsNothing() {
        guardrails = [Self.guardrail(.breached, .alert)]
        expect(.superior, .continue, blocked: true)
        crossing = .none
        expect(.inconclusive, .continue)
    }

    @Test mutating func aBreachOfOneVariantDoesNotHoldUpAnotherForGood() {
        treatments = ["bonus", "cash"]
        guardrails = [Self.guardrail(.breached), Self.guardrail(.ok, variant: "cash")]
        expect(.harmful, .pause, variant: "bonus")
        paused = ["bonus"]
        expect(.harmful, .scale, variant: "cash")
        isFinal = true
        paused = []
        expect(.harmful, .scale, variant: "cash")
    }

    @Test mutating func staleDataDecideNothing() {
        staleSources = ["crm/contracts: complete only up to 2026-01-01"]
        expect(.invalid, .continue, blocked: true)
        isFinal = true
        expect(.invalid, .extend, blocked: true)
    }

    @Test mutating func staleDataDoNotHideABreach() {
        staleSources = ["crm/contracts: never read completely"]
        guardrails = [Self.guardrail(.breached)]
        expect(.invalid, .pause, variant: "bonus")
    }

    @Test mutating func aSampleRatioMismatchDecidesNothing() {
        hasMismatch = true
        expect(.invalid, .continue, blocked: true)
        isFinal = true
        expect(.invalid, .extend, blocked: true)
    }

    @Test mutating func aResultThatRestsOnOnePartnerIsBlocked() {
        fragility = ["Without partner 'p1' the effect is no longer distinguishable from none."]
        expect(.superior, .continue, blocked: true)
    }

    @Test(arguments: [0.0, -1])
    mutating func aGainThatDoesNotPayForItselfIsBlocked(net: Double) {
        self.net = net
        expect(.superior, .continue, blocked: true)
    }

    @Test mutating func aGainWhosePriceIsNotKnownIsBlocked() {
        net = nil
        moneyUnavailable = "No due contract in EUR has matured yet."
        expect(.superior, .continue, blocked: true)
    }

    @Test mutating func aPausedVariantIsNotScaled() {
        paused = ["bonus"]
        expect(.superior, .continue, blocked: true)
    }

    @Test mutating func harmBeyondTheBoundaryStops() {
        (crossing, difference) = (.harm, -0.08)
        expect(.harmful, .stop)
    }

    @Test mutating func chanceGoesOnUntilTheLastLook() {
        crossing = .none
        expect(.inconclusive, .continue)
        isFinal = true
        expect(.inconclusive, .stop)
    }

    @Test mutating func nothingMaturedGoesOn() {
        (difference, crossing) = (nil, .none)
        expect(.inconclusive, .continue)
    }

    @Test mutating func atTheLastLookAGainTooSmallToMatterIsSaidSo() {
        (crossing, isFinal, worthwhileGain, upper) = (.none, true, 0.02, 0.01)
        expect(.noEffectOfInterest, .stop)
        upper = 0.02
        expect(.inconclusive, .stop)
    }

    @Test mutating func atTheLastLookAPrimaryWithinItsMarginIsNonInferior() {
        (crossing, isFinal) = (.none, true)
        guardrails = [Self.guardrail(.ok, kind: .renewalRate)]
        expect(.nonInferior, .stop)
    }
}
