package import Evaluation
package import Incentives
package import Model
package import Reporting
import Storage

/// Statements, flows of money and the audit: each is one reading of the store, run by the one plan engine.
extension PilotOperations {
    /// The accounts of every partner in every pilot that Fairway assigned.
    func programmeAccounts(_ transaction: Transaction) throws -> [EarningAccount] {
        Incentives.programmeAccounts(
            try transaction.pilots().map {
                ($0, try transaction.assignments(of: $0.id), try transaction.promises(of: $0.id))
            })
    }

    /// Everything owed as of `day` for what the book tells, every partner and pilot.
    func programmePayouts(asOf day: Day, in book: Book, _ transaction: Transaction) throws -> [Payout] {
        payouts(of: try programmeAccounts(transaction), in: EarningBook(book), asOf: day)
    }

    /// A partner's statement for a month, quarter or year.
    ///
    /// - Parameter period: `nil` for the current quarter.
    package func statement(of partner: Partner.ID, period: CalendarPeriod?) async throws -> Statement {
        try await store.read { transaction in
            let today = Day(try now(transaction), in: environment.zone)
            let period = period ?? CalendarPeriod(containing: today, .quarter)
            guard period.firstDay <= today else {
                throw OperationError(
                    .invalid,
                    "\(period) begins on \(period.firstDay), after today (\(today)); name an earlier period")
            }
            let ledger = try ledger(of: partner, period, transaction)
            let book = try book(
                through: ledger.closedThrough ?? transaction.latestSequence(), transaction)
            guard let known = book.partners.first(where: { $0.id == partner }) else {
                throw OperationError(
                    .notFound,
                    "partner '\(partner)' is not in the roster; partner ids are the CRM's own, upper and lower case included"
                )
            }
            let asOf = min(today, period.lastDay)
            let accounts = try programmeAccounts(transaction)
            let lines = payouts(of: accounts, in: EarningBook(book), asOf: asOf, partner: partner)
                .filter { $0.belongs(to: period) }
            return Statement(
                try StatementContent(
                    partner: known, period: period, asOf: asOf,
                    state: ledger.closedThrough == nil ? .open : .closed,
                    closedQuarters: ledger.closedQuarters, today: today,
                    segments: accounts.filter { $0.partner == partner }.flatMap(\.segments)
                        .compactMap { $0.part(in: period) },
                    lines: lines, entries: ledger.entries, earlier: ledger.earlier,
                    isPractice: store.identity.isPractice))
        }
    }

    /// Where the money of each variant of a pilot goes, stage by stage.
    package func revenueFlow(of id: Pilot.ID) async throws -> RevenueFlowTable {
        try await store.read { transaction in
            let pilot = try started(id, transaction)
            let book = try book(through: transaction.latestSequence(), transaction)
            let today = Day(try now(transaction), in: pilot.plan.zone)
            let assignments = try transaction.assignments(of: id)
            let promises = Dictionary(grouping: try transaction.promises(of: id), by: \.partner)
            let earning = EarningBook(book)
            let renewals = Set(book.contracts.lazy.filter(\.isRenewal).map(\.id))
            return RevenueFlowTable(
                pilot.plan.variants.compactMap { variant in
                    guard let plan = variant.incentivePlan else { return nil }
                    let accounts = assignments.filter { $0.variant == variant.id }.flatMap {
                        pilotAccounts(of: $0, in: pilot.plan, promises: promises[$0.partner] ?? [])
                    }
                    return RevenueFlowTable.Group(
                        name: variant.id.rawValue,
                        flow: Incentives.revenueFlow(
                            plan: plan, payouts: payouts(of: accounts, in: earning, asOf: today),
                            renewals: renewals))
                })
        }
    }

    /// What the book says happened, what the engine and the ledger owe, and what was really paid.
    package func leakageAudit(_ options: AuditOptions) async throws -> LeakageAudit {
        try await store.read { transaction in
            let book = try book(through: transaction.latestSequence(), transaction)
            let today = Day(try now(transaction), in: environment.zone)
            let accounts = try programmeAccounts(transaction)
            return Incentives.leakageAudit(
                book: book,
                terms: Dictionary(accounts.map { ($0.partner, $0.segments) }, uniquingKeysWith: +),
                owed: payouts(of: accounts, in: EarningBook(book), asOf: today),
                posted: try transaction.ledgerEntries(),
                owedAtClose: try payoutsOfLastClose(accounts, transaction),
                setAside: try transaction.setAsidePayments(), asOf: today, options: options)
        }
    }

    /// What the last close was computed to, from the facts it knew; nothing while no period is closed.
    private func payoutsOfLastClose(
        _ accounts: [EarningAccount], _ transaction: Transaction
    ) throws -> [Payout] {
        guard let closed = try transaction.closedPeriods().max(by: { $0.period < $1.period }) else {
            return []
        }
        return payouts(
            of: accounts, in: EarningBook(try transaction.book(through: closed.sequence)),
            asOf: closed.period.lastDay)
    }

    /// Signs that a pilot's terms are gamed.
    package func gamingScan(of id: Pilot.ID) async throws -> GamingScan {
        try await store.read { transaction in
            let pilot = try started(id, transaction)
            guard pilot.plan.design.kind == .stratified else {
                throw OperationError(
                    .invalid, "pilot '\(id)' was assigned outside Fairway; there are no contracts to look at")
            }
            let book = try book(through: transaction.latestSequence(), transaction)
            let today = Day(try now(transaction), in: pilot.plan.zone)
            let assignments = try transaction.assignments(of: id)
            let earning = EarningBook(book)
            var payableOn: [Variant.ID: [Contract.ID: Day]] = [:]
            for variant in pilot.plan.treatments {
                guard let plan = variant.incentivePlan else { continue }
                // One rule for every arm: what the arm's plan would pay on anybody's contracts.
                let accounts = assignments.map {
                    EarningAccount(
                        partner: $0.partner,
                        segments: [
                            TermsSegment(plan: plan, from: $0.assignedOn, until: pilot.plan.schedule.ends)
                        ])
                }
                payableOn[variant.id] = firstPayableDays(of: payouts(of: accounts, in: earning, asOf: today))
            }
            return Evaluation.gamingScan(
                book: book, assignments: assignments,
                payableOn: payableOn, asOf: today)
        }
    }

    /// What the ledger holds of a partner for a period.
    private struct PartnerLedger {
        /// The last fact that the close of the period's last quarter knew; `nil` while that is open.
        var closedThrough: Int64?
        var closedQuarters: [CalendarPeriod] = []
        var entries: [LedgerEntry] = []
        var earlier: [LedgerEntry] = []
    }

    private func ledger(
        of partner: Partner.ID, _ period: CalendarPeriod, _ transaction: Transaction
    ) throws -> PartnerLedger {
        let closed = try period.quarters.compactMap { try transaction.closedPeriod($0) }
        guard let last = closed.last else { return PartnerLedger() }
        var ledger = PartnerLedger(closedQuarters: closed.map(\.period))
        // Quarters close in order.
        if last.period.contains(period.lastDay) { ledger.closedThrough = last.sequence }
        guard period.length != .month else { return ledger }
        let entries = try transaction.ledgerEntries().filter { $0.payout.partner == partner }
        ledger.entries = entries.filter { ledger.closedQuarters.contains($0.period) }
        ledger.earlier = entries.filter { $0.period.lastDay < period.firstDay }
        return ledger
    }
}

extension Payout {
    /// Whether a period's statement has the line: it was earned in it, becomes payable in it, still waits, or
    /// lapsed in it.
    fileprivate func belongs(to period: CalendarPeriod) -> Bool {
        if period.contains(earnedOn) { return true }
        guard earnedOn < period.firstDay else { return false }
        return state == .held || (payableOn ?? lapsedOn).map(period.contains) ?? false
    }
}

extension TermsSegment {
    /// The part of it that lies in a period.
    fileprivate func part(in period: CalendarPeriod) -> TermsSegment? {
        let (first, last) = (max(from, period.firstDay), min(until, period.lastDay))
        return first <= last ? TermsSegment(plan: plan, from: first, until: last) : nil
    }
}
