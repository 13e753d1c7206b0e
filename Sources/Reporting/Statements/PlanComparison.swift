package import Foundation
package import Model

/// What a change of plan is worth, partner by partner and quarter by quarter, and what changes in words.
package struct PlanComparison: Sendable, Codable {
    package var schema = "fairway-plan-diff/1"
    /// What `changes(from:to:)` of Incentives says, a line each.
    package var changes: [String]
    package var differences: [PlanDifference]

    package init(changes: [String], differences: [PlanDifference]) {
        self.changes = changes
        self.differences = differences
    }

    package func html() throws -> String { try HTMLRenderer.page(document) }

    package func markdown() -> String { MarkdownRenderer.text(document) }

    /// Amounts are minor units.
    package func json() throws -> Data { try CanonicalJSON.encodePretty(self) }

    /// For a terminal: the changes, then a table in columns.
    package func text() -> String {
        let words = changes.isEmpty ? ["The two plans pay the same."] : changes.map { "- \($0)" }
        let tables = differences.map { TextTable(table($0)).text }
        return Printable.lines(([words.joined(separator: "\n")] + tables).joined(separator: "\n\n")) + "\n"
    }

    private var document: Document {
        Document(
            title: "What changes", subtitle: subtitle, banner: nil,
            sections: [
                Document.Section(
                    anchor: "words", heading: "In words",
                    blocks: [
                        changes.isEmpty
                            ? .paragraph("The two plans pay the same.") : .list(title: nil, items: changes)
                    ])
            ]
                + differences.enumerated().map { index, difference in
                    Document.Section(
                        anchor: "partner-\(index)", heading: "Partner '\(difference.partner)'",
                        blocks: [.table(table(difference))])
                })
    }

    private var subtitle: String {
        guard let first = differences.first else { return "No partner to compare for" }
        return "\(PlanComparison.name(first.from)) to \(PlanComparison.name(first.to)) · "
            + PlainWords.counted(differences.count, "partner")
    }

    private static func name(_ side: PlanDifference.Side) -> String {
        "'\(side.plan)' version \(side.version)"
    }

    private func table(_ difference: PlanDifference) -> Document.Table {
        func row(_ name: String, _ then: Int64, _ now: Int64) -> [String] {
            [
                name, NumberFormat.money(then, difference.currency),
                NumberFormat.money(now, difference.currency),
                NumberFormat.signedMoney(now - then, difference.currency),
            ]
        }
        return Document.Table(
            caption: "Pay of partner '\(difference.partner)' for the same contracts",
            columns: [
                .text("Quarter"), .number("Under \(PlanComparison.name(difference.from))"),
                .number("Under \(PlanComparison.name(difference.to))"), .number("Difference"),
            ],
            rows: difference.quarters.map { row($0.period.description, $0.then, $0.now) }
                + [row("All", difference.then, difference.now)])
    }
}
