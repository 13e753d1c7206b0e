import Model

extension IncentivePlanReader {
    func readMilestoneBonuses() -> [MilestoneBonus] {
        var names: Set<String> = []
        let example = "{milestone: go-live, pays: 500}"
        return root.field("milestones")?.items(example: example) { (section, _: MilestoneBonus?) in
            let milestone = section.required("milestone", .milestone)
            if let milestone, !names.insert(milestone).inserted {
                section.fault(
                    "'milestones' names '\(milestone)' twice; put all its steps under one 'pays'",
                    at: "milestone")
            }
            let steps = readSteps(of: section)
            let includesRenewals = section.value("renewals", .boolean, default: false)
            let gate = readGate(of: section)
            guard let milestone, let steps else { return nil }
            return MilestoneBonus(
                milestone: milestone, steps: steps, includesRenewals: includesRenewals, gate: gate)
        } ?? []
    }

    /// An amount paid whenever the milestone is reached, or a list of steps.
    private func readSteps(of section: Section) -> [MilestoneBonus.Step]? {
        let example = "{byDay: 30, amount: 800}"
        let expectation = "an amount\(unit.inWords) such as 500, or a list such as [\(example)]"
        guard let field = section.requiredField("pays", expecting: expectation) else { return nil }
        if field.isText {
            return field.read(.positiveAmount(in: unit)).map { [MilestoneBonus.Step(byDay: nil, amount: $0)] }
        }
        guard field.isList else {
            field.faultShape(expecting: expectation)
            return nil
        }
        return field.items(example: example, read: readStep)
    }

    private func readStep(_ section: Section, after previous: MilestoneBonus.Step?) -> MilestoneBonus.Step? {
        let byDay = section.optional("byDay", .days(from: 0, example: 30))
        guard let amount = section.required("amount", .positiveAmount(in: unit)) else { return nil }
        if let previous {
            if let last = previous.byDay {
                if let byDay { section.checkAscending("the steps", by: "byDay", byDay, after: last) }
            } else {
                section.fault(
                    "the step before has no 'byDay' and is met whenever, so this one is never paid;"
                        + " put the step without 'byDay' last")
            }
            if amount > previous.amount {
                section.fault(
                    "a later step pays more than the one before, so waiting pays; expected at most"
                        + " \(words(previous.amount))",
                    at: "amount")
            }
        }
        return MilestoneBonus.Step(byDay: byDay, amount: amount)
    }

    func readDiversificationBonus(_ section: Section) -> DiversificationBonus? {
        defer { section.finish() }
        let over = section.required("over", .attribute)
        let categories = section.required("categories", .integer(in: 2...1000, example: 4))
        let index: DiversificationBonus.Index? = section.required("index", .choice)
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        let bands = section.requiredItems("pays", example: "{from: 0.5, amount: 500}") {
            (band, previous: DiversificationBonus.Band?) in
            let from = band.required("from", .rate(example: "0.5"))
            let amount = band.required("amount", .positiveAmount(in: unit))
            guard let from else { return nil }
            band.checkAscending("the bands", by: "from", from, after: previous?.from)
            return amount.map { DiversificationBonus.Band(from: from, amount: $0) }
        }
        guard let over, let categories, let index, let period, let bands else { return nil }
        return DiversificationBonus(
            over: over, categories: categories, index: index, period: period, bands: bands)
    }

    func readCoMarketing(_ section: Section) -> CoMarketing? {
        defer { section.finish() }
        let amount = section.required("amount", .positiveAmount(in: unit))
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        guard let amount, let period else { return nil }
        return CoMarketing(amount: amount, period: period)
    }
}
