import Model

extension LeakageAudit {
    /// What a terminal shows: totals by kind, then every finding with what to do, then what was not looked at.
    package var text: String {
        var lines = [
            "Leakage audit as of \(asOf): \(self.lines) lines owed, \(entries) ledger entries, \(payments) payments."
        ]
        if isClean {
            lines += ["", "Nothing found."]
        } else {
            lines += [""] + totalsTable.lines + [""] + findingsTable.lines + [""]
            lines += findings.enumerated().map { "\($0 + 1). \($1.told)" }
        }
        if !pending.isEmpty {
            lines += ["", "Settled by the next close, because facts came after the last one:"]
            lines += pending.map { "- \($0.partner) \($0.contract?.rawValue ?? "-"): \($0.amount)" }
        }
        if !outside.isEmpty {
            lines += ["", "Paid, and spoken of by no plan known here:"]
            lines += outside.map { sum in
                let money = Money(minorUnits: sum.amount, currency: sum.currency)
                return "- \(sum.component.rawValue): \(money) in \(sum.payments) payments"
            }
        }
        if !notRun.isEmpty {
            lines += ["", "Not looked at:"] + notRun.map { "- \($0.kind.title): \($0.reason)." }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var totalsTable: AlignedTable {
        AlignedTable(
            header: ["kind", "findings", "overpaid", "underpaid"],
            rows: totals.map { total in
                [
                    total.kind.title, "\(total.findings)",
                    Money(minorUnits: total.overpaid, currency: total.currency).description,
                    Money(minorUnits: total.underpaid, currency: total.currency).description,
                ]
            }, rightAligned: [1, 2, 3])
    }

    private var findingsTable: AlignedTable {
        AlignedTable(
            header: ["#", "kind", "partner", "contract", "component", "amount", "payments"],
            rows: findings.enumerated().map { index, finding in
                let payments = finding.evidence.payments
                let shown = payments.prefix(3).joined(separator: " ")
                return [
                    "\(index + 1)", finding.kind.title, finding.partner.rawValue,
                    finding.contract?.rawValue ?? "-", finding.component?.rawValue ?? "-",
                    finding.amount.description,
                    payments.isEmpty ? "-" : payments.count > 3 ? "\(shown) +\(payments.count - 3)" : shown,
                ]
            }, rightAligned: [0, 5])
    }
}

extension LeakageFinding {
    /// The sentence, beginning with a capital.
    fileprivate var told: String { sentence.prefix(1).uppercased() + sentence.dropFirst() }
}
