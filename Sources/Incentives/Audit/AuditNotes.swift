import Model

extension LeakageAudit.Note {
    /// What an audit of `book` passes over, by kind and currency.
    static func all(
        book: Book, transfers: [Transfer], setAside: [QuarantinedRow], in input: AuditInput
    ) -> [LeakageAudit.Note] {
        let later = book.payments.map(\.body).filter { $0.paidOn > input.asOf }
        var notes = sums(later.map(\.amount), .paidLater) { _ in
            let days = later.map(\.paidOn)
            let (first, last) = (days.min() ?? input.asOf, days.max() ?? input.asOf)
            let when = first == last ? "on \(first)" : "from \(first) to \(last)"
            return "made \(when), after the day of the audit"
        }
        if let first = setAside.first {
            notes.append(
                LeakageAudit.Note(
                    kind: .setAside, count: setAside.count, amount: nil,
                    reason:
                        "could not be read when they were imported, so that their sums are not known; the "
                        + "first is \(first.place): \(first.told)"
                ))
        }
        let renewals = transfers.filter { transfer in
            transfer.component == .renewalBonus
                && transfer.contract.flatMap { input.contracts[$0]?.renewsUnknown } ?? false
        }
        notes += sums(renewals.map(\.amount), .renewsUnknown) { currency in
            let ids = Set(
                renewals.filter { $0.amount.currency == currency }.compactMap(\.contract?.rawValue))
            return
                "renewal of a contract the book does not have, so that only the new contract was looked at; "
                + listed(ids.sorted())
        }
        return notes
    }

    private static func sums(
        _ amounts: [Money], _ kind: Kind, reason: (Currency) -> String
    ) -> [LeakageAudit.Note] {
        Dictionary(grouping: amounts, by: \.currency).sorted { $0.key < $1.key }.map { currency, amounts in
            LeakageAudit.Note(
                kind: kind, count: amounts.count,
                amount: Money(minorUnits: amounts.sum(of: \.minorUnits), currency: currency),
                reason: reason(currency))
        }
    }

    /// "3 payments, 1,200.00 EUR: made …".
    var told: String {
        let what =
            switch kind {
            case .paidLater: counted(count, "payment")
            case .setAside: counted(count, "row") + " of payments"
            case .renewsUnknown: counted(count, "renewal bonus payment")
            }
        return what + (amount.map { ", \($0.spelled)" } ?? "") + ": \(reason)."
    }
}

/// The first few of a list, and how many more there are.
func listed(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
}
