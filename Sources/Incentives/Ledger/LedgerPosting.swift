package import Model

/// Why a period's lines cannot be posted.
package struct PostingError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
}

/// What closing `period` appends to the ledger: for each line's key the difference between what is owed by the
/// period's last day and what was posted before (docs/PLANS.md, "The ledger").
///
/// Of each key the accruals come to what is earned and has not lapsed, and the entries that move money to what
/// is payable; so posting the same lines again adds nothing. Lines that another system pays, that are costs, or
/// that have no exchange rate are owed nothing here, and lines earned after the period are left to later ones.
/// Entries come by partner, contract, component, rule and occasion, whatever the order of the lines.
///
/// - Parameters:
///   - payouts: every line as of the period's last day.
///   - posted: the whole ledger, in the order it was posted.
/// - Throws: ``PostingError`` when one contract's line comes twice: it would be paid twice.
package func ledgerEntries(
    for payouts: [Payout], posted: [LedgerEntry], closing period: CalendarPeriod
) throws -> [LedgerEntry] {
    let accounts = try LedgerAccount.all(payouts, posted: posted, through: period.lastDay)
    let firstPayments = FirstPayments(posted)
    return try accounts.sorted { $0.key < $1.key }.flatMap { _, account in
        try account.entries(closing: period, firstPayments: firstPayments)
    }
}

/// A line's key and the currency it is owed in: what is posted for one never settles another.
struct LedgerKey: Hashable, Comparable {
    var line: Payout.Key
    var currency: Currency

    static func < (left: Self, right: Self) -> Bool {
        let (l, r) = (left.line, right.line)
        if l.partner != r.partner { return l.partner < r.partner }
        if l.contract != r.contract {
            // Lines on a whole period stand first.
            guard let one = l.contract, let other = r.contract else { return l.contract == nil }
            return one < other
        }
        if l.component != r.component { return l.component < r.component }
        if l.rule != r.rule { return l.rule.rawValue < r.rule.rawValue }
        if !l.occasion.isByteEqual(to: r.occasion) {
            return l.occasion.utf8.lexicographicallyPrecedes(r.occasion.utf8)
        }
        return l.plan != r.plan ? l.plan < r.plan : left.currency < right.currency
    }
}

/// One key's lines now and its entries so far.
private struct LedgerAccount {
    private var lines: [Payout] = []
    private var posted: [LedgerEntry] = []

    static func all(
        _ payouts: [Payout], posted: [LedgerEntry], through last: Day
    ) throws -> [LedgerKey: LedgerAccount] {
        var accounts: [LedgerKey: LedgerAccount] = [:]
        for entry in posted {
            accounts[LedgerKey(entry.payout), default: LedgerAccount()].posted.append(entry)
        }
        for line in payouts where line.earnedOn <= last {
            let key = LedgerKey(line)
            // Of lines that owe nothing only those matter that owed something before.
            guard line.earned != 0 || accounts[key] != nil else { continue }
            if line.contract != nil, line.earned != 0, accounts[key]?.lines.contains(line) == true {
                throw PostingError(doubled: line)
            }
            accounts[key, default: LedgerAccount()].lines.append(line)
        }
        return accounts
    }

    func entries(closing period: CalendarPeriod, firstPayments: FirstPayments) throws -> [LedgerEntry] {
        let line = try currentLine()
        let payments = posted.filter(\.kind.isPaid)
        let earned = lines.sum(of: \.earned) - posted.filter { !$0.kind.isPaid }.sum(of: \.amount)
        let payable = lines.sum { $0.payable(by: period.lastDay) } - payments.sum(of: \.amount)
        var entries: [LedgerEntry] = []
        if earned != 0 {
            entries.append(try LedgerEntry(.accrual, line, earned, closing: period, corrects: nil))
        }
        if payable != 0 {
            let (kind, corrects): (LedgerEntry.Kind, String?) =
                if let latest = payments.last {
                    (.adjustment, latest.id)
                } else {
                    (line.kindOfFirstPayment, firstPayments.entry(changedBy: line))
                }
            entries.append(try LedgerEntry(kind, line, payable, closing: period, corrects: corrects))
        }
        return entries
    }

    /// The line that the entries show: several of one key, such as those of a quarter in which a partner changed
    /// from one pilot to the next, as one; one that is gone as it was posted last, with nothing owed.
    private func currentLine() throws -> Payout {
        let sorted = lines.sorted {
            ($0.earnedOn, $0.amount, $0.version, $0.explanation) < (
                $1.earnedOn, $1.amount, $1.version, $1.explanation
            )
        }
        guard var line = sorted.last else {
            guard var gone = posted.last?.payout else {
                throw PostingError(description: "an account has no line")
            }
            gone.state = .lapsed
            gone.payableOn = nil
            gone.lapsedOn = nil
            gone.amount = 0
            gone.explanation = "no longer owed: " + gone.explanation
            return gone
        }
        guard sorted.count > 1 else { return line }
        line.base = sorted.sum(of: \.base)
        line.amount = sorted.sum(of: \.amount)
        line.facts = Set(sorted.flatMap(\.facts)).sorted()
        line.explanation = sorted.map(\.explanation).joined(separator: "; ")
        return line
    }
}

/// What was first paid for each contract and component: what a clawback takes back.
private struct FirstPayments {
    private struct Place: Hashable {
        var partner: Partner.ID
        var contract: Contract.ID?
        var plan: IncentivePlan.ID
        var component: PlanComponent

        init(_ line: Payout) {
            partner = line.partner
            contract = line.contract
            plan = line.plan
            component = line.component
        }
    }

    private var entries: [Place: String] = [:]

    init(_ posted: [LedgerEntry]) {
        for entry in posted where entry.kind == .payout && entries[Place(entry.payout)] == nil {
            entries[Place(entry.payout)] = entry.id
        }
    }

    /// `nil` for lines that change none that was posted.
    func entry(changedBy line: Payout) -> String? {
        line.kindOfFirstPayment == .clawback ? entries[Place(line)] : nil
    }
}

extension Payout {
    /// What it adds to what is owed here in the end.
    fileprivate var earned: Int64 {
        switch state {
        case .payable, .held: amount
        case .lapsed, .blocked, .external, .cost: 0
        }
    }

    fileprivate func payable(by day: Day) -> Int64 {
        guard state == .payable, let payableOn, payableOn <= day else { return 0 }
        return amount
    }

    fileprivate var kindOfFirstPayment: LedgerEntry.Kind {
        if rule == .clawback { return .clawback }
        // A rebate's line on the whole period settles what its contracts accrued.
        return rule == .rebate && contract == nil ? .trueUp : .payout
    }
}

extension LedgerKey {
    init(_ line: Payout) { self.init(line: line.key, currency: line.currency) }
}

extension LedgerEntry {
    /// What the id is a hash of.
    private struct Identity: Encodable {
        var key: Payout.Key
        var currency: Currency
        var kind: Kind
        var period: CalendarPeriod
    }

    fileprivate init(
        _ kind: Kind, _ line: Payout, _ amount: Int64, closing period: CalendarPeriod, corrects: String?
    ) throws {
        let hash = try ContentHash(
            ofCanonicalJSON: Identity(key: line.key, currency: line.currency, kind: kind, period: period))
        self.init(
            id: String(hash.hex.prefix(32)), kind: kind, period: period, payout: line, amount: amount,
            corrects: corrects)
    }
}

extension PostingError {
    fileprivate init(doubled line: Payout) {
        description =
            "posting the lines of partner '\(line.partner)': contract '\(line.contract?.rawValue ?? "")' has the line "
            + "'\(line.component.rawValue), \(line.rule.rawValue), \(line.occasion)' of plan '\(line.plan)' twice, and "
            + "one contract is paid once; nothing was posted: see whether two pilots pay the same component"
    }
}

extension Sequence {
    /// Amounts are bounded where facts and plans are read, so that no ledger's sum leaves 64 bits.
    func sum(of amount: (Element) -> Int64) -> Int64 { reduce(0) { $0 + amount($1) } }
}
