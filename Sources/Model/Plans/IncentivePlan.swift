/// What a variant pays and for what. Executable: the same value is assigned, forecast, paid and audited.
///
/// Semantics, the order in which rules apply and a worked example of each stand in docs/PLANS.md.
package struct IncentivePlan: Sendable, Hashable {
    package typealias ID = Identifier<IncentivePlan>

    /// Which system pays what the plan computes.
    package enum Payer: String, Sendable, Hashable, Codable, CaseIterable {
        /// Fairway's payment files.
        case fairway
        /// Another system: lines are computed and reported, and never payable here.
        case external
    }

    /// How the plan relates to what the control pays.
    package enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
        /// The partner gets this plan instead.
        case replaces
        /// The partner gets this plan on top.
        case addsTo
    }

    package var id: ID
    /// From 1; a changed plan is a new version, never an edited one.
    package var version = 1
    /// Contracts signed on these days earn under this version.
    package var effective = EffectiveDates()
    /// A sentence for the partner's letter.
    package var summary: String
    package var currency: Currency
    package var paidBy = Payer.fairway
    package var basis = Basis.replaces
    package var rounding = Rounding.halfEven
    /// `nil` when only contracts in the plan's currency earn.
    package var rates: CurrencyRates?

    /// At most one for each basis; a contract counts towards at most one of those on bookings.
    package var commissions: [TieredCommission] = []
    package var renewalBonus: RenewalBonus?
    package var recurringBonus: RecurringBonus?
    package var rebate: Rebate?
    package var milestoneBonuses: [MilestoneBonus] = []
    package var diversificationBonus: DiversificationBonus?
    package var coMarketing: CoMarketing?

    package var escalator: Escalator?
    package var priceConcession: PriceConcession?
    package var accelerator: Accelerator?
    package var contingency: Contingency?
    package var limits: PayLimits?
    package var noWorseOff: NoWorseOff?
    package var clawback: Clawback?
    /// What components may wait for, by the names components use.
    package var gates: [EvidenceGate] = []
    /// What the variant gives besides money, as names: "enablement", "roi-calculator".
    package var treatmentTags: [String] = []

    package init(id: ID, summary: String, currency: Currency) {
        self.id = id
        self.summary = summary
        self.currency = currency
    }

    /// The components this plan sets; a layer owns the components of its pilots' plans.
    package var components: Set<PlanComponent> {
        var components: Set<PlanComponent> = []
        if !commissions.isEmpty { components.insert(.commission) }
        if renewalBonus != nil { components.insert(.renewalBonus) }
        if recurringBonus != nil { components.insert(.recurringBonus) }
        if rebate != nil { components.insert(.rebate) }
        if !milestoneBonuses.isEmpty { components.insert(.milestoneBonus) }
        if diversificationBonus != nil { components.insert(.diversificationBonus) }
        if coMarketing != nil { components.insert(.coMarketing) }
        if limits != nil || noWorseOff != nil { components.insert(.guarantee) }
        return components
    }

    /// An amount in the plan's currency at the rates that effects are computed at; `nil` without a rate.
    package func effectAmount(_ amount: Money) -> Int64? {
        if amount.currency == currency { return amount.minorUnits }
        return rates?.effectsTable?.converted(amount, to: currency)
    }
}

/// The first and the last day on which something applies; `nil` for an open end.
package struct EffectiveDates: Sendable, Hashable, Codable {
    package var from: Day?
    package var until: Day?

    package init(from: Day? = nil, until: Day? = nil) {
        self.from = from
        self.until = until
    }

    package func contains(_ day: Day) -> Bool {
        (from.map { $0 <= day } ?? true) && (until.map { day <= $0 } ?? true)
    }

    package func overlaps(_ other: EffectiveDates) -> Bool {
        let startsInTime = from.flatMap { from in other.until.map { from <= $0 } } ?? true
        let endsInTime = other.from.flatMap { from in until.map { from <= $0 } } ?? true
        return startsInTime && endsInTime
    }
}

/// A named part of an incentive plan that pays on its own.
package enum PlanComponent: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case commission, renewalBonus, recurringBonus, rebate, milestoneBonus, diversificationBonus
    /// A cost of the plan that is no pay.
    case coMarketing
    /// Caps, floors and what makes a partner whole: on the sum of the other components.
    case guarantee

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What made a line of a statement: a component itself, or a rule that changes what a component pays.
package enum PlanRule: String, Sendable, Hashable, Codable, CaseIterable {
    case commission, renewalBonus, recurringBonus, rebate, milestoneBonus, diversificationBonus, coMarketing
    case escalator, healthWeight, priceConcession, accelerator, contingency, cap, floor, makeWhole, clawback
}
