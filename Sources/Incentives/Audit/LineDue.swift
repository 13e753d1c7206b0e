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
        guard let payable = day(of: line), line.state != .cost, line.state != .external || knowsExternal
        else { return false }
        let day = settlementDay(of: line, from: payable)
        let quarterEnd = CalendarPeriod(containing: day, .quarter).lastDay
        let patience = input.options.patienceDays
        let start = input.options.clock == .quarterEnd ? quarterEnd : day
        guard start + patience <= input.asOf else { return false }
        guard isLedger else { return true }
        let isClosed = input.closedThrough.map { day <= $0 } ?? false
        return isClosed || quarterEnd + patience <= input.asOf
    }

    /// A line that the last close did not know as it is now, as with facts that came late, is settled by the next one.
    private func settlementDay(of line: Payout, from day: Day) -> Day {
        guard let closed = input.closedThrough, day <= closed, !input.payableAtClose.isEmpty,
            input.payableAtClose[line.key, default: 0] != line.amount
        else { return day }
        return closed + 1
    }

    /// The lines of a group that must have been paid by now, with those that may be paid and were.
    func owed(for group: SettlementGroup, paid: Int64) -> [Payout] {
        let lines = group.lines.map { input.lines[$0] }
        let overdue = lines.filter(isOverdue)
        var sum = overdue.sum(of: \.amount)
        if paid == sum { return overdue }
        let fresh = lines.filter { isDue($0) && !isOverdue($0) }.sorted {
            (day(of: $0) ?? input.asOf, $0.occasion) < (day(of: $1) ?? input.asOf, $1.occasion)
        }
        for (index, line) in fresh.enumerated() {
            sum += line.amount
            if sum == paid { return overdue + fresh[...index] }
        }
        let lastPaid = group.transfers.lazy.filter { $0.amount.minorUnits > 0 }.map(\.paidOn).max()
        return overdue
            + fresh.filter { line in
                let isReached = day(of: line).flatMap { day in lastPaid.map { day <= $0 } } ?? false
                return isReached && line.amount > 0
            }
    }
}
