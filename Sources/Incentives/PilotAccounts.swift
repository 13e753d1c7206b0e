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
        for index in account.segments.indices {
            account.segments[index].plan = account.segments[index].plan.atEffectRates()
        }
        return account
    }
}

extension IncentivePlan {
    fileprivate func atEffectRates() -> IncentivePlan {
        var plan = self
        plan.rates?.rule = .effects
        if let guarantee = noWorseOff {
            plan.noWorseOff = NoWorseOff(than: guarantee.plan.atEffectRates(), period: guarantee.period)
        }
        return plan
    }
}

/// The accounts of all partners in all pilots: one a partner and layer, with the terms of its pilots one after the
/// other, so that a volume carries on where the next pilot's plan is the same; and one more where plans add to them.
///
/// Sorted by partner and layer.
package func programmeAccounts(
    _ pilots: [(pilot: Pilot, assignments: [Assignment], promises: [Promise])]
) -> [EarningAccount] {
    struct Place: Hashable {
        var partner: Partner.ID
        var layer: Layer.ID
        var isAdded: Bool
    }
    var segments: [Place: [TermsSegment]] = [:]
    for (pilot, assignments, promises) in pilots where pilot.plan.design.kind == .stratified {
        let held = Dictionary(grouping: promises, by: \.partner)
        for assignment in assignments {
            let accounts = pilotAccounts(
                of: assignment, in: pilot.plan, promises: held[assignment.partner] ?? [])
            for (index, account) in accounts.enumerated() {
                let place = Place(
                    partner: assignment.partner, layer: pilot.plan.layer, isAdded: index > 0)
                segments[place, default: []] += account.segments
            }
        }
    }
    return segments.sorted { left, right in
        (left.key.partner, left.key.layer, left.key.isAdded ? 1 : 0)
            < (right.key.partner, right.key.layer, right.key.isAdded ? 1 : 0)
    }.map { EarningAccount(partner: $0.key.partner, segments: inOrder($0.value)) }
}

/// Segments by time; where a later one begins before an earlier one ends, the later one counts.
private func inOrder(_ segments: [TermsSegment]) -> [TermsSegment] {
    let sorted = segments.sorted { ($0.from, $0.until) < ($1.from, $1.until) }
    return zip(sorted, sorted.dropFirst().map(Optional.some) + [nil]).compactMap { segment, next in
        var segment = segment
        if let next, next.from <= segment.until { segment.until = next.from - 1 }
        return segment.from <= segment.until ? segment : nil
    }
}
