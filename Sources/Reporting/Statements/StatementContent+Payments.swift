import Model

extension StatementContent {
    /// The entries that moved money, in the order of their periods, each with what was paid for its line before.
    static func payments(_ entries: [LedgerEntry], after earlier: [LedgerEntry]) -> [Payment] {
        struct Line: Hashable {
            var key: Payout.Key
            var currency: Currency
        }
        var paid: [Line: Int64] = [:]
        func pay(_ entry: LedgerEntry) -> (before: Int64, now: Int64) {
            let line = Line(key: entry.payout.key, currency: entry.payout.currency)
            let before = paid[line, default: 0]
            paid[line] = before + entry.amount
            return (before, before + entry.amount)
        }
        let owners = Set(entries.map(\.payout.partner))
        for entry in earlier where entry.kind.isPaid && owners.contains(entry.payout.partner) {
            _ = pay(entry)
        }
        let quarters = Dictionary(grouping: entries.filter(\.kind.isPaid), by: \.period)
        return quarters.sorted { $0.key < $1.key }.flatMap { quarter, entries in
            entries.map { entry in
                let (before, now) = pay(entry)
                return Payment(
                    entry: entry, paidBefore: before, paidNow: now, lateFor: entry.lateFor(closing: quarter))
            }
        }
    }

    /// Every payment with its line; the rows of a currency end in the sum that the headline tells.
    var paymentSection: Document.Section? {
        guard !payments.isEmpty else { return nil }
        let sums = Dictionary(grouping: payments, by: \.entry.payout.currency).sorted { $0.key < $1.key }
        return Document.Section(
            anchor: "payments", heading: "What was paid",
            blocks: [
                .table(
                    Document.Table(
                        caption: "Every line that was paid, corrected, settled or taken back with "
                            + PlainWords.list(closedQuarters.map(\.description)),
                        columns: [
                            .text("What"), .text("Earned"), .text("Contract"), .text("For"), .number("Paid"),
                            .text("Why"),
                        ],
                        rows: sums.flatMap { currency, payments in
                            payments.map(cells) + [
                                [
                                    "All in \(currency)", "", "", "",
                                    NumberFormat.money(
                                        payments.reduce(0) { $0 + $1.entry.amount }, currency), "",
                                ]
                            ]
                        }))
            ])
    }

    private func cells(_ payment: Payment) -> [String] {
        let (entry, line) = (payment.entry, payment.entry.payout)
        let late = payment.lateFor.map { ", known late: earned in \($0)" } ?? ""
        return [
            PayWords.entry(entry.kind) + corrected(by: entry), "\(line.earnedOn)\(late)",
            line.contract?.rawValue ?? "whole period", PayWords.line(line.component, line.rule),
            NumberFormat.money(entry.amount, line.currency), change(payment) + line.explanation,
        ]
    }

    /// " of entry 3f2a of 2026-Q2".
    private func corrected(by entry: LedgerEntry) -> String {
        guard let id = entry.corrects else { return "" }
        let period = adjustments.first { $0.entry.id == entry.id }?.correctedPeriod
        return " of entry \(id)" + (period.map { " of \($0)" } ?? "")
    }

    private func change(_ payment: Payment) -> String {
        guard payment.entry.kind == .adjustment else { return "" }
        let currency = payment.entry.payout.currency
        return "was \(NumberFormat.money(payment.paidBefore, currency)), "
            + "is \(NumberFormat.money(payment.paidNow, currency)): "
    }
}

extension LedgerEntry {
    /// The quarter in which a line was earned that came to be known after it was payable; corrections name the
    /// entry they correct.
    fileprivate func lateFor(closing quarter: CalendarPeriod) -> CalendarPeriod? {
        guard kind != .adjustment, let day = payout.payableOn, day < quarter.firstDay else { return nil }
        return CalendarPeriod(containing: payout.earnedOn, .quarter)
    }
}

extension CalendarPeriod {
    /// Whether all its days are days of `period`.
    func isPart(of period: CalendarPeriod) -> Bool {
        period.firstDay <= firstDay && lastDay <= period.lastDay
    }
}
