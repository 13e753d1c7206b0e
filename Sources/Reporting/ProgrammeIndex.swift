package import Model

/// One page that lists all pilots: verdict sentence, week, guardrails and a link to the newest report.
package struct ProgrammeIndex: Sendable {
    private let entries: [(pilot: Pilot, looks: [Look])]

    /// - Parameter entries: Each pilot with its recorded looks, ascending; pilots are shown in this order.
    package init(entries: [(pilot: Pilot, looks: [Look])]) { self.entries = entries }

    package func html() throws -> String { try HTMLRenderer.page(document) }

    package func markdown() -> String { MarkdownRenderer.text(document) }

    private var document: Document {
        let latest = entries.compactMap { $0.looks.last }
        let isPractice = latest.contains(where: \.isPractice)
        let newest = latest.map(\.asOf).max()
        let count = PlainWords.counted(entries.count, "pilot")
        return Document(
            title: "Pilots", subtitle: newest.map { "\(count) · newest data to \($0)" } ?? count,
            banner: isPractice ? "PRACTICE: pilots marked practice run on simulated data." : nil,
            sections: sections)
    }

    private var sections: [Document.Section] {
        guard !entries.isEmpty else {
            return [
                Document.Section(
                    anchor: "pilots", heading: "No pilot yet",
                    blocks: [.paragraph("Start one with: fairway start experiments/NAME.yaml")])
            ]
        }
        return entries.enumerated().map { index, entry in
            Document.Section(
                anchor: "pilot-\(index)", heading: entry.pilot.plan.title,
                blocks: blocks(pilot: entry.pilot, looks: entry.looks))
        }
    }

    private func blocks(pilot: Pilot, looks: [Look]) -> [Document.Block] {
        guard let look = looks.last else {
            let first = pilot.plan.schedule.lookDates.first.map { " on \($0)" } ?? ""
            return [
                .paragraph("Pilot '\(pilot.id)' has no report yet; the first scheduled analysis is\(first).")
            ]
        }
        let report = WeeklyReport(pilot: pilot, look: look, previous: looks.dropLast())
        let stem = report.fileStem
        let practice = look.isPractice ? "Practice, simulated data. " : ""
        let state = pilot.state == .concluded ? "concluded" : "running"
        let facts =
            "\(practice)\(PlainWords.sentence(state)) Week \(week(pilot, look)) of \(pilot.plan.schedule.weeks); "
            + "scheduled analysis \(look.plannedIndex) of \(look.plannedLooks); data to \(look.asOf)."
        let link = Document.Link(
            text: "Report of week \(stem)", target: "\(pilot.id)/\(stem).html",
            detail: ", pilot '\(pilot.id)'")
        return [.lead(report.verdictSentence), .paragraph(facts), guardrails(pilot, look)]
            + [.links(title: "Newest report", items: [link])]
    }

    private func week(_ pilot: Pilot, _ look: Look) -> Int {
        let days = look.asOf - pilot.plan.schedule.starts
        return min(max((days + 6) / 7, 1), pilot.plan.schedule.weeks)
    }

    private func guardrails(_ pilot: Pilot, _ look: Look) -> Document.Block {
        let rows = Guardrails(look: look, names: MetricNames(pilot.plan)).rows
        guard !rows.isEmpty else { return .paragraph("The plan of this pilot sets no guardrail.") }
        return .table(
            Document.Table(
                caption: "Guardrails",
                columns: [.text("Guardrail"), .text("Group"), .text("State")],
                rows: rows.map { [$0.label, $0.variant.rawValue, $0.words] }, tones: rows.map(\.tone)))
    }
}
