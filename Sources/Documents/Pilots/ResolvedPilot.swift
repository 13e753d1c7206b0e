import Model
import Statistics

/// A plan written as a pilot file in which nothing is left to a default.
struct ResolvedPilot {
    let plan: Plan

    func text() throws -> String {
        let hash = try plan.contentHash().short
        let head = [
            "# Every setting of the pilot, defaults included.",
            "# Plan \(hash), which covers the incentive plans that are named below.",
        ]
        let body = try heading + schedule + design + variants() + metrics + decision + terms + trial
        return (head + body).joined(separator: "\n") + "\n"
    }

    private var isExternal: Bool { plan.design.kind == .external }

    private var heading: [String] {
        [
            "pilot: \(plan.pilot)",
            "title: \(YAMLText.scalar(plan.title))",
            "layer: \(plan.layer)",
        ]
    }

    private var schedule: [String] {
        [
            "starts: \(plan.schedule.starts)",
            "weeks: \(plan.schedule.weeks)  # ends on \(plan.schedule.ends)",
            "enrolUntil: \(plan.schedule.enrolUntil)",
            "lookEveryWeeks: \(plan.schedule.lookEveryWeeks)  # \(plan.schedule.lookDates.count) looks",
        ]
    }

    private var design: [String] {
        if isExternal {
            return ["design: external"]
                + (plan.design.mechanism.map { ["mechanism: \(YAMLText.scalar($0))"] } ?? [])
        }
        let population = plan.population.sorted { $0.key < $1.key }.map { field, values in
            "  \(field): [\(values.map(YAMLText.scalar).joined(separator: ", "))]"
        }
        return (population.isEmpty ? ["population: {}  # every partner"] : ["population:"] + population) + [
            "design:",
            "  strata: [\(plan.design.strata.joined(separator: ", "))]",
            "  blockSize: \(plan.design.blockSize)  # partners",
            "holdout: \(plan.holdout)",
        ]
    }

    private func variants() throws -> [String] {
        guard !isExternal else { return [] }
        var lines = ["variants:"]
        for variant in plan.variants {
            lines.append("  \(variant.id):")
            if let incentivePlan = variant.incentivePlan {
                let hash = try ContentHash(ofCanonicalJSON: incentivePlan).short
                let version = incentivePlan.version == 1 ? "" : ", version \(incentivePlan.version)"
                lines.append("    # \(hash)\(version): \(incentivePlan.summary)")
                lines.append("    plan: \(incentivePlan.id)")
            }
            lines.append("    weight: \(variant.weight)")
        }
        return lines
    }

    private var decision: [String] {
        let rule = plan.decision
        return [
            "decision:",
            "  alpha: \(rate(rule.alphaTwoSided))  # two-sided, over all looks",
            "  guardrailAlpha: \(rate(rule.guardrailAlphaOneSided))  # one-sided, for each guardrail",
            "  spending: \(rule.spending.spelling)",
            "  guardrailSpending: \(rule.guardrailSpending.spelling)",
            "  worthwhileGain: \(points(rule.worthwhileGain))",
            "  maxStalenessDays: \(rule.maxStalenessDays)",
        ]
    }

    private var terms: [String] {
        [
            "economics:",
            "  grossMargin: \(plan.economics.grossMargin)",
            "  currency: \(plan.economics.currency)",
            "promiseDays: \(plan.promiseDays)",
            "timeZone: \(YAMLText.scalar(plan.timeZone))",
        ]
    }

    private var trial: [String] {
        guard let trial = plan.trial else { return [] }
        var lines = ["trial:", "  partner: \(YAMLText.quoted(trial.partner))"]
        if let customer = trial.customer { lines.append("  customer: \(YAMLText.quoted(customer))") }
        lines.append("  outcome: \(YAMLText.quoted(trial.outcome))")
        if let baseline = trial.baseline { lines.append("  baseline: \(YAMLText.quoted(baseline))") }
        lines += ["  variant:", "    column: \(YAMLText.quoted(trial.variantColumn))", "    values:"]
        lines += trial.variantValues.sorted { $0.key < $1.key }.map { value, variant in
            "      \(YAMLText.quoted(value)): \(variant)"
        }
        return lines
    }
}

// MARK: Metrics

extension ResolvedPilot {
    private var metrics: [String] {
        var lines = ["metric:"] + definition(of: plan.primary, indent: "  ", withID: true)
        guard !isExternal else { return lines }
        lines.append(plan.secondary.isEmpty ? "secondary: []" : "secondary:")
        for metric in plan.secondary {
            let item = definition(of: metric, indent: "    ", withID: true)
            lines.append("  - " + item[0].dropFirst(4))
            lines += item.dropFirst()
        }
        lines.append(plan.guardrails.isEmpty ? "guardrails: {}" : "guardrails:")
        for guardrail in plan.guardrails {
            lines.append("  \(guardrail.metric.id):")
            lines.append("    maxHarm: \(points(guardrail.maxHarm))")
            lines.append("    severity: \(guardrail.severity.rawValue)")
            lines += definition(of: guardrail.metric, indent: "    ", withID: false)
        }
        return lines
    }

    /// A guardrail's id is the key above; elsewhere it is a key of its own when it is not the kind's name.
    private func definition(of metric: Metric, indent: String, withID: Bool) -> [String] {
        var lines = ["kind: \(metric.kind.rawValue)"]
        if withID, metric.id.rawValue != metric.kind.rawValue { lines.append("id: \(metric.id)") }
        lines.append("estimand: \(metric.estimand.rawValue)")
        if metric.kind != .binary { lines.append("graceDays: \(metric.graceDays)") }
        if metric.kind == .churn {
            lines += ["origin: \(metric.origin.rawValue)", "horizonDays: \(metric.horizonDays)"]
        }
        return lines.map { indent + $0 }
    }

    private func points(_ fraction: Double) -> String {
        "\(rate(fraction).dropLast(2)) points"
    }

    /// Levels and margins are read as parts per million, so this is exact.
    private func rate(_ fraction: Double) -> String {
        Rate(partsPerMillion: Int64((fraction * 1_000_000).rounded())).description
    }
}
