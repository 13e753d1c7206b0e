import Model

/// The main effect at each analysis with its interval, the effect at which it leaves zero out, and a tick for
/// every planned analysis.
struct CumulativeChart {
    private static let width = 760.0
    private static let height = 300.0
    private static let plot = (left: 64.0, right: 744.0, top: 16.0, bottom: 236.0)

    private let history: History
    private let series: History.Series
    private let id: String
    private let x: AxisScale
    private let y: AxisScale

    /// - Parameter id: Unique in the page.
    init(history: History, series: History.Series, id: String) {
        self.history = history
        self.series = series
        self.id = id
        let days = ([history.starts] + history.plannedDates + series.points.map(\.asOf)).map {
            Double($0.number)
        }
        let effects = series.points.compactMap(\.effect.value)
        let newest = series.points.last(where: { $0.interval.lower != nil })?.interval
        let core = effects + [newest?.lower, newest?.upper].compactMap { $0 }
        let wide = series.points.flatMap { point in
            [
                point.interval.lower, point.interval.upper, point.boundary.value,
                point.boundary.value.map { -$0 },
            ]
            .compactMap { $0 }
        }
        x = AxisScale(
            values: (days.min() ?? 0)...(days.max() ?? 1),
            coordinates: (start: CumulativeChart.plot.left, end: CumulativeChart.plot.right))
        y = AxisScale(
            values: AxisScale.effectRange(core: core, wide: wide),
            coordinates: (start: CumulativeChart.plot.bottom, end: CumulativeChart.plot.top))
    }

    var svg: SVGElement {
        .chart(
            id: id, width: CumulativeChart.width, height: CumulativeChart.height,
            title: "\(history.label): effect of '\(series.variant)' by analysis", description: description,
            verticalAxis + horizontalAxis + [
                clip, SVGElement("g", ["clip-path": "url(#\(id)-clip)"], children: marks),
            ])
    }

    private var description: String {
        let points = series.points.map { "\($0.asOf): \($0.effect.text), interval \($0.interval.text)" }
        return "Effect in percentage points by date. \(points.joined(separator: ". "))."
    }

    private var clip: SVGElement {
        let plot = CumulativeChart.plot
        let area = SVGElement(
            "rect",
            [
                "x": .number(plot.left), "y": .number(plot.top), "width": .number(plot.right - plot.left + 8),
                "height": .number(plot.bottom - plot.top),
            ])
        return SVGElement("clipPath", ["id": "\(id)-clip"], children: [area])
    }

    private var marks: [SVGElement] {
        let zero = SVGElement.line("zero", from: (x(x.lower), y(0)), to: (x(x.upper), y(0)))
        let estimated = series.points.filter { $0.effect.value != nil }
        let line = SVGElement.path(
            "trend", estimated.map { (x(Double($0.asOf.number)), y($0.effect.value ?? 0)) })
        return [zero, boundary(sign: 1), boundary(sign: -1), line] + estimated.flatMap(mark)
    }

    private func boundary(sign: Double) -> SVGElement {
        let points = series.points.compactMap { point in
            point.boundary.value.map { (x: x(Double(point.asOf.number)), y: y(sign * $0)) }
        }
        guard points.count == 1, let only = points.first else { return .path("boundary", points) }
        return .path("boundary", [(only.x - 14, only.y), (only.x + 14, only.y)])
    }

    private func mark(_ point: History.Point) -> [SVGElement] {
        let center = x(Double(point.asOf.number))
        var marks: [SVGElement] = []
        if let lower = point.interval.lower, let upper = point.interval.upper {
            marks.append(.line("interval", from: (center, y.clamped(lower)), to: (center, y.clamped(upper))))
        }
        let middle = y(point.effect.value ?? 0)
        return marks + [
            SVGElement("circle", ["class": "mark", "cx": .number(center), "cy": .number(middle), "r": 4.5])
        ]
    }

    private var verticalAxis: [SVGElement] {
        let plot = CumulativeChart.plot
        let decimals = y.upper - y.lower < 0.06 ? 1 : 0
        let ticks = y.ticks(target: 5).flatMap { tick in
            [
                SVGElement.line("grid", from: (plot.left, y(tick)), to: (plot.right, y(tick))),
                .text(
                    NumberFormat.fixed(tick * 100, decimals: decimals), x: plot.left - 8, y: y(tick) + 4,
                    anchor: .end,
                    className: "label faint"),
            ]
        }
        let name = SVGElement(
            "text",
            [
                "class": "label faint", "text-anchor": "middle",
                "transform":
                    "translate(14 \(SVGElement.coordinate((plot.top + plot.bottom) / 2))) rotate(-90)",
            ], text: "percentage points")
        return ticks + [name]
    }

    private var horizontalAxis: [SVGElement] {
        let plot = CumulativeChart.plot
        let ticks = history.plannedDates.map { date in
            SVGElement.line(
                "tick", from: (x(Double(date.number)), plot.bottom),
                to: (x(Double(date.number)), plot.bottom + 7))
        }
        let labels = labelledDates.map { date in
            SVGElement.text(
                date.description, x: x(Double(date.number)), y: plot.bottom + 23,
                anchor: date == history.plannedDates.last ? .end : date == history.starts ? .start : .middle,
                className: "label faint")
        }
        let name = SVGElement.text(
            "date of the data; ticks are planned analyses", x: (plot.left + plot.right) / 2,
            y: plot.bottom + 46,
            anchor: .middle, className: "label faint")
        return [.line("axis", from: (plot.left, plot.bottom), to: (plot.right, plot.bottom))] + ticks + labels
            + [name]
    }

    /// The start, the last planned date and at most three between them.
    private var labelledDates: [Day] {
        let dates = history.plannedDates
        guard let last = dates.last else { return [history.starts] }
        let between = stride(from: 1, through: 3, by: 1).map {
            history.starts + (last - history.starts) * $0 / 4
        }
        let nearest = between.compactMap { target in
            dates.dropLast().min { abs($0 - target) < abs($1 - target) }
        }
        let spaced = nearest.filter { date in
            min(date - history.starts, last - date) * 7 >= (last - history.starts)
        }
        return [history.starts] + Array(Set(spaced)).sorted() + [last]
    }
}
