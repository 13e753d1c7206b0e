/// What a variant pays and for what. Executable: the same value is assigned, paid and audited.
package struct IncentivePlan: Sendable, Hashable, Codable {
    package typealias ID = Identifier<IncentivePlan>

    package var id: ID
    /// A sentence for the partner's letter.
    package var summary: String
    package var currency: Currency
    package var commission: TieredCommission?
    package var renewalBonus: RenewalBonus?

    package init(
        id: ID, summary: String, currency: Currency, commission: TieredCommission?,
        renewalBonus: RenewalBonus?
    ) {
        self.id = id
        self.summary = summary
        self.currency = currency
        self.commission = commission
        self.renewalBonus = renewalBonus
    }

    /// The components this plan sets; a layer owns the components of its pilots' plans.
    package var components: Set<PlanComponent> {
        var components: Set<PlanComponent> = []
        if commission != nil { components.insert(.commission) }
        if renewalBonus != nil { components.insert(.renewalBonus) }
        return components
    }
}

/// A named part of an incentive plan that pays on its own.
package enum PlanComponent: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case commission, renewalBonus

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Commission on the annual amount a partner books within a calendar period.
package struct TieredCommission: Sendable, Hashable, Codable {
    /// Which contracts count towards bookings and are paid on.
    package enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
        /// Contracts that renew nothing.
        case newBookings
        /// New contracts and renewals alike.
        case allBookings
    }

    /// How a rate applies.
    package enum Scheme: String, Sendable, Hashable, Codable, CaseIterable {
        /// Each slice of the volume earns its own tier's rate.
        case marginal
        /// The whole volume earns the rate of the tier it reaches.
        case cliff
    }

    package enum Period: String, Sendable, Hashable, Codable, CaseIterable {
        case month, quarter, year
    }

    /// A rate from a volume (inclusive) up to the next tier's.
    package struct Tier: Sendable, Hashable, Codable {
        /// Booked volume in minor units at which the tier begins; the first tier begins at 0.
        package var from: Int64
        package var rate: Rate

        package init(from: Int64, rate: Rate) {
            self.from = from
            self.rate = rate
        }
    }

    package var basis: Basis
    package var scheme: Scheme
    package var period: Period
    /// At least one; ascending by `from`, the first at 0.
    package var tiers: [Tier]

    package init(basis: Basis, scheme: Scheme, period: Period, tiers: [Tier]) {
        self.basis = basis
        self.scheme = scheme
        self.period = period
        self.tiers = tiers
    }
}

/// A bonus on the annual amount of each contract that renews another.
package struct RenewalBonus: Sendable, Hashable, Codable {
    package var rate: Rate
    /// The largest bonus for one renewal, in minor units; `nil` for none.
    package var cap: Int64?

    package init(rate: Rate, cap: Int64?) {
        self.rate = rate
        self.cap = cap
    }
}

/// The terms a partner holds in a period: for each component, what it pays and which pilot put it there.
package struct Terms: Sendable, Hashable, Codable {
    package struct Entry: Sendable, Hashable, Codable {
        package var component: PlanComponent
        package var plan: IncentivePlan.ID
        package var pilot: Pilot.ID
        package var variant: Variant.ID
        /// The last day these terms are promised for; `nil` for control's terms that apply without a promise.
        package var until: Day?
        package var commission: TieredCommission?
        package var renewalBonus: RenewalBonus?
        package var currency: Currency

        package init(
            component: PlanComponent, plan: IncentivePlan.ID, pilot: Pilot.ID, variant: Variant.ID,
            until: Day?, commission: TieredCommission?, renewalBonus: RenewalBonus?, currency: Currency
        ) {
            self.component = component
            self.plan = plan
            self.pilot = pilot
            self.variant = variant
            self.until = until
            self.commission = commission
            self.renewalBonus = renewalBonus
            self.currency = currency
        }
    }

    package var partner: Partner.ID
    package var asOf: Day
    /// Sorted by component.
    package var entries: [Entry]

    package init(partner: Partner.ID, asOf: Day, entries: [Entry]) {
        self.partner = partner
        self.asOf = asOf
        self.entries = entries
    }
}

/// Money owed to a partner for one fact under one rule.
package struct Payout: Sendable, Hashable, Codable {
    package var partner: Partner.ID
    package var contract: Contract.ID
    package var component: PlanComponent
    package var plan: IncentivePlan.ID
    /// The day it was earned: the contract's signature.
    package var earnedOn: Day
    /// The amount it was computed on, and the amount owed; minor units of `currency`.
    package var base: Int64
    package var amount: Int64
    package var currency: Currency
    /// The computation in words, "renewal bonus 4 % of 12,000.00 EUR".
    package var explanation: String

    package init(
        partner: Partner.ID, contract: Contract.ID, component: PlanComponent, plan: IncentivePlan.ID,
        earnedOn: Day, base: Int64, amount: Int64, currency: Currency, explanation: String
    ) {
        self.partner = partner
        self.contract = contract
        self.component = component
        self.plan = plan
        self.earnedOn = earnedOn
        self.base = base
        self.amount = amount
        self.currency = currency
        self.explanation = explanation
    }
}
