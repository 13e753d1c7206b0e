import Model

extension Summary {
    /// What the recommendation, the data and the influence analysis ask of whom; never empty.
    static func needs(plan: Plan, look: Look) -> [Need] {
        [Need(who: "Pilot owner", what: decision(plan: plan, look: look))] + dataNeeds(look.health)
            + importNeeds(plan: plan, look: look) + influenceNeeds(look)
    }

    private static func decision(plan: Plan, look: Look) -> String {
        let recommendation = look.recommendation
        let goesOn =
            "Fairway goes on as drawn until \(plan.schedule.ends); it changes nobody's terms by itself."
        switch recommendation.action {
        case .continue:
            let dates = plan.schedule.lookDates
            let next = dates.indices.contains(look.plannedIndex) ? dates[look.plannedIndex] : nil
            return next.map { "nothing; the pilot runs on, and the next scheduled analysis is on \($0)." }
                ?? "decide what follows; no further analysis is scheduled."
        case .pause:
            return
                "find out what does the harm. Promises already made are kept; new ones of the paused group are "
                + "not granted any more."
        case .scale:
            let terms = plan.variants.first { $0.id == recommendation.variant }?.incentivePlan?.id.rawValue
            return
                "decide whether '\(terms ?? recommendation.variant?.rawValue ?? "it")' becomes everybody's terms, and agree "
                + "it with the partners. " + (look.isFinal ? "The pilot is over." : goesOn)
        case .stop:
            return "decide to keep today's terms, or say why not. "
                + (look.isFinal
                    ? "The pilot is over." : "Groups found harmful get no new promises. \(goesOn)")
        case .extend:
            return "decide whether the question is worth another pilot; this one has no further analysis."
        }
    }

    /// What happened after a file was imported by hand is not known, and counts as not having happened.
    private static func importNeeds(plan: Plan, look: Look) -> [Need] {
        look.health.sources.compactMap { stream in
            guard stream.source.isImported, let through = stream.completedThrough else { return nil }
            let day = Day(through, in: plan.zone)
            guard day < look.asOf - plan.decision.maxStalenessDays else { return nil }
            return Need(
                who: "Data owner",
                what: "import '\(stream.source)' again if it has grown: renewals after \(day) count as lost.")
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
            needs.append(
                Need(
                    who: "Data owner",
                    what: "correct \(rows) in the sources; 'fairway export quarantine' lists them."))
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
