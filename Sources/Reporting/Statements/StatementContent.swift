package import Model

/// What one partner is paid for one period and why: everything that a statement says, in every format.
///
/// Partner-safe by construction: it takes lines of its own partner only, and nothing that names a pilot or its
/// groups.
package struct StatementContent: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        /// The period runs, or is not closed yet: amounts may still change.
        case open
        /// Its lines are in the ledger.
        case closed
    }

    /// A plan that the partner held, and the days on which it did.
    package struct HeldPlan: Sendable, Hashable, Codable {
        package var plan: IncentivePlan.ID
        package var version: Int
        package var summary: String
        package var paidBy: IncentivePlan.Payer
        package var from: Day
        package var until: Day
    }

    /// A waiting line and what it waits for.
    package struct Waiting: Sendable, Hashable, Codable {
        package var line: Payout
        package var reason: String
    }

    /// An entry that changes an earlier one.
    package struct Adjustment: Sendable, Hashable, Codable {
        package var entry: LedgerEntry
        /// The period of the closed entry that it changes; `nil` when that entry is not among the earlier ones.
        package var correctedPeriod: CalendarPeriod?
    }

    /// An entry that moved money, with what its line had been paid before.
    package struct Payment: Sendable, Hashable, Codable {
        package var entry: LedgerEntry
        /// Minor units; paid for the line by earlier entries, and by this one and them.
        package var paidBefore: Int64
        package var paidNow: Int64
        /// The quarter it was earned in, where it was payable before the quarter it was paid with.
        package var lateFor: CalendarPeriod?
    }

    package var schema = "fairway-statement/1"
    package var partner: Partner.ID
    package var name: String
    package var period: CalendarPeriod
    /// The day up to which everything is counted.
    package var asOf: Day
    package var state: State
    /// Whether its last day has passed.
    package var isOver: Bool
    /// Of the quarters that it has days of, those that are closed.
    package var closedQuarters: [CalendarPeriod]
    package var isPractice: Bool
    package var plans: [HeldPlan]
    /// In the order given.
    package var lines: [Payout]
    /// What its closed quarters posted; empty for a month, which is no part of the ledger.
    package var entries: [LedgerEntry]
    /// The entries that moved money; they sum to ``paid``.
    package var payments: [Payment]
    /// By currency.
    package var paid: [Money]
    /// Payable and not paid yet, by currency; empty once the period is closed.
    package var payable: [Money]
    package var payableNow: [Payout]
    /// Payable on a later day that is known.
    package var payableLater: [Payout]
    package var waiting: [Waiting]
    package var notPaid: [Payout]
    package var paidElsewhere: [Payout]
    package var adjustments: [Adjustment]
    /// By component and currency.
    package var totals: [StatementTotal]
    package var nextSteps: [String]
}

extension StatementContent {
    /// - Parameters:
    ///   - segments: the plans the partner held in the period, with the days.
    ///   - lines: of the period, all of this partner.
    ///   - closedQuarters: of the period's quarters; `nil` for all of a closed period and none of an open one.
    ///   - today: to tell a period that runs from one that is over; `asOf` by default.
    ///   - entries: what the closes within the period posted for this partner.
    ///   - earlier: entries of earlier closes, to name those that are corrected.
    /// - Throws: ``StatementFault`` when a line or an entry is another partner's, an entry is of another period,
    ///   or a sum does not fit.
    package init(
        partner: Partner, period: CalendarPeriod, asOf: Day, state: State,
        closedQuarters: [CalendarPeriod]? = nil, today: Day? = nil, segments: [TermsSegment],
        lines: [Payout], entries: [LedgerEntry] = [], earlier: [LedgerEntry] = [], isPractice: Bool = false
    ) throws {
        let foreign = (lines + entries.map(\.payout)).contains { $0.partner != partner.id }
        guard !foreign else { throw StatementFault.anotherPartner(partner.id) }
        if let entry = entries.first(where: { !$0.period.isPart(of: period) }) {
            throw StatementFault.anotherPeriod(entry: entry.id, of: entry.period, period)
        }
        let posted = earlier.filter { $0.payout.partner == partner.id } + entries
        try StatementTotal.checkSums(
            of: lines.map { Money(minorUnits: $0.amount, currency: $0.currency) }
                + posted.map { Money(minorUnits: $0.amount, currency: $0.payout.currency) })
        self.partner = partner.id
        name = partner.name
        self.period = period
        self.asOf = asOf
        self.state = state
        isOver = period.lastDay < today ?? asOf
        self.closedQuarters = closedQuarters ?? (state == .closed ? period.quarters : [])
        self.isPractice = isPractice
        plans = segments.map { segment in
            HeldPlan(
                plan: segment.plan.id, version: segment.plan.version, summary: segment.plan.summary,
                paidBy: segment.plan.paidBy, from: segment.from, until: segment.until)
        }
        self.lines = lines
        self.entries = entries
        payments = StatementContent.payments(entries, after: earlier)
        let released = lines.filter { $0.state == .payable }
        payableNow = released.filter { $0.isPayable(by: asOf) }
        payableLater = released.filter { !$0.isPayable(by: asOf) }
        waiting = lines.filter { $0.state == .held }.map { line in
            Waiting(line: line, reason: line.waitsFor(under: segments.map(\.plan)))
        }
        notPaid = lines.filter { $0.state == .lapsed || $0.state == .blocked }
        paidElsewhere = lines.filter { $0.state == .external }
        let closed = Dictionary(
            (earlier + entries).map { ($0.id, $0.period) }, uniquingKeysWith: { first, _ in first })
        adjustments = entries.filter { $0.corrects != nil || $0.kind == .adjustment }.map { entry in
            Adjustment(entry: entry, correctedPeriod: entry.corrects.flatMap { closed[$0] })
        }
        totals = StatementTotal.totals(
            of: lines, in: period, asOf: asOf, entries: entries,
            isSettled: state == .closed && period.length != .month)
        paid = StatementTotal.sums(of: totals, \.paid)
        payable = StatementTotal.sums(of: totals, \.payableNow)
        nextSteps = []
        nextSteps = steps
    }

    /// Whether the ledger has paid all that was payable: then nothing is payable now.
    var isSettled: Bool { state == .closed && period.length != .month }
}

/// Why a statement cannot be made; it names no other partner.
package enum StatementFault: Error, Hashable, CustomStringConvertible {
    case anotherPartner(Partner.ID)
    case anotherPeriod(entry: String, of: CalendarPeriod, CalendarPeriod)
    case tooLarge(Currency)

    package var description: String {
        switch self {
        case .anotherPartner(let partner):
            "statement of partner '\(partner)': a line belongs to another partner; pass this partner's lines only"
        case .anotherPeriod(let entry, let other, let period):
            "statement of \(period): entry '\(entry)' was posted in \(other); pass the entries of \(period) only"
        case .tooLarge(let currency):
            "the amounts in \(currency) do not fit into 64 bits of minor units; look for a wrong amount"
        }
    }
}
