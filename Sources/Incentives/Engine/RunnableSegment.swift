import Model

/// A stretch of an account's terms, made ready to run.
///
/// A reference, as is ``RunnableCommission``: a plan is dozens of arrays and names, and every contract looks into it.
final class RunnableSegment: Sendable {
    let plan: IncentivePlan
    let from: Day
    let until: Day
    /// Segments of one plan, whatever the version, share their volumes.
    let group: Int
    let rounding: Rounding
    /// The number of the plan's currency in the book; `nil` when the book has no contract in it.
    let currency: UInt8?
    let commissions: [RunnableCommission]
    let renewalBonus: RunnableRenewalBonus?
    /// Components whose lines on a contract other rules may change.
    private let modified: ComponentSet

    init(_ segment: TermsSegment, group: Int, in book: EarningBook) {
        plan = segment.plan
        rounding = segment.plan.rounding
        currency = book.currencies.firstIndex(of: segment.plan.currency).map { UInt8($0) }
        from = max(segment.from, segment.plan.effective.from ?? segment.from)
        until = min(segment.until, segment.plan.effective.until ?? segment.until)
        self.group = group
        commissions = plan.commissions.map { RunnableCommission($0, rounding: segment.plan.rounding) }
        renewalBonus = plan.renewalBonus.map(RunnableRenewalBonus.init)
        var modified = (plan.escalator?.appliesTo ?? []) + (plan.priceConcession?.appliesTo ?? [])
        if plan.renewalBonus?.health != nil || plan.renewalBonus?.cap != nil {
            modified.append(.renewalBonus)
        }
        self.modified = ComponentSet(modified)
    }

    func isModified(_ component: PlanComponent) -> Bool { modified.contains(component) }

    func contains(_ day: Day) -> Bool { from <= day && day <= until }

    /// The place of the commission on a basis, of which a plan has at most one.
    func commission(on basis: TieredCommission.Basis) -> Int? {
        commissions.firstIndex { $0.terms.basis == basis }
    }
}

/// A renewal bonus as every renewal looks it up.
final class RunnableRenewalBonus: Sendable {
    let terms: RenewalBonus

    init(_ terms: RenewalBonus) { self.terms = terms }
}

/// Components as bits: asked once a line, where a `Set` would hash their names.
private struct ComponentSet {
    private var bits: UInt8 = 0

    init(_ components: [PlanComponent]) { for each in components { bits |= ComponentSet.bit(each) } }

    func contains(_ component: PlanComponent) -> Bool { bits & ComponentSet.bit(component) != 0 }

    private static func bit(_ component: PlanComponent) -> UInt8 {
        switch component {
        case .commission: 1
        case .renewalBonus: 2
        case .recurringBonus: 4
        case .rebate: 8
        case .milestoneBonus: 16
        case .diversificationBonus: 32
        case .coMarketing: 64
        case .guarantee: 128
        }
    }
}

/// A commission with the cumulative commission of its tiers.
final class RunnableCommission: Sendable {
    struct Tier {
        var from: Int64
        var rate: Rate
        /// Commission on the volume below `from`, slice by slice.
        var below: Int64
    }

    let terms: TieredCommission
    let tiers: [Tier]
    let rounding: Rounding

    init(_ terms: TieredCommission, rounding: Rounding) {
        self.terms = terms
        self.rounding = rounding
        var below: Int64 = 0
        tiers = terms.tiers.indices.map { index in
            let tier = terms.tiers[index]
            defer {
                if index + 1 < terms.tiers.count {
                    below += tier.rate.of(terms.tiers[index + 1].from - tier.from, rounding)
                }
            }
            return Tier(from: tier.from, rate: tier.rate, below: below)
        }
    }

    /// Commission on so much of a period's volume: at the rate held, or slice by slice.
    func amount(on volume: Int64, atHeld rate: Rate?) -> Int64 {
        if let rate { return rate.of(volume, rounding) }
        return marginal(on: volume)
    }

    /// The place of the highest tier that begins at or below `volume`; 0 for a volume of 0 or less.
    func tier(reachedBy volume: Int64) -> Int {
        var index = tiers.count - 1
        while index > 0, tiers[index].from > volume { index -= 1 }
        return index
    }

    /// Marginal commission on a volume: each slice at its own tier's rate, rounded by itself; 0 below 0.
    func marginal(on volume: Int64) -> Int64 {
        guard volume > 0 else { return 0 }
        let tier = tiers[tier(reachedBy: volume)]
        return tier.below + tier.rate.of(volume - tier.from, rounding)
    }
}

extension TieredCommission.Basis {
    /// Whether a contract counts when it is signed.
    func counts(isRenewal: Bool) -> Bool {
        switch self {
        case .newBookings: !isRenewal
        case .renewedRevenue: isRenewal
        case .allBookings: true
        case .recurringRevenue: false
        }
    }
}
