import Model

/// One row a measure and group: effect, both intervals, zero, and a guardrail's limit of harm.
struct ForestPlot {
    private static let width = 760.0
    private static let rowHeight = 46.0
    private static let top = 30.0

    private let rows: [Effects.Row]
    private let x: AxisScale
    private let bottom: Double

    init(rows: [Effects.Row]) {
        self.rows = rows
        let core = rows.flatMap { row in
            [
                row.effect.value, row.harmLimit?.value, row.singleAnalysisInterval.lower,
                row.singleAnalysisInterval.upper,
            ].compactMap { $0 }
        }
        let wide = rows.flatMap { [$0.interval.lower, $0.interval.upper].compactMap { $0 } }
        x = AxisScale(
            values: AxisScale.effectRange(core: core, wide: wide), coordinates: (start: 236, end: 548))
        bottom = ForestPlot.top + Double(rows.count) * ForestPlot.rowHeight
    }

    var svg: SVGElement {
        let zero = SVGElement.line("zero", from: (x(0), ForestPlot.top - 6), to: (x(0), bottom))
        return .chart(
            id: "forest", width: ForestPlot.width, height: bottom + 44, title: "Effects on every measure",
            description: description, [zero] + rows.enumerated().flatMap(marks) + axis)
    }

    private var description: String {
        let sentences = rows.map { row in
            let value =
                row.effect.value == nil
                ? "no effect yet" : "\(row.effect.text), interval \(row.interval.text)"
            return "\(row.label), '\(row.variant)': \(value)"
        }
        return "Effects in percentage points, group minus control. \(sentences.joined(separator: ". "))."
    }

    private func marks(index: Int, row: Effects.Row) -> [SVGElement] {
        let y = ForestPlot.top + (Double(index) + 0.5) * ForestPlot.rowHeight
        let better = row.direction == .higherIsBetter ? "higher is better" : "lower is better"
        let caption = "'\(row.variant)' · \(PlainWords.role(row.role)) · \(better)"
        var marks = [
            SVGElement.text(SVGElement.shortened(row.label, to: 32), x: 0, y: y - 3),
            .text(SVGElement.shortened(caption, to: 40), x: 0, y: y + 13, className: "label faint"),
        ]
        if let limit = row.harmLimit?.value {
            marks.append(.line("limit", from: (x.clamped(limit), y - 16), to: (x.clamped(limit), y + 16)))
        }
        guard let effect = row.effect.value else {
            return marks + [
                .text("no effect yet; the reason is below", x: x(0) + 8, y: y + 4, className: "label faint")
            ]
        }
        marks +=
            bar(row.interval, className: "interval", y: y)
            + bar(row.singleAnalysisInterval, className: "thin", y: y)
        marks.append(point(row.role, x: x(effect), y: y))
        let interval = row.interval.lower == nil ? row.singleAnalysisInterval.text : row.interval.text
        return marks + [
            .text(row.effect.text, x: 564, y: y - 3, className: "label strong"),
            .text("\(interval)", x: 564, y: y + 13, className: "label faint"),
        ]
    }

    /// The main measure is a square, others are circles.
    private func point(_ role: Effect.Role, x: Double, y: Double) -> SVGElement {
        switch role {
        case .primary:
            SVGElement(
                "rect",
                ["class": "mark", "x": .number(x - 6), "y": .number(y - 6), "width": 12, "height": 12])
        case .secondary, .guardrail:
            SVGElement("circle", ["class": "mark", "cx": .number(x), "cy": .number(y), "r": 5])
        }
    }

    /// An interval as a bar; an end beyond the axis is an arrow head.
    private func bar(_ interval: IntervalText, className: String, y: Double) -> [SVGElement] {
        guard let lower = interval.lower, let upper = interval.upper else { return [] }
        let left = x.clamped(lower)
        let right = x.clamped(upper)
        var marks = [SVGElement.line(className, from: (left, y), to: (right, y))]
        if lower < x.lower {
            marks.append(.path("arrow", [(left + 7, y - 5), (left, y), (left + 7, y + 5)]))
        }
        if upper > x.upper {
            marks.append(.path("arrow", [(right - 7, y - 5), (right, y), (right - 7, y + 5)]))
        }
        return marks
    }

    private var axis: [SVGElement] {
        let ticks = x.ticks(target: 6).flatMap { tick in
            [
                SVGElement.line("tick", from: (x(tick), bottom), to: (x(tick), bottom + 5)),
                .text(
                    NumberFormat.fixed(tick * 100, decimals: tickDecimals), x: x(tick), y: bottom + 19,
                    anchor: .middle, className: "label faint"),
            ]
        }
        let middle = (x(x.lower) + x(x.upper)) / 2
        return [.line("axis", from: (x(x.lower), bottom), to: (x(x.upper), bottom))] + ticks + [
            .text(
                "group minus control, percentage points", x: middle, y: bottom + 37, anchor: .middle,
                className: "label faint")
        ]
    }

    private var tickDecimals: Int { x.upper - x.lower < 0.06 ? 1 : 0 }
}
