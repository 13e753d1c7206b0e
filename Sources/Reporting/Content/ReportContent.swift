import Model

/// Everything a weekly report says, computed once from recorded values; the JSON twin is this value.
struct ReportContent: Encodable {
    /// The version of this shape; it changes with the JSON Schema.
    let schema = "fairway-report/1"
    var pilot: Pilot.ID
    var title: String
    var week: String
    var asOf: Day
    /// Which of the planned analyses this is, from 1.
    var analysis: Int
    var plannedAnalyses: Int
    var isPractice: Bool
    var summary: Summary
    var changes: Changes
    var effects: Effects
    var history: History
    var retention: Retention
    var guardrails: Guardrails
    var data: DataQuality
    var money: MoneyEffects
    var method: Method

    init(pilot: Pilot, look: Look, previous: [Look]) {
        let names = MetricNames(pilot.plan)
        self.pilot = pilot.id
        title = pilot.plan.title
        week = look.asOf.isoWeek.description
        asOf = look.asOf
        analysis = look.plannedIndex
        plannedAnalyses = look.plannedLooks
        isPractice = look.isPractice
        summary = Summary(plan: pilot.plan, look: look, previous: previous, names: names)
        changes = Changes(plan: pilot.plan, look: look, previous: previous.last, names: names)
        effects = Effects(plan: pilot.plan, look: look, names: names)
        history = History(plan: pilot.plan, looks: previous + [look], names: names)
        retention = Retention(plan: pilot.plan, look: look, names: names)
        guardrails = Guardrails(look: look, names: names)
        data = DataQuality(plan: pilot.plan, look: look)
        money = MoneyEffects(plan: pilot.plan, look: look)
        method = Method(plan: pilot.plan, look: look, names: names)
    }
}

extension ReportContent {
    /// "scheduled analysis 3 of 26".
    var analysisInWords: String { "scheduled analysis \(analysis) of \(plannedAnalyses)" }

    var document: Document {
        Document(
            title: title,
            subtitle: "Pilot '\(pilot)' · week \(week) · data to \(asOf) · \(analysisInWords)",
            banner: isPractice ? "PRACTICE: simulated data. Nothing here happened to real partners." : nil,
            sections: [
                summary.section, changes.section, effects.section, history.section, retention.section,
                guardrails.section, data.section, money.section, method.section,
            ].compactMap { $0 })
    }
}
