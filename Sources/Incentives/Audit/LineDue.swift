import Model

/// When lines must have been paid.
struct LineDue {
    let input: AuditInput
    /// Whether transfers are the ledger's own entries: nothing is posted before its quarter is closed.
    let isLedger: Bool
    /// Whether payments of other systems are known, so that an unpaid line of theirs means something.
    let knowsExternal: Bool

    /// The first day the line may be paid; `nil` while, or when, it may not.
    func day(of line: Payout) -> Day? {
        switch line.state {
        case .payable, .external: line.payableOn ?? line.earnedOn
        case .cost: line.earnedOn
        case .held, .lapsed, .blocked: nil
        }
    }

    /// Whether the line may be paid by now.
    func isDue(_ line: Payout) -> Bool { day(of: line).map { $0 <= input.asOf } ?? false }

    /// Whether the line must have been paid by now.
    func isOverdue(_ line: Payout) -> Bool {
        guard let day = day(of: line), line.state != .cost, line.state != .external || knowsExternal else {
            return false
        }
        let quarterEnd = CalendarPeriod(containing: day, .quarter).lastDay
        let patience = input.options.patienceDays
        let start = input.options.clock == .quarterEnd ? quarterEnd : day
        guard start + patience <= input.asOf else { return false }
        guard isLedger else { return true }
        let isClosed = input.closedThrough.map { day <= $0 } ?? false
        return isClosed || quarterEnd + patience <= input.asOf
    }
}
