import Model

extension StatementContent {
    var document: Document {
        Document(
            title: "Statement of \(name), \(period)",
            subtitle:
                "Partner '\(partner)' · \(state == .open ? "open, can still change" : "closed") · counted to \(asOf)",
            banner: isPractice ? "PRACTICE: simulated data. Nothing here is paid." : nil,
            sections: [
                summary, byComponent, paymentSection, waitingSection, notPaidSection, elsewhereSection,
                lineSection, planSection, stepSection,
            ].compactMap(\.self))
    }

    private var summary: Document.Section {
        let later = StatementContent.sums(payableLater + waiting.map(\.line))
        var sentences: [String] = []
        if isSettled {
            sentences.append(
                paid.isEmpty
                    ? "Nothing was paid with this period"
                    : PlainWords.amounts(paid.spelled, "was", "were") + " paid with this period")
        } else {
            if !paid.isEmpty {
                sentences.append(
                    PlainWords.amounts(paid.spelled, "was", "were")
                        + " paid with \(PlainWords.list(closedQuarters.map(\.description)))")
            }
            sentences.append(payableWords)
        }
        if !later.isEmpty { sentences.append(PlainWords.amounts(later, "is", "are") + " still to come") }
        if !paidElsewhere.isEmpty {
            sentences.append(
                PlainWords.amounts(StatementContent.sums(paidElsewhere), "is", "are")
                    + " paid by another system")
        }
        return Document.Section(
            anchor: "summary", heading: "What you are paid",
            blocks: [.lead(PlainWords.sentence(sentences.joined(separator: "; ")))])
    }

    /// A month of a closed quarter is told as it stood on its last day: what was paid is told of the quarter.
    private var payableWords: String {
        let amounts = payable.spelled
        guard state == .open else {
            return amounts.isEmpty
                ? "Nothing was payable by \(asOf)"
                : PlainWords.amounts(amounts, "was", "were") + " payable by \(asOf)"
        }
        guard !amounts.isEmpty else {
            return paid.isEmpty ? "Nothing is payable yet" : "Nothing more is payable yet"
        }
        return PlainWords.amounts(amounts, "is", "are") + " payable now"
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
            let columns = group.map { total in totalColumns.map { total[keyPath: $0.value] } }
            rows += zip(group, columns).map {
                cells(PlainWords.sentenceCase(PayWords.component($0.component)), $1)
            }
            rows.append(cells("All in \(currency)", columns.summed))
        }
        return Document.Table(
            caption: "Pay by what it is for; 'not paid' and 'spent with you' are no part of the total",
            columns: [.text("For")] + totalColumns.map { .number($0.name) }, rows: rows)
    }

    /// What is paid where something was, and what is payable where something can be.
    private var totalColumns: [(name: String, value: KeyPath<StatementTotal, Int64>)] {
        var columns: [(name: String, value: KeyPath<StatementTotal, Int64>)] = []
        if isSettled || !payments.isEmpty { columns.append(("Paid", \.paid)) }
        if !isSettled { columns.append((state == .open ? "Payable now" : "Payable", \.payableNow)) }
        return columns + [
            ("Payable later", \.payableLater), ("Waiting", \.waiting), ("Paid elsewhere", \.paidElsewhere),
            ("Total", \.total), ("Not paid", \.notPaid), ("Spent with you", \.spent),
        ]
    }

    private var lineSection: Document.Section? {
        guard !lines.isEmpty else { return nil }
        return Document.Section(
            anchor: "lines", heading: "Every line",
            blocks: [
                .table(
                    Document.Table(
                        caption: payments.isEmpty
                            ? "Each line with its computation; together they make the totals"
                            : "Each line of the period with its computation; 'What was paid' has those of others",
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
            PayWords.line(line.component, line.rule), stateWords(line),
            line.payableOn?.description ?? line.lapsedOn.map { "not paid, known on \($0)" } ?? "not known",
            line.amountText, line.explanation,
            "\(line.plan), version \(line.version)",
        ]
    }
}

extension StatementContent {
    private func stateWords(_ line: Payout) -> String {
        isSettled && line.state == .payable && line.isPayable(by: asOf)
            ? PayWords.entry(.payout) : PayWords.state(line.state)
    }
}

extension [Money] {
    var spelled: [String] { map { NumberFormat.money($0.minorUnits, $0.currency) } }
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

extension [[Int64]] {
    fileprivate var summed: [Int64] {
        guard let first else { return [] }
        return dropFirst().reduce(first) { sums, row in zip(sums, row).map(+) }
    }
}
