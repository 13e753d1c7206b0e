import Model
import Statistics

/// Every guardrail in every group: its state in words, the harm, the limit, and what was done.
struct Guardrails: Encodable {
    struct Row: Encodable {
        var metric: Metric.ID
        var label: String
        var variant: Variant.ID
        var state: GuardrailResult.State
        /// ``state`` in plain words, with what is still possible where nothing can be told yet.
        var words: String
        /// Positive is worse; fractions.
        var harm: Quantity
        /// The largest harm the data still allow.
        var largestPossibleHarm: Quantity
        var limit: Quantity
        var severity: Guardrail.Severity
        var done: String
        /// The recorded sentence.
        var reason: String
    }

    var rows: [Row]

    init(look: Look, names: MetricNames) {
        rows = look.guardrails.map { result in
            Row(result, label: names.label(result.metric))
        }
    }
}

extension Guardrails.Row {
    fileprivate init(_ result: GuardrailResult, label: String) {
        metric = result.metric.id
        self.label = label
        variant = result.variant
        state = result.state
        harm = .effect(result.harm, orElse: "no data")
        largestPossibleHarm = .effect(result.upperBound, orElse: "not known")
        limit = .points(result.maxHarm, orElse: "none")
        severity = result.severity
        reason = result.reason
        words =
            switch result.state {
            case .notPoweredYet:
                result.upperBound == nil
                    ? "cannot tell yet: no bound on the harm, limit \(limit.text)"
                    : "cannot tell yet: harm up to \(NumberFormat.points(result.upperBound ?? 0)) points still possible, limit \(limit.text)"
            case .ok, .breached, .noData, .stale: PlainWords.state(result.state)
            }
        done = Self.done(result)
    }

    var tone: Document.Table.Tone {
        switch state {
        case .ok: .good
        case .breached: .bad
        case .notPoweredYet, .noData, .stale: .unsure
        }
    }

    private static func done(_ result: GuardrailResult) -> String {
        switch (result.state, result.severity) {
        case (.breached, .pause):
            "new promises of '\(result.variant)' are paused; promises already made are kept"
        case (.breached, .alert): "those responsible were told; nothing is paused automatically"
        case (.stale, _): "no conclusion is drawn until the data are up to date"
        case (.ok, _), (.noData, _), (.notPoweredYet, _): "nothing needed"
        }
    }
}

extension Guardrails {
    var section: Document.Section {
        Document.Section(anchor: "guardrails", heading: "Guardrails", blocks: [block])
    }

    private var block: Document.Block {
        guard !rows.isEmpty else { return .paragraph("The plan of this pilot sets no guardrail.") }
        return .table(
            Document.Table(
                caption: "Harm is in percentage points against control; positive is worse",
                columns: [
                    .text("Guardrail"), .text("Group"), .text("State"), .number("Harm"),
                    .number("Largest harm still possible"), .number("Limit"), .text("What was done"),
                    .text("Why"),
                ],
                rows: rows.map { row in
                    [
                        row.label, row.variant.rawValue, row.words, row.harm.text,
                        row.largestPossibleHarm.text,
                        row.limit.text, row.done, row.reason,
                    ]
                }, tones: rows.map(\.tone)))
    }
}
