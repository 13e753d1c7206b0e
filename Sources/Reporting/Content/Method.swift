import Model
import Statistics

/// How the numbers were made: the one part of the report that uses the field's terms.
struct Method: Encodable {
    struct Definition: Encodable {
        var metric: Metric.ID
        var label: String
        var definition: String
        var estimand: Metric.Estimand
    }

    var definitions: [Definition]
    var statements: [String]
    var details: [EstimateDetail]
    var planHash: String
    var snapshotSequence: Int64
    var engine: String
    var isPractice: Bool

    init(plan: Plan, look: Look, names: MetricNames) {
        var seen: Set<Metric.ID> = []
        definitions = plan.metrics.filter { seen.insert($0.id).inserted }.map {
            Definition(
                metric: $0.id, label: names.label($0), definition: MetricDefinition.text($0),
                estimand: $0.estimand)
        }
        statements = Method.statements(plan: plan, look: look)
        details = look.effects.map { EstimateDetail($0, label: names.label($0.metric)) }
        planHash = look.planHash.hex
        snapshotSequence = look.snapshotSequence
        engine = look.engine
        isPractice = look.isPractice
    }
}

extension Method {
    var section: Document.Section {
        var blocks: [Document.Block] = [
            .table(
                Document.Table(
                    caption: "Metric definitions",
                    columns: [.text("Metric"), .text("Id"), .text("Definition"), .text("Estimand")],
                    rows: definitions.map {
                        [$0.label, $0.metric.rawValue, $0.definition, MetricDefinition.text($0.estimand)]
                    })),
            .list(title: "Design and inference", items: statements),
        ]
        if !details.isEmpty { blocks += [.table(estimatesTable), .table(testsTable)] }
        blocks.append(.list(title: "Provenance", items: provenance))
        return Document.Section(anchor: "method", heading: "Method", blocks: blocks)
    }

    private var provenance: [String] {
        [
            "Plan hash \(planHash).", "Snapshot up to sequence \(NumberFormat.grouped(snapshotSequence)).",
            "Engine \(engine).",
            isPractice
                ? "Practice: the business clock and the data are simulated." : "Real data on the real clock.",
        ]
    }

    private var estimatesTable: Document.Table {
        Document.Table(
            caption: "Estimates in percentage points, treatment \(NumberFormat.minus) control",
            columns: [
                .text("Metric"), .text("Variant"), .number("Partners c / t"),
                .number("Effective partners c / t"),
                .number("Estimate"), .number("SE"), .number("df"), .number("ICC"),
                .number("Fixed-sample interval"),
                .number("Other estimand"),
            ],
            rows: details.map { detail in
                [
                    detail.label, detail.variant.rawValue, detail.partners, detail.effectivePartners,
                    detail.estimate.text, detail.standardError.text, detail.degreesOfFreedom.text,
                    detail.intraclassCorrelation.text, detail.fixedInterval.text, detail.otherEstimate,
                ]
            })
    }

    private var testsTable: Document.Table {
        Document.Table(
            caption: "Tests at this look",
            columns: [
                .text("Metric"), .text("Variant"), .number("p (t test)"), .number("Boundary (z)"),
                .number("Nominal one-sided level"), .number("Randomisation test"), .number("Log-rank test"),
            ],
            rows: details.map { detail in
                [
                    detail.label, detail.variant.rawValue, detail.pValue.text, detail.criticalValue.text,
                    detail.nominalLevel.text, detail.randomization, detail.logRank,
                ]
            })
    }
}
