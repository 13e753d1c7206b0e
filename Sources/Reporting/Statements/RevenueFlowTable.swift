package import Foundation
package import Model

/// Where the money goes along a customer's life, under each plan of a pilot, and who bears which risk.
///
/// For the vendor, never for a partner: it sets plans side by side.
package struct RevenueFlowTable: Sendable, Codable {
    package struct Group: Sendable, Codable {
        /// What the group is called, "control".
        package var name: String
        package var flow: RevenueFlow

        package init(name: String, flow: RevenueFlow) {
            self.name = name
            self.flow = flow
        }
    }

    package var schema = "fairway-revenue-flow/1"
    package var groups: [Group]

    package init(_ groups: [Group]) { self.groups = groups }

    package func html() throws -> String { try HTMLRenderer.page(document) }

    package func markdown() -> String { MarkdownRenderer.text(document) }

    /// Amounts are minor units.
    package func json() throws -> Data { try CanonicalJSON.encodePretty(self) }

    /// For a terminal: the flow in columns, then the risks.
    package func text() -> String {
        let risks = groups.flatMap { group in
            group.flow.risks.map { "\(group.name): \(PayWords.party($0.bearer)) bears: \($0.sentence)" }
        }
        return Printable.lines("\(TextTable(table).text)\n\n\(risks.joined(separator: "\n"))") + "\n"
    }

    private var document: Document {
        Document(
            title: "Where the money goes", subtitle: PlainWords.list(groups.map { "'\($0.name)'" }),
            banner: nil,
            sections: [
                Document.Section(
                    anchor: "flow", heading: "By stage of a customer's life", blocks: [.table(table)]),
                Document.Section(anchor: "risks", heading: "Who bears which risk", blocks: risks),
            ])
    }

    fileprivate struct Key: Hashable {
        var stage: RevenueFlow.Stage
        var line: RevenueFlow.Line
        var payer: RevenueFlow.Party
        var payee: RevenueFlow.Party
    }

    /// One row for every flow that some group has, in the order of the stages.
    private var table: Document.Table {
        var keys: [Key] = []
        var seen: Set<Key> = []
        for row in groups.flatMap(\.flow.rows) where seen.insert(row.key).inserted { keys.append(row.key) }
        let order = RevenueFlow.Stage.allCases
        let sorted = order.flatMap { stage in keys.filter { $0.stage == stage } }
        return Document.Table(
            caption: "What flows from whom to whom, lines that were not earned after all left out",
            columns: [.text("Stage"), .text("From"), .text("To"), .text("Line")]
                + groups.map { .number($0.name) },
            rows: sorted.map { key in
                [
                    PayWords.stage(key.stage), PayWords.party(key.payer), PayWords.party(key.payee),
                    PayWords.line(key.line.component, key.line.rule),
                ] + groups.map { amount(of: key, in: $0.flow) }
            } + [["All stages", "", "", "everything"] + groups.map { total(of: $0.flow) }])
    }

    private func amount(of key: Key, in flow: RevenueFlow) -> String {
        guard let row = flow.rows.first(where: { $0.key == key }) else { return "no part of it" }
        return row.count == 0 ? "no line" : NumberFormat.money(row.total, flow.currency)
    }

    private func total(of flow: RevenueFlow) -> String {
        NumberFormat.money(flow.rows.reduce(0) { $0 + $1.total }, flow.currency)
    }

    private var risks: [Document.Block] {
        groups.map { group in
            .list(
                title: group.name,
                items: group.flow.risks.map {
                    "\(PlainWords.sentenceCase(PayWords.party($0.bearer))): \($0.sentence)"
                })
        }
    }
}

extension RevenueFlow.Row {
    fileprivate var key: RevenueFlowTable.Key {
        RevenueFlowTable.Key(stage: stage, line: line, payer: payer, payee: payee)
    }
}
