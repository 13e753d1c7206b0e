package import Model

/// One rate of a plan that can be solved for.
package enum PlanRate: Sendable, Hashable, CustomStringConvertible {
    /// Every tier of every commission, scaled by one factor.
    case commissions
    /// Places from 0, as they stand in the file.
    case commissionTier(commission: Int, tier: Int)
    case renewalBonus
    case recurringBonus
    case rebate

    /// Parses `renewalBonus.rate`, `recurringBonus.rate`, `rebate.rate`, `commission`, `commission.tiers[1].rate` or
    /// `commission[0].tiers[1].rate`; nil for anything else.
    package init?(path: String) {
        switch path {
        case "commission": self = .commissions
        case "renewalBonus.rate": self = .renewalBonus
        case "recurringBonus.rate": self = .recurringBonus
        case "rebate.rate": self = .rebate
        default:
            let parts = path.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] == "rate",
                let commission = PlanRate.place(in: parts[0], of: "commission", otherwise: 0),
                let tier = PlanRate.place(in: parts[1], of: "tiers", otherwise: nil)
            else { return nil }
            self = .commissionTier(commission: commission, tier: tier)
        }
    }

    /// The number of `name[number]`; `otherwise` for `name` alone.
    private static func place(in text: Substring, of name: String, otherwise: Int?) -> Int? {
        if text == name { return otherwise }
        guard text.hasPrefix("\(name)["), text.hasSuffix("]") else { return nil }
        let digits = text.dropFirst(name.count + 1).dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(digits)
    }

    package var description: String {
        switch self {
        case .commissions: "commission"
        case .commissionTier(let commission, let tier): "commission[\(commission)].tiers[\(tier)].rate"
        case .renewalBonus: "renewalBonus.rate"
        case .recurringBonus: "recurringBonus.rate"
        case .rebate: "rebate.rate"
        }
    }

    /// The rate in a plan; 100 % for a scale of all commissions, nil where the plan has no such rate.
    package func value(in plan: IncentivePlan) -> Rate? {
        switch self {
        case .commissions: plan.commissions.isEmpty ? nil : Rate(partsPerMillion: 1_000_000)
        case .commissionTier(let commission, let tier):
            plan.commissions.indices.contains(commission)
                && plan.commissions[commission].tiers.indices.contains(tier)
                ? plan.commissions[commission].tiers[tier].rate : nil
        case .renewalBonus: plan.renewalBonus?.rate
        case .recurringBonus: plan.recurringBonus?.rate
        case .rebate: plan.rebate?.rate
        }
    }

    /// The largest value at which no rate of the plan is above 100 %; nil where the plan has no such rate, or nothing
    /// to scale.
    package func limit(in plan: IncentivePlan) -> Rate? {
        let whole = Rate(partsPerMillion: 1_000_000)
        guard self == .commissions else { return value(in: plan).map { _ in whole } }
        let largest = plan.commissions.flatMap(\.tiers).map(\.rate.partsPerMillion).max() ?? 0
        return largest > 0 ? Rate(partsPerMillion: 1_000_000 * 1_000_000 / largest) : nil
    }

    /// The plan with another value. A rebate that sets its own rate aside goes on doing so; scaled rates round half to
    /// even to one part in a million.
    package func setting(_ value: Rate, in plan: IncentivePlan) -> IncentivePlan {
        var plan = plan
        switch self {
        case .commissions:
            for index in plan.commissions.indices {
                for tier in plan.commissions[index].tiers.indices {
                    let rate = plan.commissions[index].tiers[tier].rate
                    plan.commissions[index].tiers[tier].rate = Rate(
                        partsPerMillion: value.of(rate.partsPerMillion))
                }
            }
        case .commissionTier(let commission, let tier): plan.commissions[commission].tiers[tier].rate = value
        case .renewalBonus: plan.renewalBonus?.rate = value
        case .recurringBonus: plan.recurringBonus?.rate = value
        case .rebate:
            if plan.rebate?.accrualRate == plan.rebate?.rate { plan.rebate?.accrualRate = value }
            plan.rebate?.rate = value
        }
        return plan
    }
}
