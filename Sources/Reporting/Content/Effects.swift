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
    /// "95%", or each level with its measures where they differ.
    var levels: String {
        let levels = Set(rows.compactMap(\.interval.confidenceLevel)).sorted(by: >)
        return levels.isEmpty ? "no" : PlainWords.list(levels.map(NumberFormat.level))
    }

    var section: Document.Section {
        var blocks: [Document.Block] = []
        if rows.allSatisfy({ $0.effect.value == nil }) {
            blocks.append(
                .paragraph("No effect can be estimated yet. Every measure is listed with the reason."))
            blocks.append(.table(table))
        } else {
            let caption =
                "Each row is a group's value minus control's. Thick bar: \(levels) interval that holds over all "
                + "scheduled analyses together. Thin bar: interval of this analysis taken alone. "
                + "A guardrail's dashed tick is the limit of acceptable harm."
            blocks.append(
                .figure(Document.Figure(chart: ForestPlot(rows: rows).svg, caption: caption, table: table)))
        }
        let notes = rows.flatMap { row in row.notes.map { "\(row.label), '\(row.variant)': \($0)" } }
        if !notes.isEmpty { blocks.append(.list(title: "What is missing and why", items: notes)) }
        return Document.Section(anchor: "effects", heading: "Effects on every measure", blocks: blocks)
    }

    private var table: Document.Table {
        Document.Table(
            caption: "Effects in percentage points, group minus control",
            columns: [
                .text("Measure"), .text("Group"), .number("Control"), .number("Group's value"),
                .number("Effect"), .number("Interval, all analyses"), .number("Interval, this one alone"),
                .number("p"), .number("Limit of harm"),
            ],
            rows: rows.map { row in
                [
                    "\(row.label) (\(PlainWords.role(row.role)))", row.variant.rawValue, row.control.text,
                    row.treatment.text, row.effect.text, row.interval.text, row.singleAnalysisInterval.text,
                    row.pValue.text, row.harmLimit?.text ?? "none set",
                ]
            })
    }
}
