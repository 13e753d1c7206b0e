import Model
import Statistics

/// A pilot of renewal bonuses with one main measure, one secondary and two guardrails.
enum PilotFixture {
    static let renewal = Metric(
        id: "renewal-rate", kind: .renewalRate, estimand: .customerAverage, graceDays: 30,
        origin: .assignment,
        horizonDays: 90)
    static let retained = Metric(
        id: "nrr", kind: .netRevenueRetention, estimand: .customerAverage, graceDays: 30, origin: .assignment,
        horizonDays: 90)
    static let churn = Metric(
        id: "churn-90d", kind: .churn, estimand: .customerAverage, graceDays: 0, origin: .assignment,
        horizonDays: 90)
    static let discount = Metric(
        id: "discount", kind: .discountDepth, estimand: .partnerAverage, graceDays: 30, origin: .assignment,
        horizonDays: 90)
    static let binary = Metric(
        id: "vaccinated", kind: .binary, estimand: .customerAverage, graceDays: 0, origin: .assignment,
        horizonDays: 90)
    static let euro = literal(Currency("EUR"))

    static func plan(title: String = "Renewal bonus, EMEA", variants: [Variant.ID] = ["control", "bonus"])
        -> Plan
    {
        Plan(
            pilot: "renewal-bonus", title: title, layer: "renewals", population: [:],
            design: Design(kind: .stratified, strata: ["region", "size"], blockSize: 4, mechanism: nil),
            holdout: Rate(partsPerMillion: 50_000),
            variants: variants.map { Variant(id: $0, weight: 1, incentivePlan: nil) },
            schedule: Schedule(
                starts: literal(Day(iso: "2026-01-05")), weeks: 26,
                enrolUntil: literal(Day(iso: "2026-02-01")), lookEveryWeeks: 1),
            primary: renewal, secondary: [retained],
            guardrails: [
                Guardrail(metric: churn, maxHarm: 0.02, severity: .pause),
                Guardrail(metric: discount, maxHarm: 0.03, severity: .alert),
            ],
            decision: DecisionRule(
                alphaTwoSided: 0.05, guardrailAlphaOneSided: 0.05, spending: .obrienFleming,
                guardrailSpending: .pocock, worthwhileGain: 0.02, maxStalenessDays: 3),
            economics: Economics(grossMargin: Rate(partsPerMillion: 700_000), currency: euro),
            promiseDays: 90,
            timeZone: "Europe/Berlin", trial: nil)
    }

    static func pilot(_ plan: Plan = plan(), paused: [Variant.ID] = []) -> Pilot {
        Pilot(
            plan: plan, planHash: ContentHash(hex: String(repeating: "a1b2c3d4", count: 8)), state: .running,
            startedAt: Instant(milliseconds: 1_767_571_200_000),
            seed: literal(Seed(hex: seedDigits)),
            rosterHash: ContentHash(hex: String(repeating: "0", count: 64)), sizeCuts: [3, 12],
            information: PlannedInformation(byMaturity: [1], byCalendar: [1]), pausedVariants: paused)
    }

    static let seedDigits = "5eed5eed5eed5eed5eed5eed5eed5eed"

    /// A trial that was assigned outside, with an unknown mechanism.
    static func externalPlan() -> Plan {
        var plan = plan(title: "Vaccination letters", variants: ["control", "letter"])
        plan.pilot = "letters"
        plan.design = Design(kind: .external, strata: [], blockSize: 2, mechanism: nil)
        plan.primary = binary
        plan.secondary = []
        plan.guardrails = []
        plan.decision.worthwhileGain = 0
        return plan
    }

    static func literal<Value>(_ value: Value?) -> Value {
        guard let value else { fatalError("a literal of this fixture is malformed") }
        return value
    }
}
