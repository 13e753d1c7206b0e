import Model

extension Summary {
    /// What the recommendation, the data and the influence analysis ask of whom; never empty.
    static func needs(plan: Plan, look: Look) -> [Need] {
        [decisionNeed(plan: plan, look: look)] + dataNeeds(look.health) + influenceNeeds(look)
    }

    private static func decisionNeed(plan: Plan, look: Look) -> Need {
        let action = PlainWords.action(look.recommendation)
        switch look.recommendation.action {
        case .continue:
            let dates = plan.schedule.lookDates
            let next = dates.indices.contains(look.plannedIndex) ? dates[look.plannedIndex] : nil
            return Need(
                who: "Pilot owner",
                what: next.map { "nothing; the pilot runs on, and the next scheduled analysis is on \($0)." }
                    ?? "record a decision; no further analysis is scheduled.")
        case .pause:
            return Need(
                who: "Pilot owner",
                what: "record a decision to confirm or lift the pause. Promises already made are kept.")
        case .stop, .scale, .extend:
            return Need(
                who: "Pilot owner",
                what: "record a decision to \(action) or not; nothing changes until someone does.")
        }
    }

    private static func dataNeeds(_ health: DataHealth) -> [Need] {
        var needs = health.staleSources.map {
            Need(
                who: "Data owner",
                what: "bring the sources up to date; no conclusion is drawn until they are (\($0)).")
        }
        if health.hasSampleRatioMismatch {
            needs.append(
                Need(
                    who: "Data owner",
                    what:
                        "find out why the groups differ in size from the plan; the table under Data says which."
                ))
        }
        if health.quarantinedRows > 0 {
            let rows = PlainWords.counted(health.quarantinedRows, "unreadable row")
            needs.append(Need(who: "Data owner", what: "correct \(rows) in the sources."))
        }
        if health.orphanContracts > 0 {
            let contracts = PlainWords.counted(health.orphanContracts, "contract")
            needs.append(
                Need(
                    who: "Data owner",
                    what: "name the partner of \(contracts) whose partner is not on the roster.")
            )
        }
        return needs
    }

    private static func influenceNeeds(_ look: Look) -> [Need] {
        look.influence.filter(\.isFragile).map {
            Need(
                who: "Pilot owner",
                what: "examine who carries the result of '\($0.variant)' before deciding: "
                    + $0.fragility.joined(separator: " ")
            )
        }
    }
}
