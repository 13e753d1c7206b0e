import Model

extension StatementContent {
    var waitingSection: Document.Section? {
        guard !waiting.isEmpty else { return nil }
        return Document.Section(
            anchor: "waiting", heading: "What waits, and for what",
            blocks: [
                .table(
                    Document.Table(
                        caption: "Earned once its condition is met",
                        columns: [.text("Contract"), .text("For"), .number("Amount"), .text("Waits for")],
                        rows: waiting.map { item in
                            [
                                item.line.contract?.rawValue ?? "whole period",
                                PayWords.line(item.line.component, item.line.rule), item.line.amountText,
                                item.reason,
                            ]
                        }))
            ])
    }

    var notPaidSection: Document.Section? {
        section("not-paid", "What is not paid, and why", "Nothing will be paid for these lines", notPaid)
    }

    var elsewhereSection: Document.Section? {
        section(
            "elsewhere", "What another system pays", "Computed here and paid elsewhere", paidElsewhere)
    }

    private func section(
        _ anchor: String, _ heading: String, _ caption: String, _ lines: [Payout]
    ) -> Document.Section? {
        guard !lines.isEmpty else { return nil }
        return Document.Section(
            anchor: anchor, heading: heading,
            blocks: [
                .table(
                    Document.Table(
                        caption: caption,
                        columns: [.text("Contract"), .text("For"), .number("Amount"), .text("Why")],
                        rows: lines.map { line in
                            [
                                line.contract?.rawValue ?? "whole period",
                                PayWords.line(line.component, line.rule), line.amountText, line.explanation,
                            ]
                        }))
            ])
    }

    var planSection: Document.Section? {
        guard !plans.isEmpty else { return nil }
        return Document.Section(
            anchor: "terms", heading: "The terms you held",
            blocks: [
                .table(
                    Document.Table(
                        caption: "Each plan with the days on which you held it",
                        columns: [
                            .text("Plan"), .text("From"), .text("To"), .text("Paid by"), .text("In short"),
                        ],
                        rows: plans.map { held in
                            [
                                "\(held.plan), version \(held.version)", "\(held.from)", "\(held.until)",
                                held.paidBy == .external ? "another system" : "the vendor", held.summary,
                            ]
                        }))
            ])
    }

    var stepSection: Document.Section {
        Document.Section(
            anchor: "next", heading: "What happens next", blocks: [.list(title: nil, items: nextSteps)])
    }
}
