import Model

/// Money that moved: a payment, or an entry of the ledger that says it did.
struct Transfer {
    var id: String
    var partner: Partner.ID
    var contract: Contract.ID?
    var component: PlanComponent
    var rule: PlanRule?
    var occasion: String?
    var entry: String?
    var rate: Rate?
    var paidOn: Day
    var amount: Money
    /// Of the payment's fact; 0 for a ledger entry.
    var sequence: Int64
}

/// The three sides of an audit with what finds things in them.
struct AuditInput {
    struct Account: Hashable {
        var partner: Partner.ID
        /// `nil` for all contracts, and none.
        var contract: Contract.ID?
        var component: PlanComponent
    }

    struct PlanVersion: Hashable {
        var plan: IncentivePlan.ID
        var version: Int
    }

    let book: Book
    let terms: [Partner.ID: [TermsSegment]]
    /// Without lines of contracts that are gone: what was paid on those is told as a whole.
    let lines: [Payout]
    let asOf: Day
    let options: AuditOptions
    let contracts: [Contract.ID: Book.ContractEntry]
    let plans: [PlanVersion: IncentivePlan]
    let roster: Set<Partner.ID>
    /// The first entry of each id.
    let entries: [String: LedgerEntry]
    let entriesOfKey: [Payout.Key: [LedgerEntry]]
    let entriesOfAccount: [Account: [LedgerEntry]]
    /// The last day of the latest quarter that has entries.
    let closedThrough: Day?
    let linesOfAccount: [Account: [Int]]
    /// Several where a partner changed pilots within a period.
    let linesOfKey: [Payout.Key: [Int]]
    /// Partners with lines on each contract.
    let owners: [Contract.ID: Set<Partner.ID>]
    /// The newest fact that a partner's lines rest on, and the newest that any posted line rested on.
    let newestFact: [Partner.ID: Int64]
    let newestPostedFact: Int64
    /// What was payable when the last period was closed, by line.
    let payableAtClose: [Payout.Key: Int64]

    init(
        book: Book, terms: [Partner.ID: [TermsSegment]], owed: [Payout], posted: [LedgerEntry],
        owedAtClose: [Payout], asOf: Day, options: AuditOptions
    ) {
        self.book = book
        self.terms = terms
        self.asOf = asOf
        self.options = options
        let contracts = Dictionary(
            book.contracts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.contracts = contracts
        let lines = owed.filter { line in
            line.contract.map { contracts[$0].map { !$0.isGone(on: asOf) } ?? false } ?? true
        }
        self.lines = lines
        plans = Dictionary(
            terms.values.joined().map { (PlanVersion(plan: $0.plan.id, version: $0.plan.version), $0.plan) },
            uniquingKeysWith: { first, _ in first })
        roster = Set(book.partners.map(\.id)).subtracting(book.deletedPartners)
        entries = Dictionary(posted.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        entriesOfKey = Dictionary(grouping: posted, by: \.payout.key)
        closedThrough = posted.map(\.period.lastDay).max()
        entriesOfAccount = Dictionary(grouping: posted) { Account($0.payout) }
        linesOfAccount = lines.indices.reduce(into: [:]) { accounts, line in
            var account = Account(lines[line])
            if account.contract != nil { accounts[account, default: []].append(line) }
            account.contract = nil
            accounts[account, default: []].append(line)
        }
        linesOfKey = Dictionary(grouping: lines.indices) { lines[$0].key }
        owners = lines.reduce(into: [:]) { owners, line in
            if let contract = line.contract { owners[contract, default: []].insert(line.partner) }
        }
        newestFact = lines.reduce(into: [:]) { newest, line in
            newest[line.partner] = max(newest[line.partner] ?? 0, line.facts.last ?? 0)
        }
        newestPostedFact = posted.reduce(0) { max($0, $1.payout.facts.last ?? 0) }
        payableAtClose = owedAtClose.filter { $0.state == .payable }.reduce(into: [:]) { amounts, line in
            amounts[line.key, default: 0] += line.amount
        }
    }

    func plan(of line: Payout) -> IncentivePlan? {
        plans[PlanVersion(plan: line.plan, version: line.version)]
    }

    /// Whether the book does not have the contract, or no longer.
    func isGone(_ contract: Contract.ID) -> Bool {
        contracts[contract].map { $0.isGone(on: asOf) } ?? true
    }

    /// The day the customer of a contract left; `nil` while it stays.
    func leftOn(_ contract: Contract.ID?) -> Day? {
        contract.flatMap { contracts[$0]?.cancelledOn }.flatMap { $0 <= asOf ? $0 : nil }
    }

    /// Who holds a contract: those its lines are owed to, else the book's partner; empty when not known.
    func partners(of contract: Contract.ID) -> Set<Partner.ID> {
        if let owners = owners[contract] { return owners }
        guard let index = contracts[contract]?.partner else { return [] }
        return [book.partners[index].id]
    }

    /// Whether a transfer names no entry of the ledger; comparable, as numbers.
    func settlesNone(_ transfer: Transfer) -> Int {
        transfer.entry.map { entries[$0] != nil } ?? false ? 0 : 1
    }

    /// The lines a transfer pays, were it made to `partner`.
    func matches(_ transfer: Transfer, for partner: Partner.ID) -> [Int] {
        let entry = transfer.entry.flatMap { entries[$0] }
        if var key = entry?.payout.key {
            key.partner = partner
            if let own = linesOfKey[key] { return own }
        }
        let rule = transfer.rule ?? entry?.payout.rule
        let occasion = transfer.occasion ?? entry?.payout.occasion
        let account = Account(partner: partner, contract: transfer.contract, component: transfer.component)
        let own = (linesOfAccount[account] ?? []).filter { line in rule.map { $0 == lines[line].rule } ?? true
        }
        if transfer.contract != nil {
            return own.filter { line in occasion.map { $0 == lines[line].occasion } ?? true }
        }
        let period = occasion.flatMap { CalendarPeriod(text: $0) }
        let inPeriod = own.filter { line in
            occasion.map { $0 == lines[line].occasion } ?? true
                || period.map { $0.contains(lines[line].earnedOn) } ?? false
        }
        let whole = inPeriod.filter { lines[$0].contract == nil }
        return rule != nil && !whole.isEmpty ? whole : inPeriod
    }
}

extension AuditInput.Account {
    init(_ line: Payout) {
        self.init(partner: line.partner, contract: line.contract, component: line.component)
    }
}

extension Book.ContractEntry {
    fileprivate func isGone(on day: Day) -> Bool { deletedOn.map { $0 <= day } ?? false }
}
