import Foundation
import Model
import Statistics

/// Looks of the renewal-bonus pilot as an evaluation would record them.
enum LookFixture {
    /// A look at the end of week `week` with everything filled in but effects and conclusions.
    static func empty(week: Int, plan: Plan = PilotFixture.plan()) -> Look {
        Look(
            pilot: plan.pilot, index: week, plannedIndex: week, plannedLooks: plan.schedule.lookDates.count,
            asOf: plan.schedule.starts + week * 7, recordedAt: Instant(milliseconds: 1_770_000_000_000),
            snapshotSequence: 48_211, planHash: ContentHash(hex: String(repeating: "a1b2c3d4", count: 8)),
            engine: "fairway 0.1.0", isPractice: false, isFinal: week == plan.schedule.weeks,
            informationFraction: Double(week) / 26,
            arms: plan.variants.map {
                ArmSummary(
                    variant: $0.id, partnersAssigned: 61, partnersObserved: 58, due: 1240, matured: 0,
                    renewed: 0,
                    promisesInForce: $0.isControl ? 0 : 60)
            },
            effects: plan.treatments.flatMap { treatment in
                roles(plan).map { metric, role in
                    var effect = Effect(metric: metric, role: role, variant: treatment.id)
                    effect.unavailable = ["no contract has passed its due date plus 30 days yet"]
                    return effect
                }
            },
            guardrails: plan.treatments.flatMap { treatment in
                plan.guardrails.map {
                    result(
                        $0, .noData, variant: treatment.id, harm: nil, upper: nil,
                        "no customer has been observed yet")
                }
            },
            survival: [],
            health: DataHealth(
                sources: [
                    StreamStatus(
                        source: "crm", stream: "contracts",
                        completedThrough: (plan.schedule.starts + week * 7).start(in: .gmt), facts: 48_200,
                        quarantined: 3, lastError: nil)
                ], staleSources: [], quarantinedRows: 3, otherCurrencyContracts: 12, orphanContracts: 1,
                sampleRatios: [
                    DataHealth.SampleRatio(
                        question: "partners in each group", variants: plan.variants.map(\.id),
                        expected: [61.5, 60.5],
                        observed: [61, 61], pValue: 0.927, isMismatch: false)
                ]),
            money: [], influence: [],
            verdicts: plan.treatments.map {
                Verdict(variant: $0.id, kind: .inconclusive, reason: "Nothing has been counted yet.")
            },
            recommendation: Recommendation(
                action: .continue, variant: nil, reasons: ["Nothing has been counted yet."], blockers: []))
    }

    /// A clear gain: scale.
    static func gain(week: Int = 12, plan: Plan = PilotFixture.plan()) -> Look {
        var look = empty(week: week, plan: plan)
        look.arms[0].matured = 612
        look.arms[0].renewed = 458
        look.arms[1].matured = 598
        look.arms[1].renewed = 485
        look.effects = [
            effect(
                PilotFixture.renewal, .primary, (0.749, 0.812), 0.063, halfWidths: (0.042, 0.031), p: 0.0004),
            effect(
                PilotFixture.retained, .secondary, (0.902, 0.921), 0.019, halfWidths: (0.051, 0.036), p: 0.311
            ),
            effect(
                PilotFixture.churn, .guardrail, (0.061, 0.052), -0.009, halfWidths: (0.018, 0.014), p: 0.201),
            effect(
                PilotFixture.discount, .guardrail, (0.112, 0.121), 0.009, halfWidths: (0.014, 0.011), p: 0.118
            ),
        ]
        look.guardrails = [
            result(
                plan.guardrails[0], .ok, harm: -0.009, upper: 0.009,
                "harm is at most 0.9 points, limit 2.0 points"),
            result(
                plan.guardrails[1], .ok, harm: 0.009, upper: 0.023,
                "harm is at most 2.3 points, limit 3.0 points"),
        ]
        look.survival = survival
        look.money = [money]
        look.influence = [
            Influence(
                variant: "bonus",
                mostInfluential: [without("P-0042", 0.081, 0.055), without("P-0007", 0.064, 0.069)],
                lowestDifference: 0.055, highestDifference: 0.069, fragility: [])
        ]
        look.verdicts = [
            Verdict(
                variant: "bonus", kind: .superior,
                reason: "The gain of 6.3 points passes what this analysis needs, 4.2.")
        ]
        look.recommendation = Recommendation(
            action: .scale, variant: "bonus",
            reasons: ["A gain is shown.", "Every guardrail holds.", "The net is 41.20 EUR a contract."],
            blockers: [])
        return look
    }

    /// More customers leave under the bonus: pause.
    static func breach(week: Int = 9, plan: Plan = PilotFixture.plan()) -> Look {
        var look = gain(week: week, plan: plan)
        look.effects[0] = effect(
            PilotFixture.renewal, .primary, (0.749, 0.728), -0.021, halfWidths: (0.071, 0.044), p: 0.284)
        look.effects[2] = effect(
            PilotFixture.churn, .guardrail, (0.061, 0.112), 0.051, halfWidths: (0.031, 0.024), p: 0.0031)
        look.guardrails = [
            result(
                plan.guardrails[0], .breached, harm: 0.051, upper: 0.082,
                "5.1 points more customers are lost, 3.1 points over the limit of 2.0"),
            result(
                plan.guardrails[1], .notPoweredYet, harm: 0.009, upper: 0.041,
                "harm up to 4.1 points is still possible"),
        ]
        look.verdicts = [
            Verdict(
                variant: "bonus", kind: .inconclusive, reason: "The effect of −2.1 points is within chance.")
        ]
        look.recommendation = Recommendation(
            action: .pause, variant: "bonus", reasons: ["The guardrail on lost customers is breached."],
            blockers: [])
        look.influence = []
        return look
    }

    /// The gain rests on one large partner.
    static func fragile(week: Int = 13) -> Look {
        var look = gain(week: week)
        look.influence = [
            Influence(
                variant: "bonus",
                mostInfluential: [without("WHALE-1", 0.447, 0.008), without("P-0007", 0.021, 0.064)],
                lowestDifference: 0.008, highestDifference: 0.066,
                fragility: [
                    "Without partner 'WHALE-1' the gain of 6.3 points is 0.8 points and no longer shown."
                ])
        ]
        look.recommendation = Recommendation(
            action: .extend, variant: nil, reasons: ["A gain is shown."],
            blockers: ["The gain rests on one partner."])
        return look
    }

    /// An imported trial whose randomisation cannot be replayed.
    static func external() -> Look {
        let plan = PilotFixture.externalPlan()
        var look = empty(week: 26, plan: plan)
        look.health.sources = []
        var effect = effect(
            PilotFixture.binary, .primary, (0.412, 0.447), 0.035, halfWidths: (0.039, 0.032), p: 0.058,
            variant: "letter")
        effect.unavailable = ["how lots were drawn is not known, so the lots cannot be drawn again"]
        look.effects = [effect]
        look.arms = plan.variants.map {
            ArmSummary(
                variant: $0.id, partnersAssigned: 40, partnersObserved: 40, due: 900, matured: 900,
                renewed: 402,
                promisesInForce: 0)
        }
        return look
    }

    /// Weeks 5 to 11 of a pilot whose effect settles slowly.
    static func history(plan: Plan = PilotFixture.plan()) -> [Look] {
        let early = (1...4).map { empty(week: $0, plan: plan) }
        let effects: [(Double, Double)] = [
            (-0.012, 0.31), (0.021, 0.19), (0.034, 0.14), (0.041, 0.105), (0.055, 0.081), (0.058, 0.066),
            (0.06, 0.052),
        ]
        return early
            + effects.enumerated().map { index, values in
                var look = breach(week: index + 5, plan: plan)
                look.effects[0] = effect(
                    PilotFixture.renewal, .primary, (0.749, 0.749 + values.0), values.0,
                    halfWidths: (values.1, values.1 * 0.6), p: 0.2)
                look.guardrails = look.guardrails.map {
                    result(
                        Guardrail(metric: $0.metric, maxHarm: $0.maxHarm, severity: $0.severity),
                        .notPoweredYet, harm: 0.004,
                        upper: 0.038, "harm up to 3.8 points is still possible")
                }
                look.arms[0].matured = 60 * (index + 1)
                look.arms[1].matured = 58 * (index + 1)
                look.recommendation = Recommendation(
                    action: .continue, variant: nil, reasons: ["The effect is within chance."], blockers: [])
                return look
            }
    }
}
