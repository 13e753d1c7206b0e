package import Foundation
package import Model

/// A partner's statement in every format; the same content gives the same bytes.
package struct Statement: Sendable {
    package let content: StatementContent

    package init(_ content: StatementContent) { self.content = content }

    /// "2026-Q3-acme": safe as a file's name, and another one for every partner.
    package var fileStem: String {
        let safe = content.partner.rawValue.utf8.map { byte -> String in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return "\(content.period)-\(safe.joined())"
    }

    /// One page: styles and the picture inside, no script, light and dark, printable.
    package func html() throws -> String { try HTMLRenderer.page(content.document) }

    /// GitHub-flavoured Markdown; the picture is its table.
    package func markdown() -> String { MarkdownRenderer.text(content.document) }

    /// ``StatementContent`` with sorted keys; amounts are minor units.
    package func json() throws -> Data { try CanonicalJSON.encodePretty(content) }

    /// One row a line, then one an entry that moved money, every column of a payout; RFC 4180 as docs/EXPORTS.md has it.
    package func csv() -> String { PayoutTable.csv(content.lines, payments: content.payments) }
}

/// Payouts as a table with stable column names.
package enum PayoutTable {
    package static let columns = [
        "partner", "contract", "component", "rule", "plan", "version", "occasion", "earned_on", "payable_on",
        "state", "base", "amount", "currency", "rate_currency", "rate_per_unit_ppm", "rate_on", "rate_source",
        "facts", "explanation", "lapsed_on", "entry", "entry_kind", "entry_period", "entry_amount",
        "paid_before",
    ]

    /// A header line, CRLF, quotes where needed; missing values are empty, several facts stand apart by spaces.
    ///
    /// - Parameter payments: after the payouts a row each, of the line as it stood when the entry was made.
    package static func csv(_ payouts: [Payout], payments: [StatementContent.Payment] = []) -> String {
        let rows = payouts.map { row($0, nil) } + payments.map { row($0.entry.payout, $0) }
        return ([columns] + rows).map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func row(_ payout: Payout, _ payment: StatementContent.Payment?) -> [String] {
        let optional: [String?] = [
            payout.partner.rawValue, payout.contract?.rawValue, payout.component.rawValue,
            payout.rule.rawValue,
            payout.plan.rawValue, "\(payout.version)", payout.occasion, payout.earnedOn.description,
            payout.payableOn?.description, payout.state.rawValue, "\(payout.base)", "\(payout.amount)",
            payout.currency.code, payout.conversion?.currency.code,
            payout.conversion.map { "\($0.perUnit)" }, payout.conversion?.on.description,
            payout.conversion?.source, payout.facts.map(String.init).joined(separator: " "),
            payout.explanation, payout.lapsedOn?.description,
            payment?.entry.id, payment?.entry.kind.rawValue, payment?.entry.period.description,
            payment.map { "\($0.entry.amount)" }, payment.map { "\($0.paidBefore)" },
        ]
        return optional.map { $0 ?? "" }
    }

    /// Works on bytes: a combining mark after a quote makes one Swift character of both.
    private static func field(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes else { return text }
        let doubled = text.unicodeScalars.reduce(into: String.UnicodeScalarView()) { scalars, scalar in
            if scalar == "\"" { scalars.append(scalar) }
            scalars.append(scalar)
        }
        return "\"\(String(doubled))\""
    }
}
