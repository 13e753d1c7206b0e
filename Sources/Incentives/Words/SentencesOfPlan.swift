package import Model

/// A plan in plain language, in the order in which its rules apply, with an example of each in its own numbers.
package func sentences(of plan: IncentivePlan) -> PlanSentences {
    let words = PlanWording(plan)
    let parts: [PlanSentences.Part?] =
        [words.conditions, words.exchange] + words.payBases + plan.commissions.map(words.commission)
        + [words.renewalBonus, words.recurringBonus, words.rebate, words.milestones, words.diversification]
        + [words.escalator, words.healthWeight, words.priceConcession, words.renewalCap, words.gates]
        + [words.accelerator, words.contingency, words.limits, words.noWorseOff, words.clawback]
        + [words.coMarketing, words.treatment]
    return PlanSentences(
        plan: plan.id, version: plan.version, summary: plan.summary, parts: parts.compactMap(\.self))
}

/// What one component of a plan pays and when, a sentence each: the sentences of a partner's terms.
package func sentences(on component: PlanComponent, of plan: IncentivePlan) -> [String] {
    let words = PlanWording(plan)
    let parts: [PlanSentences.Part?] =
        switch component {
        case .commission: plan.commissions.map(words.commission)
        case .renewalBonus: [words.renewalBonus, words.healthWeight, words.renewalCap]
        case .recurringBonus: [words.recurringBonus]
        case .rebate: [words.rebate]
        case .milestoneBonus: [words.milestones]
        case .diversificationBonus: [words.diversification]
        case .coMarketing: [words.coMarketing]
        case .guarantee: [words.limits, words.noWorseOff]
        }
    return parts.compactMap(\.self).flatMap(\.sentences)
}

/// Speaks about one plan; each part stands in an extension.
struct PlanWording {
    let plan: IncentivePlan

    init(_ plan: IncentivePlan) { self.plan = plan }

    func money(_ minorUnits: Int64) -> String { spelled(minorUnits, plan.currency) }

    /// Whole major units, for examples.
    func units(_ count: Int64) -> Int64 { count * plan.currency.minorUnitsPerUnit }

    func share(_ rate: Rate, _ amount: Int64) -> Int64 { rate.of(amount, plan.rounding) }

    /// "10 % of 12,000.00 EUR = 1,200.00 EUR".
    func product(_ rate: Rate, _ amount: Int64) -> String {
        "\(rate) of \(money(amount)) = \(money(share(rate, amount)))"
    }

    /// "commission and renewal bonus".
    func names(_ components: [PlanComponent]) -> String { enumerated(components.map(\.inWords)) }

    /// What a component waits for when it names a gate.
    func waiting(_ gate: String?) -> [String] {
        gate.map { ["It waits for '\($0)', see \"What pay waits for\"."] } ?? []
    }
}

/// "a", "a and b", "a, b and c".
func enumerated(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return "\(items.dropLast().joined(separator: ", ")) and \(last)"
}

/// "1 day", "90 days".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

extension CalendarPeriod.Length {
    /// "calendar quarter".
    var inWords: String { "calendar \(rawValue)" }
}

extension PlanComponent {
    /// "renewal bonus".
    var inWords: String {
        switch self {
        case .commission: "commission"
        case .renewalBonus: "renewal bonus"
        case .recurringBonus: "recurring bonus"
        case .rebate: "rebate"
        case .milestoneBonus: "milestone bonus"
        case .diversificationBonus: "diversification bonus"
        case .coMarketing: "joint marketing"
        case .guarantee: "guarantee"
        }
    }
}
