package import Foundation
package import Model

/// What a closed period pays: a line for each entry that moves money, and totals to check it against.
///
/// Equal entries give equal bytes.
package struct PaymentFile: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        /// Stable and never given twice: what a paying system recognises a payment by.
        package var payment: String
        package var partner: Partner.ID
        /// Below zero for what is taken back.
        package var amount: Money
        package var entry: LedgerEntry
    }

    package var period: CalendarPeriod
    /// In the order of the entries.
    package var lines: [Line]
    /// Whether it is of a practice store, so that nobody pays it.
    package var isPractice: Bool

    package init(period: CalendarPeriod, entries: [LedgerEntry], isPractice: Bool = false) {
        self.period = period
        self.isPractice = isPractice
        lines = entries.filter { $0.period == period && $0.kind.isPaid }.map { entry in
            Line(
                payment: "fw-\(entry.id)", partner: entry.payout.partner,
                amount: Money(minorUnits: entry.amount, currency: entry.payout.currency), entry: entry)
        }
    }

    /// RFC 4180 with a header line; amounts in major units.
    ///
    /// Its columns are those of an import of payments, which needs only the day they were made.
    package func csv() -> Data {
        let header = [
            "payment", "partner", "amount", "currency", "period", "entry", "kind", "component", "rule",
            "contract", "occasion", "corrects", "explanation",
        ]
        let rows = lines.map { line in
            let payout = line.entry.payout
            return [
                line.payment, line.partner.rawValue, line.amount.plainDecimal, line.amount.currency.code,
                period.description, line.entry.id, line.entry.kind.rawValue, payout.component.rawValue,
                payout.rule.rawValue, payout.contract?.rawValue ?? "", payout.occasion,
                line.entry.corrects ?? "", payout.explanation,
            ]
        }
        let text = ([header] + rows).map { $0.map(csvField).joined(separator: ",") + "\r\n" }.joined()
        return Data(text.utf8)
    }

    /// Totals of the file in one currency.
    package struct Total: Sendable, Hashable, Codable {
        /// `nil` over all partners.
        package var partner: Partner.ID?
        package var currency: Currency
        package var count: Int
        /// Major units, as in the file.
        package var amount: String
    }

    /// What a paying system checks the file by before it pays.
    package struct ControlTotals: Sendable, Hashable, Codable {
        package var period: CalendarPeriod
        /// True for a practice store's file, which nobody must pay; left out otherwise.
        package var practice: Bool?
        package var lines: Int
        /// By currency.
        package var totals: [Total]
        /// By partner and currency.
        package var partners: [Total]
        /// Of the file's bytes.
        package var sha256: ContentHash

        /// "payments-2027-Q1.csv"; of a practice store "payments-practice-2027-Q1.csv".
        package func fileName(_ suffix: String) -> String {
            "payments-\(practice == true ? "practice-" : "")\(period).\(suffix)"
        }
    }

    package func controlTotals() -> ControlTotals {
        ControlTotals(
            period: period, practice: isPractice ? true : nil, lines: lines.count,
            totals: totals { _ in nil }, partners: totals { $0.partner }, sha256: ContentHash(of: csv()))
    }

    private func totals(of group: (Line) -> Partner.ID?) -> [Total] {
        struct Place: Hashable {
            var partner: Partner.ID?
            var currency: Currency
        }
        let groups = Dictionary(grouping: lines) { Place(partner: group($0), currency: $0.amount.currency) }
        return groups.map { place, lines in
            let sum = Money(minorUnits: lines.sum(of: \.amount.minorUnits), currency: place.currency)
            return Total(
                partner: place.partner, currency: place.currency, count: lines.count, amount: sum.plainDecimal
            )
        }.sorted { ($0.partner ?? "", $0.currency) < ($1.partner ?? "", $1.currency) }
    }
}

private func csvField(_ text: String) -> String {
    let isPlain = !text.utf8.contains { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
}

extension Money {
    /// Major units alone, "1234.50".
    fileprivate var plainDecimal: String { String(description.prefix { $0 != " " }) }
}
