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

    /// What must have been paid for a group by now, with what of the lines that may be paid was.
    func owed(for group: SettlementGroup, paid: Int64) -> Int64 {
        let lines = group.lines.map { input.lines[$0] }
        let overdue: Int64 = lines.filter(isOverdue).reduce(0) { $0 + $1.amount }
        if paid == overdue { return paid }
        let fresh = lines.filter { isDue($0) && !isOverdue($0) }.sorted {
            (day(of: $0) ?? input.asOf, $0.occasion) < (day(of: $1) ?? input.asOf, $1.occasion)
        }
        var sum = overdue
        for line in fresh {
            sum += line.amount
            if sum == paid { return paid }
        }
        let lastPaid = group.transfers.lazy.filter { $0.amount.minorUnits > 0 }.map(\.paidOn).max()
        return fresh.reduce(overdue) { (sum: Int64, line: Payout) -> Int64 in
            let isReached = day(of: line).flatMap { day in lastPaid.map { day <= $0 } } ?? false
            return isReached && line.amount > 0 ? sum + line.amount : sum
        }
    }
}
