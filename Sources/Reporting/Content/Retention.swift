import Model
import Statistics

/// How many customers each group has kept over time, for every measure of customer losses.
struct Retention: Encodable {
    /// Coverage of the pointwise log-log bands that a look records (Kalbfleisch & Prentice 2002, ch. 1).
    static let bandLevel = 0.95

    struct Step: Encodable {
        /// Days since the clock of the measure started.
        var day: Double
        /// Customers still observed just before this day.
        var atRisk: Int
        /// Fraction kept, with its pointwise band where there is one.
        var kept: Double
        var lower: Double?
        var upper: Double?
    }

    struct Arm: Encodable {
        var variant: Variant.ID
        var steps: [Step]
        /// Customers at risk and the share kept on each of ``Chart/days``.
        var atRisk: [Int]
        var kept: [Quantity]
        var bands: [IntervalText]
    }

    struct Chart: Encodable {
        var metric: Metric.ID
        var label: String
        var origin: Metric.Origin
        /// The days of the table beneath the curves.
        var days: [Int]
        var arms: [Arm]
    }

    var charts: [Chart]
    /// Measures of customer losses without a curve yet.
    var missing: [String]

    init(plan: Plan, look: Look, names: MetricNames) {
        charts = []
        missing = []
        var seen: Set<Metric.ID> = []
        for metric in plan.metrics where metric.kind == .churn && seen.insert(metric.id).inserted {
            let curves = look.survival.filter { $0.metric == metric.id && !$0.curve.points.isEmpty }
            if curves.isEmpty {
                missing.append(names.label(metric))
            } else {
                charts.append(Chart(metric: metric, label: names.label(metric), curves: curves))
            }
        }
    }
}

extension Retention.Chart {
    fileprivate init(metric: Metric, label: String, curves: [ArmSurvival]) {
        self.metric = metric.id
        self.label = label
        origin = metric.origin
        let last = curves.flatMap { $0.curve.points.map(\.time) }.max() ?? 0
        let days = AxisScale.ticks(from: 0, to: max(1, last), target: 5).map { Int($0) }
        self.days = days
        arms = curves.map { Retention.Arm($0, days: days) }
    }
}

extension Retention.Arm {
    fileprivate init(_ survival: ArmSurvival, days: [Int]) {
        variant = survival.variant
        let curve = survival.curve
        steps = curve.points.map {
            Retention.Step(
                day: $0.time, atRisk: $0.atRisk, kept: $0.survival, lower: $0.lower, upper: $0.upper)
        }
        atRisk = days.map { curve.atRisk(at: Double($0)) }
        let end = curve.points.map(\.time).max() ?? 0
        let observed = days.map { Double($0) <= end ? Double($0) : nil }
        kept = observed.map {
            .percent($0.flatMap { curve.survival(at: $0) }, orElse: "not observed so long")
        }
        bands = observed.map { day in
            let point = day.flatMap { day in curve.points.last { $0.time <= day } }
            return .band(lower: point?.lower, upper: point?.upper)
        }
    }
}

extension IntervalText {
    /// A curve's pointwise band, in percent.
    fileprivate static func band(lower: Double?, upper: Double?) -> IntervalText {
        guard let lower, let upper, lower.isFinite, upper.isFinite else { return .missing("none") }
        return IntervalText(
            lower: lower, upper: upper, confidenceLevel: Retention.bandLevel, validity: .fixedSample,
            text: "\(NumberFormat.percent(lower)) to \(NumberFormat.percent(upper))")
    }
}

extension Retention {
    /// `nil` when the plan measures no customer losses.
    var section: Document.Section? {
        guard !charts.isEmpty || !missing.isEmpty else { return nil }
        let figures = charts.enumerated().map { index, chart in
            Document.Block.figure(
                Document.Figure(
                    chart: RetentionChart(chart: chart, id: "retention-\(index)").svg,
                    caption: caption(chart), table: table(chart)))
        }
        let notes = missing.map {
            Document.Block.paragraph("\($0): nobody has been observed long enough yet.")
        }
        return Document.Section(anchor: "retention", heading: "Customers kept", blocks: figures + notes)
    }

    private func caption(_ chart: Chart) -> String {
        let origin =
            switch chart.origin {
            case .assignment: "the partner's assignment"
            case .contractStart: "the start of the customer's contract"
            }
        return
            "\(chart.label): share of customers kept since \(origin), one line a group, each with its "
            + "\(NumberFormat.level(Retention.bandLevel)) band day by day, which leaves out that customers of one partner are alike."
    }

    private func table(_ chart: Chart) -> Document.Table {
        Document.Table(
            caption:
                "Customers still observed, share kept and its \(NumberFormat.level(Retention.bandLevel)) band, by day",
            columns: [.text("Group")] + chart.days.map { .number("Day \($0)") },
            rows: chart.arms.flatMap { arm in
                [
                    ["\(arm.variant), observed"] + arm.atRisk.map(NumberFormat.count),
                    ["\(arm.variant), kept"] + arm.kept.map(\.text),
                    ["\(arm.variant), band"] + arm.bands.map(\.text),
                ]
            })
    }
}
