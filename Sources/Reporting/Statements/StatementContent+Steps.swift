import Model

extension StatementContent {
    /// What happens next, and what the partner can do.
    var steps: [String] {
        var steps = [closing]
        if !payable.isEmpty, state == .open {
            let begun = openQuarters.filter { $0.firstDay <= asOf }
            steps.append(
                PlainWords.amounts(payable.spelled, "is", "are") + " paid when \(closed(begun)).")
        }
        for (reason, lines) in Dictionary(grouping: waiting, by: \.reason).sorted(by: { $0.key < $1.key }) {
            let amounts = StatementContent.sums(lines.map(\.line))
            steps.append(PlainWords.amounts(amounts, "waits", "wait") + " for \(reason).")
        }
        let blocked = notPaid.filter { $0.state == .blocked }
        if !blocked.isEmpty {
            let count = PlainWords.counted(blocked.count, "line")
            steps.append("\(count) without an exchange rate: ask your contact at the vendor to add the rate.")
        }
        if !paidElsewhere.isEmpty {
            steps.append(
                PlainWords.amounts(StatementContent.sums(paidElsewhere), "comes", "come")
                    + " from another system and will not be paid again here."
            )
        }
        steps.append("Is something wrong? Name the line's contract and day to your contact at the vendor.")
        return steps
    }

    /// Until when amounts can change: only quarters are closed, and in order.
    private var closing: String {
        let open = openQuarters
        if state == .closed {
            return period.length == .month
                ? "\(period) is part of \(PlainWords.list(closedQuarters.map(\.description))), which is closed; "
                    + "its statement has what was paid."
                : "\(period) is closed; what becomes known later is corrected in the next period that is closed."
        }
        switch (isOver, open == [period]) {
        case (false, true):
            return "\(period) runs until \(period.lastDay); until it is closed, amounts can change."
        case (true, true):
            return
                "\(period) ended on \(period.lastDay) and is not closed yet; until it is, amounts can change."
        case (false, false):
            return "\(period) runs until \(period.lastDay); until \(closed(open)), amounts can change."
        case (true, false):
            return "\(period) ended on \(period.lastDay); until \(closed(open)), amounts can change."
        }
    }

    /// Quarters close in order: none before the last closed one is open.
    private var openQuarters: [CalendarPeriod] {
        let last = closedQuarters.max()
        return period.quarters.filter { quarter in last.map { $0 < quarter } ?? true }
    }

    /// "2026-Q3 and 2026-Q4 are closed".
    private func closed(_ quarters: [CalendarPeriod]) -> String {
        PlainWords.amounts(quarters.map(\.description), "is", "are") + " closed"
    }

    /// One amount for each currency.
    static func sums(_ lines: [Payout]) -> [String] {
        Dictionary(grouping: lines, by: \.currency).sorted { $0.key < $1.key }.map { currency, lines in
            NumberFormat.money(lines.reduce(0) { $0 + $1.amount }, currency)
        }
    }
}
