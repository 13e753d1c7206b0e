package import Model

/// The accounts a partner has in a pilot: what it is paid under, from its assignment to the pilot's last day.
///
/// While a promise is in force the partner holds the promised variant's plan, otherwise control's. A plan that
/// adds to the control's has an account of its own beside the control's.
///
/// - Parameter promises: of this partner and pilot, or of others, which are ignored.
package func pilotAccounts(
    of assignment: Assignment, in plan: Plan, promises: [Promise]
) -> [EarningAccount] {
    let last = plan.schedule.ends - 1
    guard assignment.assignedOn <= last else { return [] }
    let control = plan.variants.first(where: \.isControl)?.incentivePlan
    let own = promises.filter { $0.pilot == assignment.pilot && $0.partner == assignment.partner }
    var base: [TermsSegment] = []
    var added: [TermsSegment] = []
    func hold(_ incentives: IncentivePlan?, from: Day, until: Day) {
        guard from <= until, let incentives else { return }
        if let latest = base.last, latest.plan == incentives, latest.until == from - 1 {
            base[base.count - 1].until = until
        } else {
            base.append(TermsSegment(plan: incentives, from: from, until: until))
        }
    }
    var next = assignment.assignedOn
    for promise in own.sorted(by: { $0.from < $1.from }) where promise.until >= next && promise.from <= last {
        let (from, until) = (max(promise.from, next), min(promise.until, last))
        hold(control, from: next, until: from - 1)
        let promised = plan.variants.first { $0.id == promise.variant }?.incentivePlan
        if let promised, promised.basis == .addsTo {
            hold(control, from: from, until: until)
            added.append(TermsSegment(plan: promised, from: from, until: until))
        } else {
            hold(promised, from: from, until: until)
        }
        next = until + 1
    }
    hold(control, from: next, until: last)
    return [base, added].filter { !$0.isEmpty }.map {
        EarningAccount(partner: assignment.partner, segments: $0)
    }
}

extension EarningAccount {
    /// The same account with every exchange rate at the plan's effects table, so that no rate moves an estimate.
    package func atEffectRates() -> EarningAccount {
        var account = self
        for index in account.segments.indices { account.segments[index].plan.rates?.rule = .effects }
        return account
    }
}
