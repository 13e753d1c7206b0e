import Model

/// One group's difference of paid and owed, split among the kinds in the order of precedence.
struct GroupAudit {
    let input: AuditInput
    let due: LineDue
    let group: SettlementGroup
    let side: LeakageFinding.Side

    private(set) var findings: [LeakageFinding] = []
    /// What is within rounding; told with the partner's other lines.
    private(set) var drift: Int64 = 0
    private(set) var pending: LeakageAudit.Pending?
    /// Whether no plan speaks of it.
    private(set) var isOutside = false

    let paid: Int64
    /// What must have been paid, and what may have been and was.
    let owedLines: [Payout]
    let owed: Int64
    /// Paid less owed, and not told yet.
    private(set) var remaining: Int64
    /// Indices of transfers that were told as a whole.
    private var told: Set<Int> = []

    var lines: [Payout] { group.lines.map { input.lines[$0] } }

    init(_ group: SettlementGroup, input: AuditInput, due: LineDue, side: LeakageFinding.Side) {
        self.input = input
        self.due = due
        self.group = group
        self.side = side
        paid = group.transfers.reduce(0) { $0 + $1.amount.minorUnits }
        owedLines = due.owed(for: group, paid: paid)
        owed = owedLines.sum(of: \.amount)
        remaining = paid - owed
        run()
    }

    private mutating func run() {
        let held = TermsHeld(input: input, group: group)
        let otherTerms = held.otherTerms
        isOutside = otherTerms == nil && held.isOutside
        if isOutside { return }
        if restated() || remaining == 0 || (otherTerms == nil && isPending()) { return }
        if remaining > 0 {
            afterChurn()
            repeats()
            clawbacks()
        }
        if settled() { return }
        if let otherTerms {
            let what = "\(spelled(paid)) was \(verb) where \(spelled(owed)) is owed\(why)"
            return take(
                .backdatedTerms, remaining, "\(otherTerms): \(what); check who moved it; \(settling).")
        }
        if remaining > 0 {
            tooEarly()
            if settled() { return }
            aboveCap()
            if settled() { return }
        }
        let check = TermCheck(input: input, group: group, due: due, owed: owed, remaining: remaining)
        if let reason = check.reason {
            let what = "\(spelled(paid)) was \(verb) where \(spelled(owed)) is owed\(why)"
            return take(.termMismatch, remaining, "\(reason): \(what); \(settling).")
        }
        if remaining < 0 { oneLineUnpaid() }
        if remaining != 0 { take(.rateMismatch, remaining, rateSentence) }
    }

    // MARK: Steps

    /// Contracts whose signing day was moved back into other terms after lines had been posted: what counts is
    /// the difference to the lines as first posted.
    private mutating func restated() -> Bool {
        guard let former = TermsHeld(input: input, group: group).formerTerms, side == .payment else {
            return false
        }
        remaining = paid - former.amount
        take(
            .backdatedTerms, remaining,
            "contract '\(group.contract ?? "")' was signed on \(former.was) when its lines were posted and is "
                + "now said to be signed on \(former.now), \(former.was - former.now) days earlier and under other terms: "
                + "\(spelled(paid)) was paid where \(spelled(former.amount)) was posted; check who moved it.",
            entries: former.entries)
        remaining = 0
        return true
    }

    /// Paid as posted, and restated since: by facts that the last close did not know, or by days that had not come.
    private mutating func isPending() -> Bool {
        // A line on volume changes with facts about the partner's other contracts.
        let own = lines.flatMap(\.facts).max() ?? 0
        let others = group.component.isOnVolume ? input.newestFact[group.partner] ?? 0 : 0
        let contract = group.contract.flatMap { input.contracts[$0]?.sequence } ?? 0
        let newest = max(own, others, contract)
        let paidKeys = group.transfers.compactMap { $0.entry.flatMap { input.entries[$0]?.payout.key } }
        let keys = Set(lines.map(\.key) + paidKeys)
        let isNewer = input.newestPostedFact > 0 && newest > input.newestPostedFact
        guard isNewer || wasPostedAsOwed(keys) else { return false }
        let entries = keys.flatMap { input.entriesOfKey[$0] ?? [] }.filter(\.kind.isPaid)
        let moved = entries.reduce(0) { $0 + $1.amount }
        let asPosted: Int64 = keys.reduce(0) { sum, key in
            let last = input.entriesOfKey[key]?.last { $0.kind.isPaid }?.payout
            let own: Int64 = last.map { $0.state == .payable ? $0.amount : 0 } ?? 0
            return sum + own
        }
        guard !entries.isEmpty, moved == paid, asPosted == paid else { return false }
        let restated = keys.filter { key in
            let moved = (input.entriesOfKey[key] ?? []).filter(\.kind.isPaid).reduce(0) { $0 + $1.amount }
            return moved != lines.filter { $0.key == key && due.isDue($0) }.sum(of: \.amount)
        }
        let told = restated.isEmpty ? keys : restated
        pending = LeakageAudit.Pending(
            partner: group.partner, contract: group.contract, component: group.component,
            rules: Set(told.map(\.rule)).sorted { $0.rawValue < $1.rawValue },
            occasions: Set(told.map(\.occasion)).sorted(), amount: money(remaining), reason: restatement)
        return true
    }

    /// Whether what stands in the ledger is what the last close computed, of lines that it paid at all.
    private func wasPostedAsOwed(_ keys: Set<Payout.Key>) -> Bool {
        let known = keys.filter { input.payableAtClose[$0] != nil }
        return !known.isEmpty
            && known.allSatisfy { key in
                let moved = (input.entriesOfKey[key] ?? []).filter(\.kind.isPaid).reduce(0) { $0 + $1.amount }
                return moved == input.payableAtClose[key]
            }
    }

    /// Bonuses for time after the customer left: transfers that no line is owed for.
    private mutating func afterChurn() {
        guard let left = input.leftOn(group.contract) else { return }
        for index in newestFirst {
            let transfer = group.transfers[index]
            let isUnspecific = transfer.occasion == nil && transfer.entry == nil
            guard remaining >= transfer.amount.minorUnits, transfer.amount.minorUnits > 0,
                group.targets[index].isEmpty || (isUnspecific && group.component == .recurringBonus)
            else { continue }
            // A line that waits says more than the day it was paid on.
            if lines.contains(where: {
                [.held, .lapsed].contains($0.state) && $0.amount == transfer.amount.minorUnits
            }) {
                continue
            }
            guard lastDay(paidBy: transfer) >= left else { continue }
            let time = transfer.occasion.map { "for '\($0)'" } ?? "on \(transfer.paidOn)"
            take(
                .paidAfterChurn, transfer.amount.minorUnits,
                "\(transfer.amount.spelled) was paid \(time), and the customer left on \(left); take it back.",
                [index])
            told.insert(index)
        }
    }

    /// The last day of the time a transfer is for: of its period, of the month of the contract that it names, or the
    /// day it was made.
    private func lastDay(paidBy transfer: Transfer) -> Day {
        guard let occasion = transfer.occasion else { return transfer.paidOn }
        if let period = CalendarPeriod(text: occasion) { return period.lastDay }
        if occasion.hasPrefix("month "), let months = Int(occasion.dropFirst(6)), (1...1200).contains(months),
            let contract = group.contract.flatMap({ input.contracts[$0] })
        {
            return contract.startsOn.advanced(months: months) - 1
        }
        return transfer.paidOn
    }

    /// Transfers that pay a line which another had paid. The one that settles an entry of the ledger stays, then
    /// the earlier.
    private mutating func repeats() {
        let order = group.transfers.indices.sorted {
            let (left, right) = (group.transfers[$0], group.transfers[$1])
            return (input.settlesNone(left), left.paidOn, left.id, $0)
                > (input.settlesNone(right), right.paidOn, right.id, $1)
        }
        for (place, index) in order.enumerated() where !told.contains(index) {
            let transfer = group.transfers[index]
            let amount = transfer.amount.minorUnits
            guard amount > 0, remaining >= amount else { continue }
            let target = group.targets[index]
            let earlier = order.dropFirst(place + 1).last { other in
                let before = group.transfers[other].amount.minorUnits
                return !told.contains(other) && group.targets[other] == target && before > 0
                    && (before == amount || target.count == 1)
            }
            guard let earlier else { continue }
            let before = group.transfers[earlier]
            take(
                .doubleCredit, amount,
                "'\(transfer.id)' of \(transfer.paidOn) pays again what '\(before.id)' paid on \(before.paidOn); "
                    + "take '\(transfer.id)', \(transfer.amount.spelled), back.",
                [earlier, index])
            told.insert(index)
        }
    }

    private mutating func clawbacks() {
        let taken = lines.filter { $0.rule == .clawback && due.isOverdue($0) && $0.amount < 0 }
        let sum = -taken.reduce(0) { $0 + $1.amount }
        let amount = min(remaining, sum)
        guard amount > 0, let left = taken.first else { return }
        take(
            .paidAfterChurn, amount,
            "\(input.leaving(left)) and \(spelled(amount)) of the clawback of \(spelled(sum)) was not taken; "
                + "take it."
        )
    }

    /// Lines that are held or lapsed, or not payable yet.
    private mutating func tooEarly() {
        let waiting = lines.filter { line in
            guard line.amount != 0 else { return false }
            return line.state == .held || line.state == .lapsed
                || (due.day(of: line) ?? input.asOf) > input.asOf
        }.sorted { ($0.earnedOn, $0.occasion) < ($1.earnedOn, $1.occasion) }
        let sum = waiting.reduce(0) { $0 + $1.amount }
        guard !waiting.isEmpty else { return }
        if sum > 0, remaining >= sum { return take(.gateUnmet, sum, sentence(tooEarly: waiting, sum)) }
        if !lines.contains(where: { due.isDue($0) && $0.amount != 0 }), sum > 0 {
            return take(.gateUnmet, remaining, sentence(tooEarly: waiting, remaining))
        }
        for line in waiting where line.amount > 0 && remaining >= line.amount {
            take(.gateUnmet, line.amount, sentence(tooEarly: [line], line.amount))
        }
    }

    private mutating func aboveCap() {
        guard group.component == .renewalBonus, let contract = group.contract, let main = lines.first,
            let cap = input.plan(of: main)?.renewalBonus?.cap
        else { return }
        let account = AuditInput.Account(
            partner: group.partner, contract: contract, component: .renewalBonus)
        let isCutElsewhere =
            !lines.contains { $0.rule == .cap }
            && (input.linesOfAccount[account] ?? []).contains { input.lines[$0].rule == .cap }
        let amount = min(remaining, owed + remaining - cap)
        guard amount > 0, !isCutElsewhere else { return }
        take(
            .capExceeded, amount, "contract '\(contract)': \(sentence(aboveCap: cap, amount))")
    }

    /// Of several lines paid together, one was left out.
    private mutating func oneLineUnpaid() {
        let candidates = lines.filter { due.isOverdue($0) && $0.amount > 0 }
        guard candidates.count > 1, let line = candidates.last(where: { $0.amount == -remaining }) else {
            return
        }
        take(
            .orphanedPromise, remaining,
            "\(spelled(line.amount)) was payable on \(due.day(of: line) ?? input.asOf) (\(line.explanation)) and was "
                + "left out of what was paid; pay it.")
    }

    /// Whether nothing, or nothing beyond rounding, is left to be told.
    private mutating func settled() -> Bool {
        let count = lines.count { due.isDue($0) && $0.amount != 0 }
        let tolerance = input.options.roundingUnits * Int64(count)
        guard owed != 0, remaining.magnitude <= tolerance.magnitude else { return remaining == 0 }
        drift = remaining
        remaining = 0
        return true
    }

    // MARK: Telling

    private var newestFirst: [Int] {
        group.transfers.indices.sorted {
            let (left, right) = (group.transfers[$0], group.transfers[$1])
            return (left.paidOn, left.id, $0) > (right.paidOn, right.id, $1)
        }
    }

    private func money(_ minorUnits: Int64) -> Money {
        Money(minorUnits: minorUnits, currency: group.currency)
    }

    private mutating func take(
        _ kind: LeakageKind, _ amount: Int64, _ sentence: String, _ transfers: [Int]? = nil,
        entries: [String] = []
    ) {
        guard amount != 0 else { return }
        remaining -= amount
        let shown = (transfers ?? Array(group.transfers.indices)).map { group.transfers[$0] }
        findings.append(
            LeakageFinding(
                kind: kind, side: side, partner: group.partner, contract: group.contract,
                component: group.component, amount: money(amount),
                evidence: .init(
                    payments: side == .ledger ? [] : shown.map(\.id),
                    entries: shown.compactMap(\.entry) + entries,
                    facts: shown.map(\.sequence) + lines.flatMap(\.facts)),
                sentence: sentence))
    }
}

extension PlanComponent {
    /// Whether a line changes with contracts that it does not name.
    fileprivate var isOnVolume: Bool {
        switch self {
        case .commission, .rebate, .diversificationBonus, .guarantee: true
        case .renewalBonus, .recurringBonus, .milestoneBonus, .coMarketing: false
        }
    }
}
