import Model

extension IncentivePlanReader {
    func readEscalator(_ section: Section) -> Escalator? {
        defer { section.finish() }
        let appliesTo = readAppliesTo(of: section, among: [.commission, .renewalBonus])
        let perExtraYear = section.required("perExtraYear", .positiveRate(example: "1 %"))
        let cap = section.required("cap", .positiveRate(example: "3 %"))
        checkEscalatedBases(section)
        if let perExtraYear, let cap, cap < perExtraYear {
            section.fault(
                "'escalator.cap' is below one step of \(perExtraYear), which no term would ever earn whole; expected"
                    + " \(perExtraYear) or more",
                at: "cap")
        }
        guard let appliesTo, let perExtraYear, let cap else { return nil }
        return Escalator(appliesTo: appliesTo, perExtraYear: perExtraYear, cap: cap)
    }

    func readPriceConcession(_ section: Section) -> PriceConcession? {
        defer { section.finish() }
        let appliesTo = readAppliesTo(of: section, among: PlanComponent.paidByContract)
        let bands = section.requiredItems("bands", example: "{above: 15 %, pays: 50 %}") {
            (band, previous: PriceConcession.Band?) in
            let above = band.required("above", .rate(example: "15 %"))
            let pays = band.required("pays", .rate(example: "50 %"))
            guard let above, let pays else { return nil }
            band.checkAscending("the bands", by: "above", above, after: previous?.above)
            if let previous, pays > previous.pays {
                band.fault(
                    "a deeper discount keeps more of the pay than the band before; expected at most \(previous.pays)",
                    at: "pays")
            }
            return PriceConcession.Band(above: above, pays: pays)
        }
        guard let appliesTo, let bands else { return nil }
        return PriceConcession(appliesTo: appliesTo, bands: bands)
    }

    func readAccelerator(_ section: Section) -> Accelerator? {
        defer { section.finish() }
        let appliesTo = readAppliesTo(of: section, among: PlanComponent.payable)
        let measure: Accelerator.Measure? = section.required("measure", .choice)
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        let lowest = Rate(partsPerMillion: measure == .netRevenueRetention ? 0 : -1_000_000)
        let form = ScalarForm<Rate>.rate(
            in: lowest...Rate(partsPerMillion: 10_000_000), example: "105 % or 1.05")
        let bands = section.requiredItems("bands", example: "{from: 1.05, times: 1.1}") {
            (band, previous: MultiplierBand?) in
            let from = band.required("from", form)
            let times = band.required("times", .multiplier())
            guard let from else { return nil }
            band.checkAscending("the bands", by: "from", from.partsPerMillion, after: previous?.from)
            return times.map { MultiplierBand(from: from.partsPerMillion, times: $0) }
        }
        guard let appliesTo, let measure, let period, let bands else { return nil }
        return Accelerator(appliesTo: appliesTo, measure: measure, period: period, bands: bands)
    }

    func readContingency(_ section: Section) -> Contingency? {
        defer { section.finish() }
        let appliesTo = readAppliesTo(of: section, among: PlanComponent.payable)
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        let below = section.required("below", .positiveRate(example: "70 %"))
        let times = section.required("times", .multiplier(from: 1))
        let from = section.required("from", .planDay)
        let until = section.required("until", .planDay)
        let costCap = section.required("costCap", .positiveAmount(in: unit))
        guard let period, let from, let until else { return nil }
        if until < from {
            section.fault(
                "'contingency.until' is \(until), before 'contingency.from' on \(from); swap them or correct one",
                at: "until")
        } else if !period.fits(between: from, and: until) {
            section.fault(
                "no whole calendar \(period.rawValue) lies in the window from \(from) to \(until), so it would never"
                    + " apply; widen the window or choose a shorter 'period'",
                at: "until")
        }
        guard let appliesTo, let below, let times, let costCap else { return nil }
        return Contingency(
            appliesTo: appliesTo, period: period, below: below, times: times, from: from, until: until,
            costCap: costCap)
    }

    func readLimits(_ section: Section) -> PayLimits? {
        defer { section.finish() }
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        let cap = section.optional("cap", .positiveAmount(in: unit))
        let floor = section.optional("floor", .positiveAmount(in: unit))
        if !section.contains("cap"), !section.contains("floor") {
            section.fault("'limits' limits nothing; expected 'cap', 'floor' or both")
        }
        if let cap, let floor, floor > cap {
            section.fault(
                "'limits.floor' is above 'limits.cap'; expected at most \(words(cap))",
                at: "floor")
        }
        return period.map { PayLimits(period: $0, cap: cap, floor: floor) }
    }

    func readClawback(_ section: Section) -> Clawback? {
        defer { section.finish() }
        let appliesTo = readAppliesTo(of: section, among: PlanComponent.paidByContract)
        let withinDays = section.required("withinDays", .days(example: 180))
        let share = section.required("share", .positiveRate(example: "100 %"))
        let isProRata = section.value("proRata", .boolean, default: false)
        guard let appliesTo, let withinDays, let share else { return nil }
        return Clawback(appliesTo: appliesTo, withinDays: withinDays, share: share, isProRata: isProRata)
    }
}

// MARK: What a rule applies to

extension IncentivePlanReader {
    /// Components that the plan has, each once, out of those that the rule can change.
    private func readAppliesTo(of section: Section, among candidates: [PlanComponent]) -> [PlanComponent]? {
        let expectation = "a list of components such as [\(candidates[0].rawValue)]"
        guard let field = section.requiredField("appliesTo", expecting: expectation),
            let items = field.items(expecting: expectation)
        else { return nil }
        if items.isEmpty { field.fault("'\(field.path)' is an empty list; expected \(expectation)") }
        var components: [PlanComponent] = []
        for item in items {
            guard let component = item.read(.component(of: candidates)) else { continue }
            if components.contains(component) {
                item.fault("'\(field.path)' names '\(component.rawValue)' twice; keep one")
            }
            if let key = component.key, !root.contains(key) {
                item.fault(
                    "'\(item.path)' is '\(component.rawValue)', which the plan does not have;"
                        + " add '\(key)' to the plan, or delete it here")
            }
            components.append(component)
        }
        return components.count == items.count && !components.isEmpty ? components : nil
    }

    /// A period's revenue has no term, so no extra year.
    private func checkEscalatedBases(_ section: Section) {
        let recurring = TieredCommission.Basis.recurringRevenue.rawValue
        guard let items = section.field("appliesTo"), items.isList, let commission = root.field("commission"),
            let item = items.items()?.first(where: { $0.text == PlanComponent.commission.rawValue })
        else { return }
        let commissions = commission.isList ? commission.items() ?? [] : [commission]
        guard commissions.contains(where: { $0.isSection && $0.section()?.field("basis")?.text == recurring })
        else { return }
        item.fault(
            "the escalator needs contracts of a term, and a commission here has 'basis: \(recurring)';"
                + " delete 'commission' here, or choose a basis of bookings")
    }
}

extension PlanComponent {
    /// What partners are paid, in the order of the page that describes them.
    static let payable: [PlanComponent] = [
        .commission, .renewalBonus, .recurringBonus, .rebate, .milestoneBonus, .diversificationBonus,
    ]
    /// Components whose lines are each of one contract alone, so that a rule on contracts can change them.
    static let paidByContract = payable.filter { $0 != .rebate && $0 != .diversificationBonus }

    /// The key of a plan file that sets it; `nil` for what several keys make.
    var key: String? {
        switch self {
        case .commission, .renewalBonus, .recurringBonus, .rebate, .coMarketing: rawValue
        case .milestoneBonus: "milestones"
        case .diversificationBonus: "diversification"
        case .guarantee: nil
        }
    }
}

extension CalendarPeriod.Length {
    /// Whether a whole period lies between the two days, both included.
    fileprivate func fits(between from: Day, and until: Day) -> Bool {
        let first = CalendarPeriod(containing: from, self)
        return (first.firstDay == from ? first : first.next).lastDay <= until
    }
}
