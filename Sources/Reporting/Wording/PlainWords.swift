import Model
import Statistics

/// Plain words for what the code calls by its field's terms; the glossary lists the pairs.
package enum PlainWords {
    /// A span of time in its largest whole unit; none is longer than thirty years.
    package static func duration(_ seconds: Double) -> String {
        let minutes = Int(max(0, min(seconds, 1e9))) / 60
        if minutes < 60 { return "\(minutes) min" }
        return minutes < 48 * 60 ? "\(minutes / 60) h" : "\(minutes / 1440) days"
    }

    static func finding(_ kind: Verdict.Kind) -> String {
        switch kind {
        case .superior: "a gain is shown"
        case .nonInferior: "no worse than control; a gain is not shown"
        case .harmful: "harm is shown"
        case .noEffectOfInterest: "a gain worth having is ruled out"
        case .inconclusive: "neither a gain nor a harm is shown yet"
        case .invalid: "the evidence cannot be used"
        }
    }

    static func state(_ state: GuardrailResult.State) -> String {
        switch state {
        case .ok: "ok"
        case .breached: "breached"
        case .notPoweredYet: "cannot tell yet"
        case .noData: "no data"
        case .stale: "out-of-date data"
        }
    }

    static func role(_ role: Effect.Role) -> String {
        switch role {
        case .primary: "main"
        case .secondary: "secondary"
        case .guardrail: "guardrail"
        }
    }

    /// What the recommendation calls for: "scale 'bonus'", "continue".
    static func action(_ recommendation: Recommendation) -> String {
        let group = recommendation.variant.map { " '\($0)'" }
        return switch recommendation.action {
        case .continue: "continue"
        case .pause: "pause" + (group ?? " new promises")
        case .stop: group.map { "stop" + $0 } ?? "stop the pilot"
        case .scale: "scale" + (group ?? " up")
        case .extend: "extend the pilot"
        }
    }

    /// "3 contracts", "1 contract".
    static func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(NumberFormat.count(count)) \(count == 1 ? singular : plural ?? singular + "s")"
    }

    /// "a", "a and b", "a, b and c".
    static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// "5.00 EUR is", "5.00 EUR and 7.00 USD are".
    static func amounts(_ amounts: [String], _ singular: String, _ plural: String) -> String {
        "\(list(amounts)) \(amounts.count == 1 ? singular : plural)"
    }

    /// First letter capital.
    static func sentenceCase(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// The text as a sentence: first letter capital, a full stop at the end unless it has its own.
    static func sentence(_ text: String) -> String {
        guard let first = text.first, let last = text.last else { return text }
        return first.uppercased() + text.dropFirst() + (".!?".contains(last) ? "" : ".")
    }
}

/// How a plan's metrics are called in sentences, columns and charts.
struct MetricNames {
    private let labels: [Metric.ID: String]

    /// Metrics that would share a label carry their id as well.
    init(_ plan: Plan) {
        let metrics = Dictionary(plan.metrics.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let byLabel = Dictionary(grouping: metrics.values, by: MetricNames.kindLabel)
        labels = metrics.mapValues { metric in
            let label = MetricNames.kindLabel(metric)
            return byLabel[label]?.count == 1 ? label : "\(label) ('\(metric.id)')"
        }
    }

    /// "Renewal rate", "Customers lost within 90 days".
    func label(_ metric: Metric) -> String { labels[metric.id] ?? MetricNames.kindLabel(metric) }

    /// The subject of a sentence about a change, with its verb: "renewals are", "the discount is".
    func subject(_ metric: Metric) -> String {
        switch metric.kind {
        case .renewalRate: "renewals are"
        case .churn: "customer losses within \(PlainWords.counted(metric.horizonDays, "day")) are"
        case .netRevenueRetention: "retained revenue is"
        case .discountDepth: "the mean discount is"
        case .binary: "the outcome '\(metric.id)' is"
        }
    }

    private static func kindLabel(_ metric: Metric) -> String {
        switch metric.kind {
        case .renewalRate: "Renewal rate"
        case .churn: "Customers lost within \(PlainWords.counted(metric.horizonDays, "day"))"
        case .netRevenueRetention: "Revenue retained"
        case .discountDepth: "Mean discount"
        case .binary: "Outcome '\(metric.id)'"
        }
    }
}

/// What a pilot counts: due contracts, or the customers of a trial that was run elsewhere.
struct CountedUnits {
    let due: String
    let counted: String
    let positive: String
    let one: String

    init(_ plan: Plan) {
        switch plan.primary.kind {
        case .binary:
            due = "Customers recorded"
            counted = "Customers counted"
            positive = "With the outcome"
            one = "customer"
        case .renewalRate, .netRevenueRetention, .discountDepth, .churn:
            due = "Contracts due"
            counted = "Contracts counted"
            positive = "Renewed"
            one = "contract"
        }
    }
}
