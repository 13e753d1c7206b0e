import Model
import Statistics

/// Every measure's effect in every group: control, group, difference, intervals.
struct Effects: Encodable {
    struct Row: Encodable {
        var metric: Metric.ID
        var label: String
        var role: Effect.Role
        var direction: Metric.Direction
        var variant: Variant.ID
        /// Fractions; the effect is the group's minus control's.
        var control: Quantity
        var treatment: Quantity
        var effect: Quantity
        /// Holds over all scheduled analyses together.
        var interval: IntervalText
        /// Would hold if this were the only analysis.
        var singleAnalysisInterval: IntervalText
        var pValue: Quantity
        /// Where a guardrail's acceptable harm ends, as a signed effect; absent for other measures.
        var harmLimit: Quantity?
        /// Why something is missing, one sentence each.
        var notes: [String]
    }

    var rows: [Row]

    init(plan: Plan, look: Look, names: MetricNames) {
        rows = look.effects.map { effect in
            let limit = look.guardrails.first {
                effect.role == .guardrail && $0.metric.id == effect.metric.id && $0.variant == effect.variant
            }
            return Row(effect, label: names.label(effect.metric), maxHarm: limit?.maxHarm)
        }
    }
}

extension Effects.Row {
    fileprivate init(_ effect: Effect, label: String, maxHarm: Double?) {
        let reason = effect.unavailable.first ?? "not computed"
        metric = effect.metric.id
        self.label = label
        role = effect.role
        direction = effect.metric.direction
        variant = effect.variant
        control = .percent(effect.control?.rate, orElse: "no data")
        treatment = .percent(effect.treatment?.rate, orElse: "no data")
        self.effect = .effect(effect.estimate?.value ?? effect.difference, orElse: reason)
        interval = .points(
            effect.repeatedInterval, orElse: effect.estimate == nil ? "none" : "none at this analysis")
        singleAnalysisInterval = .points(effect.fixedInterval, orElse: "none")
        pValue = .pValue(effect.pValue, orElse: effect.estimate == nil ? "none" : reason)
        harmLimit = maxHarm.map { .effect(-effect.metric.benefitSign * $0, orElse: "none") }
        notes = effect.unavailable
    }
}

extension Effects {
    var section: Document.Section {
        var blocks: [Document.Block] = []
        if rows.allSatisfy({ $0.effect.value == nil }) {
            blocks.append(
                .paragraph("No effect can be estimated yet. Every measure is listed with the reason."))
            blocks.append(.table(table))
        } else {
            blocks.append(
                .figure(Document.Figure(chart: ForestPlot(rows: rows).svg, caption: caption, table: table)))
        }
        let notes = rows.flatMap { row in row.notes.map { "\(row.label), '\(row.variant)': \($0)" } }
        if !notes.isEmpty { blocks.append(.list(title: "What is missing and why", items: notes)) }
        return Document.Section(anchor: "effects", heading: "Effects on every measure", blocks: blocks)
    }

    private var caption: String {
        let thick = levels(\.interval).map {
            "Thick bar: \($0) interval that holds over all scheduled analyses together."
        }
        let thin = levels(\.singleAnalysisInterval).map {
            "Thin bar: \($0) interval of this analysis taken alone."
        }
        let limit =
            rows.contains { $0.harmLimit != nil }
            ? "A guardrail's dashed tick is the limit of acceptable harm." : nil
        let sentences = ["Each row is a group's value minus control's.", thick, thin, limit].compactMap { $0 }
        return sentences.joined(separator: " ")
    }

    /// Every confidence level that occurs, "95%" or "95% and 90%"; `nil` without any interval.
    private func levels(_ interval: KeyPath<Row, IntervalText>) -> String? {
        let levels = Set(rows.compactMap { $0[keyPath: interval].confidenceLevel }).sorted(by: >)
        return levels.isEmpty ? nil : PlainWords.list(levels.map(NumberFormat.level))
    }

    /// The interval with its level where rows differ in it.
    private func text(_ row: Row, _ interval: KeyPath<Row, IntervalText>) -> String {
        let levels = Set(rows.compactMap { $0[keyPath: interval].confidenceLevel })
        let value = row[keyPath: interval]
        guard levels.count > 1, let level = value.confidenceLevel else { return value.text }
        return "\(value.text) (\(NumberFormat.level(level)))"
    }

    private var table: Document.Table {
        Document.Table(
            caption: "Effects in percentage points, group minus control"
                + (levels(\.interval).map { "; \($0) intervals" } ?? ""),
            columns: [
                .text("Measure"), .text("Group"), .number("Control"), .number("Group's value"),
                .number("Effect"),
                .number("Interval, all analyses"), .number("Interval, this one alone"), .number("p"),
                .number("Limit of harm"),
            ],
            rows: rows.map { row in
                [
                    "\(row.label) (\(PlainWords.role(row.role)))", row.variant.rawValue, row.control.text,
                    row.treatment.text, row.effect.text, text(row, \.interval),
                    text(row, \.singleAnalysisInterval),
                    row.pValue.text, row.harmLimit?.text ?? "none set",
                ]
            })
    }
}
