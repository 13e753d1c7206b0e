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

    package var schema = "fairway-statement/1"
    package var partner: Partner.ID
    package var name: String
    package var period: CalendarPeriod
    /// The day up to which everything is counted.
    package var asOf: Day
    package var state: State
    package var isPractice: Bool
    package var plans: [HeldPlan]
    /// In the order given.
    package var lines: [Payout]
    /// Empty while the period is open.
    package var entries: [LedgerEntry]
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
    ///   - entries: what the close of the period posted for this partner; empty while it is open.
    ///   - earlier: entries of earlier closes, to name those that are corrected.
    /// - Throws: ``StatementFault`` when a line or an entry is another partner's, an entry is of another period,
    ///   or a sum does not fit.
    package init(
        partner: Partner, period: CalendarPeriod, asOf: Day, state: State, segments: [TermsSegment],
        lines: [Payout], entries: [LedgerEntry] = [], earlier: [LedgerEntry] = [], isPractice: Bool = false
    ) throws {
        let foreign = (lines + entries.map(\.payout)).contains { $0.partner != partner.id }
        guard !foreign else { throw StatementFault.anotherPartner(partner.id) }
        if let entry = entries.first(where: { $0.period != period }) {
            throw StatementFault.anotherPeriod(entry: entry.id, of: entry.period, period)
        }
        try StatementTotal.checkSums(
            of: lines.map { Money(minorUnits: $0.amount, currency: $0.currency) })
        try StatementTotal.checkSums(
            of: entries.map { Money(minorUnits: $0.amount, currency: $0.payout.currency) })
        self.partner = partner.id
        name = partner.name
        self.period = period
        self.asOf = asOf
        self.state = state
        self.isPractice = isPractice
        plans = segments.map { segment in
            HeldPlan(
                plan: segment.plan.id, version: segment.plan.version, summary: segment.plan.summary,
                paidBy: segment.plan.paidBy, from: segment.from, until: segment.until)
        }
        self.lines = lines
        self.entries = entries
        let payable = lines.filter { $0.state == .payable }
        payableNow = payable.filter { $0.isPayable(by: asOf) }
        payableLater = payable.filter { !$0.isPayable(by: asOf) }
        waiting = lines.filter { $0.state == .held }.map { line in
            Waiting(line: line, reason: line.waitsFor(under: segments.map(\.plan)))
        }
        notPaid = lines.filter { $0.state == .lapsed || $0.state == .blocked }
        paidElsewhere = lines.filter { $0.state == .external }
        let closed = Dictionary(earlier.map { ($0.id, $0.period) }, uniquingKeysWith: { first, _ in first })
        adjustments = entries.filter { $0.corrects != nil || $0.kind == .adjustment }.map { entry in
            Adjustment(entry: entry, correctedPeriod: entry.corrects.flatMap { closed[$0] })
        }
        totals = StatementTotal.totals(of: lines, asOf: asOf)
        nextSteps = []
        nextSteps = steps
    }

    /// Money that the close of the period moved, by currency; empty while it is open.
    package var paidWithClose: [Money] {
        let paid = entries.filter(\.kind.isPaid)
        return Dictionary(grouping: paid, by: \.payout.currency).map { currency, entries in
            Money(minorUnits: entries.reduce(0) { $0 + $1.amount }, currency: currency)
        }.sorted { $0.currency < $1.currency }
    }
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
