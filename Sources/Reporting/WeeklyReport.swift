package import Foundation
package import Model

/// The report of one recorded look, as a function of recorded values: the same look gives the same bytes.
///
/// Reads no clock, no locale and no random number; three formats say the same with the same numbers.
package struct WeeklyReport: Sendable {
    private let pilot: Pilot
    private let look: Look
    private let previous: [Look]

    /// - Parameter previous: The pilot's recorded looks before this one, ascending.
    package init(pilot: Pilot, look: Look, previous: [Look]) {
        self.pilot = pilot
        self.look = look
        self.previous = previous
    }

    package var title: String { pilot.plan.title }

    /// The ISO week of the look's date, "2026-W05".
    package var fileStem: String { look.asOf.isoWeek.description }

    /// The verdict in one sentence: "Scale 'bonus': renewals are up 6.3 points (2.1 to 10.5), every guardrail
    /// holds."
    package var verdictSentence: String {
        Summary.sentence(plan: pilot.plan, look: look, previous: previous, names: MetricNames(pilot.plan))
    }

    /// One page: styles and charts inside, no script, light and dark.
    package func html() throws -> String { try HTMLRenderer.page(content.document) }

    /// GitHub-flavoured Markdown; every chart is a table.
    package func markdown() -> String { MarkdownRenderer.text(content.document) }

    /// The report's values with their texts, as `config/schemas/report.schema.json` describes them.
    package func json() throws -> Data { try CanonicalJSON.encodePretty(content) }

    var content: ReportContent { ReportContent(pilot: pilot, look: look, previous: previous) }
}
