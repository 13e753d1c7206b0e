import Model

/// Whether a group was paid under the terms that its partner held on the day its contract was signed.
struct TermsHeld {
    let input: AuditInput
    let group: SettlementGroup

    /// A contract's lines as they were posted before its signing day was moved.
    struct Former {
        var amount: Int64
        var was: Day
        var now: Day
        var entries: [String]
    }

    private var contract: Book.ContractEntry? { group.contract.flatMap { input.contracts[$0] } }
    private var segments: [TermsSegment] { input.terms[group.partner] ?? [] }

    private func held(on day: Day) -> [TermsSegment] {
        segments.filter { $0.from <= day && day <= $0.until && $0.plan.effective.contains(day) }
    }

    /// Whether the partner held the line's plan and version on the day that counts for it.
    private func isHeld(_ line: Payout) -> Bool {
        if line.contract == nil, let period = CalendarPeriod(text: line.occasion) {
            // A whole period's line is governed by terms of any of its days.
            return segments.contains {
                $0.plan.id == line.plan && $0.plan.version == line.version && $0.from <= period.lastDay
                    && period.firstDay <= $0.until
            }
        }
        // Whole periods and recurring revenue earn under the terms of the day they are earned on.
        let days = [contract?.signedOn ?? line.earnedOn] + (earnsByPeriod(line) ? [line.earnedOn] : [])
        return days.contains { day in
            held(on: day).contains { $0.plan.id == line.plan && $0.plan.version == line.version }
        }
    }

    private func earnsByPeriod(_ line: Payout) -> Bool {
        line.component != .renewalBonus && line.component != .recurringBonus
            && (line.component != .commission
                || input.plan(of: line)?.commissions.contains { $0.basis == .recurringRevenue } ?? false)
    }

    /// Why the group was paid under terms its partner did not hold; `nil` when it was not, or nothing shows it.
    var otherTerms: String? {
        guard !segments.isEmpty else { return nil }
        for entry in group.transfers.compactMap({ $0.entry.flatMap { input.entries[$0] } })
        where !isHeld(entry.payout) {
            let line = entry.payout
            return "entry '\(entry.id)' was paid under plan '\(line.plan)' version \(line.version), which "
                + "'\(group.partner)' did not hold on \(contract?.signedOn ?? line.earnedOn)"
        }
        guard let signed = contract?.signedOn else { return nil }
        let then = held(on: signed)
        let rates = Set(then.flatMap { $0.plan.rates(of: group.component) })
        for rate in group.transfers.compactMap(\.rate) where !rates.contains(rate) {
            let other = segments.first { segment in
                !then.contains(segment) && segment.plan.rates(of: group.component).contains(rate)
            }
            guard let plan = other?.plan else { continue }
            return
                "\(rate) is the rate of plan '\(plan.id)' version \(plan.version), which '\(group.partner)' did "
                + "not hold on \(signed), when the contract was signed"
        }
        return nil
    }

    /// Whether no plan known here speaks of the group: nothing is owed for it, and nothing says that something ought to
    /// have been known.
    var isOutside: Bool {
        guard group.lines.isEmpty,
            !group.transfers.contains(where: { $0.entry.map { input.entries[$0] != nil } ?? false })
        else { return false }
        let ofComponent = segments.filter { $0.plan.components.contains(group.component) }
        guard let first = ofComponent.map(\.from).min() else { return true }
        if let signed = contract?.signedOn {
            return !ofComponent.contains { $0.from <= signed && signed <= $0.until }
        }
        return group.transfers.allSatisfy { transfer in
            let period = transfer.occasion.flatMap { CalendarPeriod(text: $0) }
            return (period?.lastDay ?? transfer.paidOn) < first
        }
    }

    /// Set when the contract's signing day was moved back by `backdatedDays` or more, by a fact newer than what its
    /// lines were posted on, and the partner holds another plan or version on the new day.
    var formerTerms: Former? {
        guard let contract, contract.sequence > 0, !group.lines.isEmpty,
            group.component == .commission || group.component == .renewalBonus
        else { return nil }
        let current = Set(group.lines.map { input.lines[$0] }.map { Version($0) })
        let account = AuditInput.Account(
            partner: group.partner, contract: contract.id, component: group.component)
        let former = (input.entriesOfAccount[account] ?? []).filter { entry in
            let line = entry.payout
            return !current.contains(Version(line)) && !earnsByPeriod(line)
                && (line.facts.last ?? .max) < contract.sequence
                && contract.signedOn + input.options.backdatedDays <= line.earnedOn
        }
        guard let first = former.first else { return nil }
        let latest = Dictionary(grouping: former, by: \.payout.key).values.compactMap { entries in
            entries.max { ($0.period, $0.id) < ($1.period, $1.id) }
        }
        return Former(
            amount: latest.reduce(0) { $0 + ($1.payout.state == .lapsed ? 0 : $1.payout.amount) },
            was: first.payout.earnedOn, now: contract.signedOn, entries: former.map(\.id))
    }

    private struct Version: Hashable {
        var plan: IncentivePlan.ID
        var version: Int

        init(_ line: Payout) {
            plan = line.plan
            version = line.version
        }
    }
}

extension IncentivePlan {
    /// The rates a component may be paid at before any rule changes them.
    func rates(of component: PlanComponent) -> [Rate] {
        switch component {
        case .commission: commissions.flatMap { $0.tiers.map(\.rate) }
        case .renewalBonus: renewalBonus.map { [$0.rate] } ?? []
        case .recurringBonus: recurringBonus.map { [$0.rate] } ?? []
        case .rebate: rebate.map { [$0.rate, $0.accrualRate] } ?? []
        case .milestoneBonus, .diversificationBonus, .coMarketing, .guarantee: []
        }
    }
}
