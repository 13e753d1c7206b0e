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
    let commissions: [RunnableCommission]
    /// Components whose lines on a contract other rules may change.
    let modified: [PlanComponent]

    init(_ segment: TermsSegment, group: Int) {
        plan = segment.plan
        from = max(segment.from, segment.plan.effective.from ?? segment.from)
        until = min(segment.until, segment.plan.effective.until ?? segment.until)
        self.group = group
        commissions = plan.commissions.map { RunnableCommission($0, rounding: segment.plan.rounding) }
        var modified = Set(plan.escalator?.appliesTo ?? [])
        modified.formUnion(plan.priceConcession?.appliesTo ?? [])
        if plan.renewalBonus?.health != nil || plan.renewalBonus?.cap != nil { modified.insert(.renewalBonus) }
        self.modified = modified.sorted()
    }

    func contains(_ day: Day) -> Bool { from <= day && day <= until }

    /// The place of the commission on a basis, of which a plan has at most one.
    func commission(on basis: TieredCommission.Basis) -> Int? {
        commissions.firstIndex { $0.terms.basis == basis }
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
