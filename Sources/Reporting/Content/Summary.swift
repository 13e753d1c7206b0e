import Model
import Statistics

/// The verdict sentence, the recommendation with its reasons, and who has to do what.
struct Summary: Encodable {
    struct Finding: Encodable {
        var variant: Variant.ID
        var kind: Verdict.Kind
        /// ``kind`` in plain words.
        var words: String
        /// The recorded sentence with the numbers that decided.
        var reason: String
    }

    struct Need: Encodable {
        var who: String
        var what: String
    }

    var sentence: String
    var action: Recommendation.Action
    var variant: Variant.ID?
    var reasons: [String]
    var blockers: [String]
    var findings: [Finding]
    var needs: [Need]

    init(plan: Plan, look: Look, previous: [Look], names: MetricNames) {
        sentence = Summary.sentence(plan: plan, look: look, previous: previous, names: names)
        action = look.recommendation.action
        variant = look.recommendation.variant
        reasons = look.recommendation.reasons
        blockers = look.recommendation.blockers
        findings = look.verdicts.map {
            Finding(
                variant: $0.variant, kind: $0.kind, words: PlainWords.finding($0.kind), reason: $0.reason)
        }
        needs = Summary.needs(plan: plan, look: look)
    }

    /// "Scale 'bonus': renewals are up 6.3 points (2.1 to 10.5), every guardrail holds."
    static func sentence(plan: Plan, look: Look, previous: [Look], names: MetricNames) -> String {
        let recommendation = look.recommendation
        let lead = lead(recommendation, after: previous)
        let variants = recommendation.variant.map { [$0] } ?? plan.treatments.map(\.id)
        let clauses = variants.map { variant in
            let effect = effectClause(variant, plan: plan, look: look, names: names)
            let guardrails = guardrailClause(variant, look: look, names: names)
            let group = recommendation.variant == nil ? "with '\(variant)', " : ""
            return "\(group)\(effect), \(guardrails)"
        }
        return "\(lead): \(clauses.joined(separator: "; "))."
    }

    /// What is to be done; a pause that an earlier look brought about is a state and no longer a task.
    private static func lead(_ recommendation: Recommendation, after previous: [Look]) -> String {
        if recommendation.action == .pause, let variant = recommendation.variant,
            let first = previous.first(where: { $0.paused(variant) })
        {
            return "'\(variant)' is paused since \(first.asOf)"
        }
        let action = PlainWords.action(recommendation)
        return action.prefix(1).uppercased() + action.dropFirst()
    }

    private static func effectClause(
        _ variant: Variant.ID, plan: Plan, look: Look, names: MetricNames
    ) -> String {
        let subject = names.subject(plan.primary)
        guard let effect = look.effects.first(where: { $0.role == .primary && $0.variant == variant }),
            let difference = effect.estimate?.value ?? effect.difference
        else { return "no effect can be estimated yet" }
        let size = NumberFormat.points(difference.magnitude)
        let isZero = !size.contains { ("1"..."9").contains($0) }
        let change = isZero ? "unchanged" : "\(difference > 0 ? "up" : "down") \(size) points"
        guard let interval = effect.repeatedInterval ?? effect.fixedInterval else {
            return "\(subject) \(change) (no interval yet)"
        }
        return "\(subject) \(change) (\(IntervalText.points(interval, orElse: "no interval yet").text))"
    }

    private static func guardrailClause(_ variant: Variant.ID, look: Look, names: MetricNames) -> String {
        let results = look.guardrails.filter { $0.variant == variant }
        guard !results.isEmpty else { return "no guardrail is set" }
        let breached = results.filter { $0.state == .breached }.map { "'\(names.label($0.metric))'" }
        guard breached.isEmpty else {
            return breached.count == 1
                ? "the guardrail \(PlainWords.list(breached)) is breached"
                : "the guardrails \(PlainWords.list(breached)) are breached"
        }
        let open = results.filter { $0.state != .ok }.count
        guard open > 0 else { return results.count == 1 ? "the guardrail holds" : "every guardrail holds" }
        if results.contains(where: { $0.state == .stale }) { return "the guardrails' data are out of date" }
        return open == results.count
            ? "whether the guardrails hold cannot be told yet"
            : "\(results.count - open) of \(results.count) guardrails hold, the others cannot be told yet"
    }
}

extension Summary {
    var section: Document.Section {
        var blocks: [Document.Block] = [.lead(sentence)]
        if !reasons.isEmpty { blocks.append(.list(title: "Why", items: reasons)) }
        if !blockers.isEmpty {
            blocks.append(.list(title: "What stands against a scale-up", items: blockers))
        }
        blocks.append(.list(title: "Who has to do what", items: needs.map { "\($0.who): \($0.what)" }))
        if !findings.isEmpty {
            blocks.append(
                .table(
                    Document.Table(
                        caption: "What the evidence says about each group",
                        columns: [.text("Group"), .text("Finding"), .text("Numbers that decided")],
                        rows: findings.map { [$0.variant.rawValue, $0.words, $0.reason] })))
        }
        return Document.Section(anchor: "summary", heading: "Verdict and recommendation", blocks: blocks)
    }
}

extension Look {
    /// Whether the look stopped new promises of `variant`, or found them stopped.
    fileprivate func paused(_ variant: Variant.ID) -> Bool {
        recommendation.action == .pause && recommendation.variant == variant
            || guardrails.contains {
                $0.state == .breached && $0.severity == .pause && $0.variant == variant
            }
    }
}
