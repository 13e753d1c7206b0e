package import Model

/// A plan in plain language as a page: what a partner reads before it agrees.
package struct PlanPage: Sendable {
    private let sentences: PlanSentences

    /// - Parameter sentences: what `sentences(of:)` of Incentives says about the plan.
    package init(_ sentences: PlanSentences) { self.sentences = sentences }

    package func html() throws -> String { try HTMLRenderer.page(document) }

    package func markdown() -> String { MarkdownRenderer.text(document) }

    /// For a terminal: headings, sentences and examples, a line each.
    package func text() -> String {
        let parts = sentences.parts.map { part in
            ([part.heading] + lines(of: part).map { "  \($0)" }).joined(separator: "\n")
        }
        return ([title, sentences.summary] + parts).map(Printable.lines).joined(separator: "\n\n") + "\n"
    }

    private var title: String { "Plan '\(sentences.plan)', version \(sentences.version)" }

    private var document: Document {
        let summary = Document.Section(
            anchor: "summary", heading: "In short", blocks: [.lead(sentences.summary)])
        let parts = sentences.parts.enumerated().map { index, part in
            Document.Section(
                anchor: "part-\(index)", heading: part.heading,
                blocks: [.list(title: nil, items: lines(of: part))])
        }
        return Document(
            title: title, subtitle: "Rules in the order in which they apply; amounts are before tax",
            banner: nil, sections: [summary] + parts)
    }

    private func lines(of part: PlanSentences.Part) -> [String] {
        part.sentences + (part.example.map { ["Example: \($0)."] } ?? [])
    }
}

extension Printable {
    /// Text of several lines, each as it may be printed.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { Printable.text(String($0)) }
            .joined(separator: "\n")
    }
}
