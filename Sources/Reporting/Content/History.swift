import Model
import Statistics

/// The main measure's effect at every analysis so far.
struct History: Encodable {
    struct Point: Encodable {
        var asOf: Day
        var analysis: Int
        var effect: Quantity
        /// Holds over all scheduled analyses together.
        var interval: IntervalText
        /// The size, in either direction, at which the interval leaves zero out: half the interval's width.
        var boundary: Quantity
        var countedControl: Int
        var countedTreatment: Int
    }

    struct Series: Encodable {
        var variant: Variant.ID
        var points: [Point]
    }

    var label: String
    var counted: String
    var starts: Day
    var plannedDates: [Day]
    var series: [Series]

    init(plan: Plan, looks: [Look], names: MetricNames) {
        label = names.label(plan.primary)
        counted = CountedUnits(plan).counted
        starts = plan.schedule.starts
        plannedDates = plan.schedule.lookDates
        series = plan.treatments.map { treatment in
            Series(variant: treatment.id, points: looks.map { Point($0, variant: treatment.id) })
        }
    }
}

extension History.Point {
    fileprivate init(_ look: Look, variant: Variant.ID) {
        let effect = look.effects.first { $0.role == .primary && $0.variant == variant }
        let reason = effect?.unavailable.first ?? "not computed"
        asOf = look.asOf
        analysis = look.plannedIndex
        self.effect = .effect(effect?.estimate?.value ?? effect?.difference, orElse: reason)
        interval = .points(effect?.repeatedInterval, orElse: "none")
        boundary = .points(
            effect?.repeatedInterval.map { ($0.upper - $0.lower) / 2 }, orElse: "none at this analysis")
        countedControl = look.arms.first { $0.variant == Variant.control }?.matured ?? 0
        countedTreatment = look.arms.first { $0.variant == variant }?.matured ?? 0
    }
}

extension History {
    var section: Document.Section {
        Document.Section(
            anchor: "history", heading: "\(label) so far", blocks: series.enumerated().map(block))
    }

    private func block(index: Int, series: Series) -> Document.Block {
        guard series.points.contains(where: { $0.effect.value != nil }) else {
            return .paragraph(
                "No effect of '\(series.variant)' could be estimated at any of the "
                    + "\(PlainWords.counted(series.points.count, "analysis", "analyses")) so far.")
        }
        let interval =
            level(series).map { " with the \($0) interval that holds over all of them together" } ?? ""
        let caption =
            "Effect of '\(series.variant)' at each analysis\(interval). Dashed: the effect at which the interval leaves zero "
            + "out. Ticks below: planned analyses."
        let figure = Document.Figure(
            chart: CumulativeChart(history: self, series: series, id: "history-\(index)").svg,
            caption: caption, table: table(series))
        return .figure(figure)
    }

    private func level(_ series: Series) -> String? {
        series.points.compactMap(\.interval.confidenceLevel).last.map(NumberFormat.level)
    }

    private func table(_ series: Series) -> Document.Table {
        Document.Table(
            caption: "\(label), effect of '\(series.variant)' in percentage points by analysis"
                + (level(series).map { "; \($0) intervals" } ?? ""),
            columns: [
                .text("Data to"), .number("Analysis"), .number("\(counted), control"),
                .number("\(counted), '\(series.variant)'"), .number("Effect"), .number("Interval"),
                .number("Effect clear of zero"),
            ],
            rows: series.points.map { point in
                [
                    point.asOf.description, "\(point.analysis) of \(plannedDates.count)",
                    NumberFormat.count(point.countedControl), NumberFormat.count(point.countedTreatment),
                    point.effect.text, point.interval.text, point.boundary.text,
                ]
            })
    }
}
