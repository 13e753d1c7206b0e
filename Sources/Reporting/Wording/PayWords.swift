import Model

/// Plain words for what an incentive plan's code calls by its own names; the glossary lists the pairs.
enum PayWords {
    static func component(_ component: PlanComponent) -> String {
        switch component {
        case .commission: "commission"
        case .renewalBonus: "renewal bonus"
        case .recurringBonus: "recurring bonus"
        case .rebate: "rebate"
        case .milestoneBonus: "milestone bonus"
        case .diversificationBonus: "diversification bonus"
        case .coMarketing: "joint marketing"
        case .guarantee: "limits and guarantee"
        }
    }

    /// What a rule does to a component: "commission: longer term".
    static func line(_ component: PlanComponent, _ rule: PlanRule) -> String {
        let name = self.component(component)
        guard rule.rawValue != component.rawValue else { return name }
        return "\(name): \(self.rule(rule))"
    }

    private static func rule(_ rule: PlanRule) -> String {
        switch rule {
        case .commission, .renewalBonus, .recurringBonus, .milestoneBonus, .diversificationBonus: "own rate"
        case .rebate: "own rate"
        case .coMarketing: "budget"
        case .escalator: "longer term"
        case .healthWeight: "customer's health"
        case .priceConcession: "discount"
        case .accelerator: "growth"
        case .contingency: "downturn"
        case .cap: "most that is paid"
        case .floor: "least that is paid"
        case .makeWhole: "made whole"
        case .clawback: "taken back"
        }
    }

    static func state(_ state: Payout.State) -> String {
        switch state {
        case .payable: "payable"
        case .held: "waiting"
        case .lapsed: "not paid"
        case .blocked: "no exchange rate"
        case .external: "paid by another system"
        case .cost: "spent with you"
        }
    }

    static func entry(_ kind: LedgerEntry.Kind) -> String {
        switch kind {
        case .accrual: "owed, not paid yet"
        case .payout: "paid"
        case .adjustment: "correction"
        case .trueUp: "settlement"
        case .clawback: "taken back"
        }
    }

    static func stage(_ stage: RevenueFlow.Stage) -> String {
        switch stage {
        case .engagement: "engagement"
        case .signing: "signing"
        case .onboarding: "onboarding"
        case .adoption: "adoption"
        case .expansion: "expansion"
        case .renewal: "renewal"
        case .everyStage: "every stage"
        }
    }

    static func party(_ party: RevenueFlow.Party) -> String {
        switch party {
        case .vendor: "vendor"
        case .partner: "partner"
        case .otherSystem: "another system"
        case .jointMarketing: "joint marketing"
        }
    }
}
