import Model

/// Reads the top level of a plan file; each topic has its own extension.
///
/// What is read is a plan only when the document has no faults: missing and faulty values leave gaps in it.
struct IncentivePlanReader {
    let document: YAMLDocument
    /// Where the plan that `noWorseOff` names is found; `nil` while such a plan itself is read.
    let plans: PlanDirectory?
    let gates: GateNames
    /// `nil` when it is missing or faulty.
    let currency: Currency?

    init(document: YAMLDocument, plans: PlanDirectory?) {
        self.document = document
        self.plans = plans
        gates = GateNames(of: document.root)
        currency = document.root.required("currency", .currency)
    }

    var root: Section { document.root }

    /// Amounts are checked as well when the file's currency is faulty; the plan is refused then anyway.
    var unit: Currency { currency ?? .unknown }

    /// An amount as messages tell it.
    func words(_ minorUnits: Int64) -> String {
        let money = Money(minorUnits: minorUnits, currency: unit)
        return unit == .unknown ? String("\(money)".dropLast(4)) : "\(money)"
    }

    func read() -> IncentivePlan {
        let id: IncentivePlan.ID? = root.required("plan", .slugID())
        let summary = root.required(
            "summary", .text(example: "\"10 % commission on the first year of new contracts.\""))
        var plan = IncentivePlan(id: id ?? "unnamed", summary: summary ?? "", currency: unit)
        plan.version = root.value("version", .integer(in: 1...9999, example: 2), default: plan.version)
        plan.effective = readEffectiveDates()
        plan.paidBy = root.value("paidBy", .choice, default: plan.paidBy)
        plan.basis = root.value("basis", .choice, default: plan.basis)
        plan.rounding = root.value("rounding", .choice, default: plan.rounding)
        plan.treatmentTags = readTreatmentTags()
        plan.rates = readRates()
        readComponents(into: &plan)
        readModifiers(into: &plan)
        plan.gates = readGates()
        plan.noWorseOff = readNoWorseOff(of: plan)
        checkThatItDoesSomething()
        return plan
    }

    private func readEffectiveDates() -> EffectiveDates {
        guard
            let section = root.field("effective")?
                .section(expecting: "{from: 2027-01-01, until: 2027-12-31}, both optional")
        else { return EffectiveDates() }
        defer { section.finish() }
        let dates = EffectiveDates(
            from: section.optional("from", .planDay), until: section.optional("until", .planDay))
        if let from = dates.from, let until = dates.until, until < from {
            section.fault(
                "'effective.until' is \(until), before 'effective.from' on \(from); swap them or correct one",
                at: "until")
        }
        return dates
    }

    private func readTreatmentTags() -> [String] {
        guard let field = root.field("treatmentTags"),
            let items = field.items(expecting: "a list of names such as [enablement]")
        else { return [] }
        if items.isEmpty { field.fault("'treatmentTags' is an empty list; name one, or delete the key") }
        var tags: [String] = []
        for item in items {
            guard let tag = item.read(.slug) else { continue }
            if tags.contains(tag) { item.fault("'treatmentTags' names '\(tag)' twice; keep one") }
            tags.append(tag)
        }
        return tags
    }

    private func readComponents(into plan: inout IncentivePlan) {
        plan.commissions = readCommissions()
        plan.renewalBonus = root.section("renewalBonus").flatMap(readRenewalBonus)
        plan.recurringBonus = root.section("recurringBonus").flatMap(readRecurringBonus)
        plan.rebate = root.section("rebate").flatMap(readRebate)
        plan.milestoneBonuses = readMilestoneBonuses()
        plan.diversificationBonus = root.section("diversification").flatMap(readDiversificationBonus)
        plan.coMarketing = root.section("coMarketing").flatMap(readCoMarketing)
    }

    private func readModifiers(into plan: inout IncentivePlan) {
        plan.escalator = root.section("escalator").flatMap(readEscalator)
        plan.priceConcession = root.section("priceConcession").flatMap(readPriceConcession)
        plan.accelerator = root.section("accelerator").flatMap(readAccelerator)
        plan.contingency = root.section("contingency").flatMap(readContingency)
        plan.limits = root.section("limits").flatMap(readLimits)
        plan.clawback = root.section("clawback").flatMap(readClawback)
    }
}
