import Model

extension StatementContent {
    /// What happens next, and what the partner can do.
    var steps: [String] {
        var steps: [String] = []
        switch state {
        case .open where asOf <= period.lastDay:
            steps.append("\(period) runs until \(period.lastDay); until it is closed, amounts can change.")
        case .open:
            steps.append("\(period) is over and not closed yet; until it is, amounts can change.")
        case .closed:
            steps.append(
                "\(period) is closed; what becomes known later is corrected in the next period that is closed."
            )
        }
        let sums = StatementContent.sums(payableNow)
        if !sums.isEmpty, state == .open {
            steps.append("\(PlainWords.list(sums)) is paid when \(period) is closed.")
        }
        for (reason, lines) in Dictionary(grouping: waiting, by: \.reason).sorted(by: { $0.key < $1.key }) {
            let amounts = PlainWords.list(StatementContent.sums(lines.map(\.line)))
            steps.append("\(amounts) waits for \(reason).")
        }
        let blocked = notPaid.filter { $0.state == .blocked }
        if !blocked.isEmpty {
            let count = PlainWords.counted(blocked.count, "line")
            steps.append("\(count) without an exchange rate: ask your contact at the vendor to add the rate.")
        }
        if !paidElsewhere.isEmpty {
            steps.append(
                "\(PlainWords.list(StatementContent.sums(paidElsewhere))) comes from another system; it is not paid again here."
            )
        }
        steps.append("Is something wrong? Name the line's contract and day to your contact at the vendor.")
        return steps
    }

    /// One amount for each currency.
    static func sums(_ lines: [Payout]) -> [String] {
        Dictionary(grouping: lines, by: \.currency).sorted { $0.key < $1.key }.map { currency, lines in
            NumberFormat.money(lines.reduce(0) { $0 + $1.amount }, currency)
        }
    }
}
