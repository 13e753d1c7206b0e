import Model

extension LeakageAudit {
    /// What a terminal shows: totals by kind, then every finding with what to do, then what was not looked at.
    package var text: String {
        var lines = [
            "Leakage audit as of \(asOf): \(counted(self.lines, "line")) owed, "
                + "\(entries) ledger \(entries == 1 ? "entry" : "entries"), \(counted(payments, "payment"))."
        ]
        if isClean {
            lines += ["", "Nothing found."]
        } else {
            lines += [""] + totalsTable.lines + [""] + findingsTable.lines + [""]
            lines += findings.enumerated().map { "\($0 + 1). \($1.told)" }
        }
        if !pending.isEmpty {
            lines += ["", "Settled by the next close, because facts came after the last one:"]
            lines += pending.map(\.told)
        }
        if !outside.isEmpty {
            lines += ["", "Paid, and spoken of by no plan known here:"]
            lines += outside.map(\.told)
        }
        if !notRun.isEmpty || !notes.isEmpty {
            lines += ["", "Not looked at:"] + notRun.map { "- \($0.kind.title): \($0.reason)." }
            lines += notes.map { "- \($0.told)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var totalsTable: AlignedTable {
        AlignedTable(
            header: ["kind", "findings", "overpaid", "underpaid"],
            rows: totals.map { total in
                [
                    total.kind.title, "\(total.findings)",
                    spelled(total.overpaid, total.currency), spelled(total.underpaid, total.currency),
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
                    finding.amount.spelled,
                    payments.isEmpty ? "-" : payments.count > 3 ? "\(shown) +\(payments.count - 3)" : shown,
                ]
            }, rightAligned: [0, 5])
    }
}

extension LeakageAudit.Outside {
    fileprivate var told: String {
        let each = paid.map { one in
            let contract = one.contract.map { ", contract \($0)" } ?? ", no contract"
            return "\(one.payment) to \(one.partner)\(contract)"
        }
        let shown =
            each.prefix(3).joined(separator: "; ") + (each.count > 3 ? "; \(each.count - 3) more" : "")
        return
            "- \(component.rawValue): \(spelled(amount, currency)) in \(counted(payments, "payment")) (\(shown))"
    }
}

extension LeakageAudit.Pending {
    fileprivate var told: String {
        let what = [component.rawValue] + rules.map(\.rawValue).filter { $0 != component.rawValue }
        let when = occasions.filter { !$0.isEmpty }
        let time = when.isEmpty ? "" : ", \(listed(when))"
        return "- \(partner) \(contract?.rawValue ?? "-"): \(what.joined(separator: ", "))\(time): "
            + "\(amount.spelled): \(reason)"
    }
}

extension LeakageFinding {
    /// The sentence, beginning with a capital.
    fileprivate var told: String { sentence.prefix(1).uppercased() + sentence.dropFirst() }
}
