import Model

/// All findings of one side: transfers held against lines, and lines that no transfer pays.
struct SideAudit {
    private(set) var findings: [LeakageFinding]
    private(set) var pending: [LeakageAudit.Pending] = []
    private(set) var outside: [LeakageAudit.Outside] = []
    /// Lines of other systems that must have been paid by now, while nothing is known of what such systems pay.
    var unseenExternal: Int {
        guard !due.knowsExternal else { return 0 }
        let seen = LineDue(input: input, isLedger: due.isLedger, knowsExternal: true)
        return input.lines.count { $0.state == .external && $0.amount != 0 && seen.isOverdue($0) }
    }

    /// Which lines that nobody was paid for say something.
    enum Unpaid {
        case all
        /// Those of partners who left the roster, because nothing is known of what was paid.
        case ofLeavers
        case none
    }

    private let input: AuditInput
    private let due: LineDue
    private let settlement: Settlement

    init(_ input: AuditInput, transfers: [Transfer], side: LeakageFinding.Side, unpaid telling: Unpaid) {
        self.input = input
        let settlement = Settlement(input, transfers: transfers, side: side)
        let knowsExternal =
            side == .payment
            && settlement.groups.contains { $0.lines.contains { input.lines[$0].state == .external } }
        let due = LineDue(input: input, isLedger: side == .ledger, knowsExternal: knowsExternal)
        self.due = due
        self.settlement = settlement
        findings = settlement.astray
        var drifts: [Drift.Place: Drift] = [:]
        var strangers: [SettlementGroup] = []
        for group in settlement.groups {
            let audit = GroupAudit(group, input: input, due: due, side: side)
            findings += audit.findings
            if audit.isOutside { strangers.append(group) }
            if let difference = audit.pending { pending.append(difference) }
            if audit.drift != 0 {
                let place = Drift.Place(partner: group.partner, currency: group.currency)
                drifts[place, default: Drift()].add(audit)
            }
        }
        outside = Self.sums(strangers)
        findings += drifts.compactMap { $1.finding($0, side: side) }
        for (place, lines) in settlement.untouched where telling != .none {
            findings += unpaid(lines, at: place, telling)
        }
    }

    private static func sums(_ groups: [SettlementGroup]) -> [LeakageAudit.Outside] {
        struct Place: Hashable {
            var component: PlanComponent
            var currency: Currency
        }
        return Dictionary(grouping: groups) { Place(component: $0.component, currency: $0.currency) }
            .map { place, groups in
                let transfers = groups.flatMap(\.transfers).sorted { ($0.paidOn, $0.id) < ($1.paidOn, $1.id) }
                return LeakageAudit.Outside(
                    component: place.component, currency: place.currency, payments: transfers.count,
                    amount: transfers.reduce(0) { $0 + $1.amount.minorUnits },
                    paid: transfers.map {
                        .init(
                            payment: $0.id, partner: $0.partner, contract: $0.contract,
                            amount: $0.amount.minorUnits)
                    })
            }.sorted { ($0.component, $0.currency) < ($1.component, $1.currency) }
    }

    // MARK: Lines that nobody was paid for

    private func unpaid(
        _ lines: [Int], at place: Settlement.Place, _ telling: Unpaid
    ) -> [LeakageFinding] {
        guard input.roster.contains(place.partner) else { return leftBehind(lines, at: place) }
        guard telling == .all else { return [] }
        let overdue = lines.filter { due.isOverdue(input.lines[$0]) && input.lines[$0].amount != 0 }
        guard !overdue.isEmpty else { return [] }
        // Where nothing was paid at all, reductions only make the promise smaller.
        if !settlement.paidPlaces.contains(place), overdue.contains(where: { input.lines[$0].amount > 0 }) {
            return promise(overdue, at: place)
        }
        return overdue.flatMap { line -> [LeakageFinding] in
            input.lines[line].amount > 0 ? promise([line], at: place) : reduction(line, at: place)
        }
    }

    private func promise(_ overdue: [Int], at place: Settlement.Place) -> [LeakageFinding] {
        let owed = Dictionary(grouping: overdue) { input.lines[$0].currency }
        return owed.compactMap { currency, lines in
            guard settlement.paidInOtherCurrency.isDisjoint(with: lines) else { return nil }
            let sum = lines.reduce(0) { $0 + input.lines[$1].amount - (settlement.diverted[$1] ?? 0) }
            guard sum > 0 else { return nil }
            let diverted = lines.reduce(0) { $0 + (settlement.diverted[$1] ?? 0) }
            let without =
                diverted == 0 ? "" : ", less \(spelled(diverted, currency)) that went to another partner"
            let words = computations(of: lines.map { input.lines[$0] })
            let since = lines.compactMap { due.day(of: input.lines[$0]) }.min() ?? input.asOf
            return finding(
                .orphanedPromise, lines, at: place, amount: -sum, currency,
                "\(spelled(sum, currency)) has been payable since \(since), for "
                    + "\(counted(input.asOf - since, "day")) (\(words)\(without)), and nobody paid it; pay it or say "
                    + "why not.")
        }
    }

    /// A negative line that nobody took.
    private func reduction(_ index: Int, at place: Settlement.Place) -> [LeakageFinding] {
        let line = input.lines[index]
        let money = spelled(-line.amount, line.currency)
        let (kind, sentence): (LeakageKind, String) =
            switch line.rule {
            case .clawback:
                (
                    .paidAfterChurn,
                    "\(input.leaving(line)) and the clawback of \(money) was not taken; take it."
                )
            case .cap:
                (.capExceeded, "pay is \(money) above the plan's cap (\(line.explanation)); take it back.")
            default:
                (.rateMismatch, "\(money) less is owed (\(line.explanation)) and was not taken; take it.")
            }
        return [finding(kind, [index], at: place, amount: -line.amount, line.currency, sentence)]
    }

    /// Promises to a partner that the roster no longer has: nobody will pay them by itself.
    private func leftBehind(_ lines: [Int], at place: Settlement.Place) -> [LeakageFinding] {
        let open = lines.filter { [.payable, .held].contains(input.lines[$0].state) }
        return Dictionary(grouping: open) { input.lines[$0].currency }.compactMap { currency, lines in
            guard settlement.paidInOtherCurrency.isDisjoint(with: lines) else { return nil }
            let sum = lines.reduce(0) { $0 + input.lines[$1].amount - (settlement.diverted[$1] ?? 0) }
            guard sum > 0 else { return nil }
            let own = lines.map { input.lines[$0] }
            let words = ([computations(of: own)] + Set(own.compactMap { input.progress(of: $0) }).sorted())
                .joined(separator: "; ")
            return finding(
                .orphanedPromise, lines, at: place, amount: -sum, currency,
                "\(spelled(sum, currency)) is promised to '\(place.partner)', which the roster no longer has "
                    + "(\(words)); find its successor, or settle the promise.")
        }
    }

    private func finding(
        _ kind: LeakageKind, _ lines: [Int], at place: Settlement.Place, amount: Int64, _ currency: Currency,
        _ sentence: String
    ) -> LeakageFinding {
        let own = lines.map { input.lines[$0] }
        return LeakageFinding(
            kind: kind, side: .promise, partner: place.partner, contract: place.contract,
            component: place.component, amount: Money(minorUnits: amount, currency: currency),
            evidence: .init(
                entries: own.flatMap { input.entriesOfKey[$0.key]?.map(\.id) ?? [] },
                facts: own.flatMap(\.facts)),
            sentence: sentence)
    }
}

/// Differences within rounding, which are told as one sum a partner.
private struct Drift {
    struct Place: Hashable {
        var partner: Partner.ID
        var currency: Currency
    }

    private var sum: Int64 = 0
    private var lines = 0
    private var transfers: [Transfer] = []
    private var facts: [Int64] = []

    mutating func add(_ audit: GroupAudit) {
        sum += audit.drift
        lines += audit.lines.count { $0.amount != 0 }
        transfers += audit.group.transfers
        facts += audit.lines.flatMap(\.facts)
    }

    func finding(_ place: Place, side: LeakageFinding.Side) -> LeakageFinding? {
        guard sum != 0 else { return nil }
        let money = Money(minorUnits: sum, currency: place.currency)
        return LeakageFinding(
            kind: .roundingDrift, side: side, partner: place.partner, contract: nil, component: nil,
            amount: money,
            evidence: .init(
                payments: side == .ledger ? [] : transfers.map(\.id), entries: transfers.compactMap(\.entry),
                facts: facts),
            sentence:
                "\(counted(lines, "line")) \(lines == 1 ? "was" : "were") paid within rounding of what is owed, "
                + "\(money.spelled) in all; "
                + "make both systems round alike.")
    }
}
