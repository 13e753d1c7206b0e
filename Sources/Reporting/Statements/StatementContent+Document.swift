import Model

extension StatementContent {
    var document: Document {
        Document(
            title: "Statement of \(name), \(period)",
            subtitle:
                "Partner '\(partner)' · \(state == .open ? "open, can still change" : "closed") · counted to \(asOf)",
            banner: isPractice ? "PRACTICE: simulated data. Nothing here is paid." : nil,
            sections: [
                summary, byComponent, waitingSection, notPaidSection, elsewhereSection, adjustmentSection,
                lineSection, planSection, stepSection,
            ].compactMap(\.self))
    }

    private var summary: Document.Section {
        let now = StatementContent.sums(payableNow)
        let later = StatementContent.sums(payableLater + waiting.map(\.line))
        var sentences: [String] = []
        switch state {
        case .open:
            sentences.append(
                now.isEmpty ? "Nothing is payable yet" : "\(PlainWords.list(now)) is payable now")
        case .closed:
            let paid = paidWithClose.map { NumberFormat.money($0.minorUnits, $0.currency) }
            sentences.append(
                paid.isEmpty
                    ? "Nothing was paid with this period"
                    : "\(PlainWords.list(paid)) was paid with this period")
        }
        if !later.isEmpty { sentences.append("\(PlainWords.list(later)) is still to come") }
        if !paidElsewhere.isEmpty {
            sentences.append(
                "\(PlainWords.list(StatementContent.sums(paidElsewhere))) is paid by another system")
        }
        return Document.Section(
            anchor: "summary", heading: "What you are paid",
            blocks: [.lead(PlainWords.sentence(sentences.joined(separator: "; ")))])
    }

    private var byComponent: Document.Section {
        guard !totals.isEmpty else {
            return Document.Section(
                anchor: "totals", heading: "Where it comes from",
                blocks: [.paragraph("There is no line in this period.")])
        }
        let paid = totals.filter { $0.total != 0 }
        let picture = Document.Figure(
            chart: PayBars(totals: paid).svg, caption: "Pay of the period by what it is for",
            table: totalTable)
        return Document.Section(
            anchor: "totals", heading: "Where it comes from",
            blocks: [paid.isEmpty ? .table(totalTable) : .figure(picture)])
    }

    /// The rows of each currency, then its sum.
    var totalTable: Document.Table {
        var rows: [[String]] = []
        for (currency, group) in Dictionary(grouping: totals, by: \.currency).sorted(by: { $0.key < $1.key })
        {
            func cells(_ name: String, _ columns: [Int64]) -> [String] {
                [name] + columns.map { NumberFormat.money($0, currency) }
            }
            rows += group.map { cells(PlainWords.sentenceCase(PayWords.component($0.component)), $0.columns) }
            rows.append(cells("All in \(currency)", group.map(\.columns).summed))
        }
        return Document.Table(
            caption: "Pay by what it is for; 'not paid' and 'spent with you' are no part of the total",
            columns: [.text("For")]
                + [
                    "Payable now", "Payable later", "Waiting", "Paid elsewhere", "Total", "Not paid",
                    "Spent with you",
                ]
                .map(Document.Table.Column.number), rows: rows)
    }

    private var lineSection: Document.Section? {
        guard !lines.isEmpty else { return nil }
        return Document.Section(
            anchor: "lines", heading: "Every line",
            blocks: [
                .table(
                    Document.Table(
                        caption: "Each line with its computation; together they make the totals",
                        columns: [
                            .text("Earned"), .text("Contract"), .text("For"), .text("State"),
                            .text("Payable from"),
                            .number("Amount"), .text("How it is computed"), .text("Plan"),
                        ], rows: lines.map(cells), tones: lines.map(\.tone)))
            ])
    }

    private func cells(_ line: Payout) -> [String] {
        [
            "\(line.earnedOn)", line.contract?.rawValue ?? "whole period",
            PayWords.line(line.component, line.rule), PayWords.state(line.state),
            line.payableOn?.description ?? "not known", line.amountText, line.explanation,
            "\(line.plan), version \(line.version)",
        ]
    }
}

extension Payout {
    /// A line without a rate has no amount, not an amount of 0.
    var amountText: String {
        state == .blocked ? "no exchange rate" : NumberFormat.money(amount, currency)
    }

    fileprivate var tone: Document.Table.Tone {
        switch state {
        case .payable, .external, .cost: .good
        case .held: .unsure
        case .lapsed, .blocked: .bad
        }
    }
}

extension StatementTotal {
    /// In the order of the table's columns.
    fileprivate var columns: [Int64] {
        [payableNow, payableLater, waiting, paidElsewhere, total, notPaid, spent]
    }
}

extension [[Int64]] {
    fileprivate var summed: [Int64] {
        guard let first else { return [] }
        return dropFirst().reduce(first) { sums, row in zip(sums, row).map(+) }
    }
}
