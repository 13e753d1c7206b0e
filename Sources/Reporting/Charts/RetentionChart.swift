import Model

/// Share of customers kept: a step line an arm, told apart by dash and colour, with its band and the customers
/// still observed beneath the axis.
struct RetentionChart {
    private static let width = 760.0
    private static let plot = (left: 116.0, right: 640.0, top: 16.0, bottom: 246.0)

    private let chart: Retention.Chart
    private let id: String
    private let x: AxisScale
    private let y: AxisScale

    /// - Parameter id: Unique in the page.
    init(chart: Retention.Chart, id: String) {
        self.chart = chart
        self.id = id
        let steps = chart.arms.flatMap(\.steps)
        let last = max(steps.map(\.day).max() ?? 1, Double(chart.days.last ?? 1))
        let lowest = steps.map { min($0.lower ?? $0.kept, $0.kept) }.min() ?? 0
        x = AxisScale(
            values: 0...max(1, last),
            coordinates: (start: RetentionChart.plot.left, end: RetentionChart.plot.right))
        y = AxisScale(
            values: max(0, min(0.95, (lowest * 20).rounded(.down) / 20))...1,
            coordinates: (start: RetentionChart.plot.bottom, end: RetentionChart.plot.top))
    }

    var svg: SVGElement {
        let height = RetentionChart.plot.bottom + 68 + 18 * Double(chart.arms.count)
        return .chart(
            id: id, width: RetentionChart.width, height: height,
            title: "\(chart.label): share of customers kept",
            description: description,
            axes + chart.arms.enumerated().map(band) + chart.arms.enumerated().map(line) + names + atRisk)
    }

    private var description: String {
        let ends = chart.arms.map { arm in
            let last = arm.steps.last
            let day = last.map { NumberFormat.fixed($0.day, decimals: 0) } ?? "0"
            return
                "'\(arm.variant)': \(last.map { NumberFormat.percent($0.kept) } ?? "none") kept at day \(day)"
        }
        return "Share of customers kept by day. \(ends.joined(separator: ". "))."
    }

    private func band(index: Int, arm: Retention.Arm) -> SVGElement {
        let upper = steps(arm) { $0.upper ?? $0.kept }
        let lower = steps(arm) { $0.lower ?? $0.kept }
        return .path("band series-\(index % 5)", upper + lower.reversed())
    }

    private func line(index: Int, arm: Retention.Arm) -> SVGElement {
        .path("curve series-\(index % 5)", steps(arm, value: \.kept))
    }

    /// A step function from (0, 1): the value holds until the next step.
    private func steps(_ arm: Retention.Arm, value: (Retention.Step) -> Double) -> [(x: Double, y: Double)] {
        var points = [(x: x(0), y: y(1))]
        var height = y(1)
        for step in arm.steps {
            points.append((x(step.day), height))
            height = y.clamped(value(step))
            points.append((x(step.day), height))
        }
        return points
    }

    private var axes: [SVGElement] {
        let plot = RetentionChart.plot
        let vertical = y.ticks(target: 4).flatMap { tick in
            [
                SVGElement.line("grid", from: (plot.left, y(tick)), to: (plot.right, y(tick))),
                .text(
                    "\(NumberFormat.fixed(tick * 100, decimals: 0))%", x: plot.left - 8, y: y(tick) + 4,
                    anchor: .end,
                    className: "label faint"),
            ]
        }
        let horizontal = chart.days.flatMap { day in
            [
                SVGElement.line(
                    "tick", from: (x(Double(day)), plot.bottom), to: (x(Double(day)), plot.bottom + 6)),
                .text(
                    "\(day)", x: x(Double(day)), y: plot.bottom + 21, anchor: .middle,
                    className: "label faint"),
            ]
        }
        let name = SVGElement.text(
            "days", x: plot.right + 12, y: plot.bottom + 21, className: "label faint")
        return vertical + [.line("axis", from: (plot.left, plot.bottom), to: (plot.right, plot.bottom))]
            + horizontal
            + [name]
    }

    /// Each arm's name at the end of its line, moved apart where lines end close together.
    private var names: [SVGElement] {
        let ends = chart.arms.enumerated().map { index, arm in
            (index: index, arm: arm, y: y.clamped(arm.steps.last?.kept ?? 1))
        }.sorted { $0.y < $1.y }
        var floor = -Double.infinity
        return ends.flatMap { end in
            let position = max(end.y, floor + 17)
            floor = position
            let right = RetentionChart.plot.right
            return [
                SVGElement.line(
                    "curve series-\(end.index % 5)", from: (right + 8, position), to: (right + 34, position)),
                .text(SVGElement.shortened(end.arm.variant.rawValue, to: 11), x: right + 40, y: position + 4),
            ]
        }
    }

    private var atRisk: [SVGElement] {
        let top = RetentionChart.plot.bottom + 46
        let heading = SVGElement.text("customers still observed", x: 0, y: top, className: "label faint")
        return [heading]
            + chart.arms.enumerated().flatMap { index, arm in
                let line = top + 18 * Double(index + 1)
                let name = SVGElement.text(SVGElement.shortened(arm.variant.rawValue, to: 14), x: 0, y: line)
                return [name]
                    + zip(chart.days, arm.atRisk).map { day, count in
                        .text(NumberFormat.count(count), x: x(Double(day)), y: line, anchor: .middle)
                    }
            }
    }
}
