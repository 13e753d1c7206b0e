import Model
import Statistics

/// What differs from the analysis before: findings, guardrail states, the main effect and the counts.
struct Changes: Encodable {
    struct Change: Encodable {
        var what: String
        var before: String
        var now: String
        var isChanged: Bool { before != now }
    }

    /// The date compared with; `nil` in the first report.
    var since: Day?
    /// Everything compared, changed or not, in the order of the report.
    var compared: [Change]

    init(plan: Plan, look: Look, previous: Look?, names: MetricNames) {
        since = previous?.asOf
        guard let previous else {
            compared = []
            return
        }
        let before = Changes.facts(plan: plan, look: previous, names: names)
        let now = Changes.facts(plan: plan, look: look, names: names)
        let earlier = Dictionary(before, uniquingKeysWith: { first, _ in first })
        compared = now.map { Change(what: $0.0, before: earlier[$0.0] ?? "not reported", now: $0.1) }
    }

    private static func facts(plan: Plan, look: Look, names: MetricNames) -> [(String, String)] {
        var facts = [("Recommendation", PlainWords.action(look.recommendation))]
        facts += look.verdicts.map { ("Finding for '\($0.variant)'", PlainWords.finding($0.kind)) }
        facts += look.effects.filter { $0.role == .primary }.map { effect in
            let value = Quantity.effect(effect.estimate?.value ?? effect.difference, orElse: "not estimated")
            let interval = effect.repeatedInterval.map {
                " (\(IntervalText.points($0, orElse: "no interval").text))"
            }
            return (
                "\(names.label(effect.metric)), effect of '\(effect.variant)'", value.text + (interval ?? "")
            )
        }
        facts += look.guardrails.map {
            ("Guardrail \(names.label($0.metric)), '\($0.variant)'", PlainWords.state($0.state))
        }
        let units = CountedUnits(plan)
        for arm in look.arms {
            facts.append(("Partners, '\(arm.variant)'", NumberFormat.count(arm.partnersAssigned)))
            facts.append(("\(units.counted), '\(arm.variant)'", NumberFormat.count(arm.matured)))
        }
        facts.append(("Rows set aside as unreadable", NumberFormat.count(look.health.quarantinedRows)))
        facts.append(("Sources out of date", NumberFormat.count(look.health.staleSources.count)))
        facts.append(("Engine version", look.engine))
        return facts
    }
}

extension Changes {
    var section: Document.Section {
        Document.Section(anchor: "changes", heading: "What changed", blocks: blocks)
    }

    private var blocks: [Document.Block] {
        guard let since else {
            return [.paragraph("This is the first report of this pilot; there is none to compare it with.")]
        }
        let changed = compared.filter(\.isChanged)
        let unchanged = compared.filter { !$0.isChanged }.map(\.what)
        guard !changed.isEmpty else {
            return [.paragraph("Nothing that is reported has changed since \(since).")]
        }
        let table = Document.Table(
            caption: "Changes since the analysis of \(since)",
            columns: [.text("What"), .number(since.description), .number("Now")],
            rows: changed.map { [$0.what, $0.before, $0.now] })
        let rest =
            unchanged.isEmpty
            ? [] : [Document.Block.paragraph("Unchanged: \(unchanged.joined(separator: "; ")).")]
        return [.table(table)] + rest
    }
}
