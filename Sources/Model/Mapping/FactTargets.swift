/// The fields a fact of some kind has, as mappings and files name them.
package struct FactTarget: Sendable, Hashable {
    package var name: String
    package var isRequired: Bool

    init(_ name: String, required: Bool = false) {
        self.name = name
        isRequired = required
    }
}

extension FactKind {
    /// In the order docs and messages list them.
    package var targets: [FactTarget] {
        switch self {
        case .partner:
            [FactTarget("partner", required: true), FactTarget("name")]
        case .contract:
            [
                FactTarget("contract", required: true), FactTarget("partner", required: true),
                FactTarget("customer", required: true), FactTarget("customerName"), FactTarget("renews"),
                FactTarget("signedOn", required: true), FactTarget("startsOn", required: true),
                FactTarget("endsOn", required: true), FactTarget("cancelledOn"),
                FactTarget("annualAmount", required: true), FactTarget("currency"), FactTarget("discount"),
            ]
        case .observation:
            [
                FactTarget("partner", required: true), FactTarget("customer"),
                FactTarget("outcome", required: true), FactTarget("baseline"),
                FactTarget("observedOn", required: true),
            ]
        case .milestone:
            [
                FactTarget("contract", required: true), FactTarget("milestone", required: true),
                FactTarget("reachedOn", required: true),
            ]
        case .reading:
            [
                FactTarget("customer", required: true), FactTarget("measure", required: true),
                FactTarget("value", required: true), FactTarget("observedOn", required: true),
            ]
        case .payment:
            [
                FactTarget("payment", required: true), FactTarget("partner", required: true),
                FactTarget("contract"), FactTarget("component", required: true), FactTarget("rule"),
                FactTarget("occasion"), FactTarget("entry"), FactTarget("rate"),
                FactTarget("paidOn", required: true), FactTarget("amount", required: true),
                FactTarget("currency"),
            ]
        case .renewal:
            [
                FactTarget("contract", required: true), FactTarget("outcome", required: true),
                FactTarget("decidedOn"), FactTarget("annualAmount"), FactTarget("currency"),
                FactTarget("discount"), FactTarget("termMonths"), FactTarget("reason"),
            ]
        case .churn:
            [
                FactTarget("contract", required: true), FactTarget("churn", required: true),
                FactTarget("effectiveOn", required: true), FactTarget("requestedOn"), FactTarget("reason"),
            ]
        case .discount:
            [
                FactTarget("contract", required: true), FactTarget("discount", required: true),
                FactTarget("from", required: true), FactTarget("until"),
            ]
        case .opportunity:
            [
                FactTarget("opportunity", required: true), FactTarget("partner", required: true),
                FactTarget("customer"), FactTarget("stage", required: true),
                FactTarget("outcome", required: true), FactTarget("amount"), FactTarget("currency"),
                FactTarget("openedOn", required: true), FactTarget("closedOn"),
            ]
        case .forecast:
            [
                FactTarget("contract", required: true), FactTarget("probability", required: true),
                FactTarget("amount"), FactTarget("currency"), FactTarget("madeOn", required: true),
            ]
        case .attribution:
            [
                FactTarget("contract", required: true), FactTarget("partner", required: true),
                FactTarget("role"), FactTarget("from"), FactTarget("until"),
            ]
        }
    }

    /// The target that needs a currency, if the kind has one; `isRequired` targets need one always.
    package var amountTarget: String? {
        switch self {
        case .contract, .renewal: "annualAmount"
        case .payment, .opportunity, .forecast: "amount"
        case .partner, .observation, .milestone, .reading, .churn, .discount, .attribution: nil
        }
    }

    /// Whether mappings may name attributes.
    package var hasAttributes: Bool { self == .partner || self == .contract }
}

extension FactTarget {
    /// Whether the target is a day, so that rules may say how it is written.
    package var isDay: Bool { name.hasSuffix("On") || name == "from" || name == "until" }
}

extension FactKind {
    /// The only values a target takes; `nil` when it takes others.
    package func choices(of target: String) -> [String]? {
        switch (self, target) {
        case (.renewal, "outcome"): RenewalFact.Outcome.allCases.map(\.rawValue)
        case (.opportunity, "outcome"): OpportunityFact.Outcome.allCases.map(\.rawValue)
        case (.observation, "outcome"): ["true", "false"]
        case (.churn, "churn"): ChurnFact.Kind.allCases.map(\.rawValue)
        case (.payment, "component"): PlanComponent.allCases.map(\.rawValue)
        case (.payment, "rule"): PlanRule.allCases.map(\.rawValue)
        default: nil
        }
    }
}
