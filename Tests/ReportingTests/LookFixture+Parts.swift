import Model
import Statistics

extension LookFixture {
    static func roles(_ plan: Plan) -> [(Metric, Effect.Role)] {
        [(plan.primary, Effect.Role.primary)] + plan.secondary.map { ($0, .secondary) }
            + plan.guardrails.map { ($0.metric, .guardrail) }
    }

    /// - Parameter halfWidths: of the interval over all analyses and of this analysis alone.
    static func effect(
        _ metric: Metric, _ role: Effect.Role, _ rates: (Double, Double), _ value: Double,
        halfWidths: (Double, Double), p: Double, variant: Variant.ID = "bonus"
    ) -> Effect {
        var effect = Effect(metric: metric, role: role, variant: variant)
        effect.control = arm(rates.0)
        effect.treatment = arm(rates.1)
        effect.difference = value
        effect.estimate = Estimate(value: value, standardError: halfWidths.1 / 2, degreesOfFreedom: 41.3)
        effect.otherEstimate = Estimate(
            value: value * 0.9, standardError: halfWidths.1 / 1.8, degreesOfFreedom: 118)
        effect.intraclassCorrelation = 0.046
        effect.pValue = p
        effect.criticalValue = 2.714
        effect.nominalLevel = 0.00332
        effect.repeatedInterval = interval(value, halfWidths.0, .repeated)
        effect.fixedInterval = interval(value, halfWidths.1, .fixedSample)
        if role == .primary {
            effect.randomization = RandomizationResult(
                pValue: p, statistic: 2.9, draws: 9999, isExact: false, assignmentCount: 1e30,
                smallestAttainable: 1e-4)
        }
        return effect
    }

    static func interval(_ value: Double, _ halfWidth: Double, _ validity: Interval.Validity) -> Interval {
        Interval(
            lower: value - halfWidth, upper: value + halfWidth, confidenceLevel: 0.95, validity: validity)
    }

    static func arm(_ rate: Double) -> ArmRate {
        ArmRate(
            rate: rate, numerator: rate * 600, denominator: 600, customers: 600, clusterCount: 58,
            effectiveClusterCount: 31.4, largestShare: 0.081, largestCluster: 3)
    }

    static func result(
        _ guardrail: Guardrail, _ state: GuardrailResult.State, variant: Variant.ID = "bonus", harm: Double?,
        upper: Double?, _ reason: String
    ) -> GuardrailResult {
        GuardrailResult(
            metric: guardrail.metric, severity: guardrail.severity, maxHarm: guardrail.maxHarm,
            variant: variant,
            state: state, harm: harm, upperBound: upper, deteriorationPValue: nil, deteriorationLevel: nil,
            reason: reason)
    }

    static func without(_ partner: Partner.ID, _ share: Double, _ difference: Double) -> Influence.Without {
        Influence.Without(
            partner: partner, variant: "bonus", share: share, difference: difference,
            estimate: Estimate(value: difference, standardError: 0.02, degreesOfFreedom: 40))
    }

    static var money: MoneySummary {
        var money = MoneySummary(variant: "bonus", currency: PilotFixture.euro)
        money.renewedRevenueControl = 412_345_600
        money.renewedRevenueTreatment = 446_789_000
        money.spendControl = 1_204_000
        money.spendTreatment = 2_871_550
        money.revenuePerContract = 9870
        money.spendPerContract = 2790.4
        money.netPerContract = 4120
        money.netInterval = Interval(lower: -812.6, upper: 9053, confidenceLevel: 0.95, validity: .repeated)
        money.breakEvenGain = 0.019
        money.maturedTreatment = 598
        return money
    }

    static var survival: [ArmSurvival] {
        [("control", 0.9993), ("bonus", 0.9995)].map { variant, daily in
            let points = stride(from: 5, through: 84, by: 5).map { day -> SurvivalCurve.Point in
                var kept = 1.0
                for _ in 0..<day { kept *= daily }
                return SurvivalCurve.Point(
                    time: Double(day), atRisk: 1200 - 4 * day, events: 4, censored: 16, survival: kept,
                    standardError: 0.004, lower: kept - 0.012, upper: min(1, kept + 0.008))
            }
            return ArmSurvival(
                metric: PilotFixture.churn.id, variant: Variant.ID(variant),
                curve: SurvivalCurve(points: points))
        }
    }
}
