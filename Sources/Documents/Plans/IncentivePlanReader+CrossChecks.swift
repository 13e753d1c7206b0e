import Model

extension IncentivePlanReader {
    private static let guarantees = ["limits", "noWorseOff"]

    /// The keys of the file that make it no reference for `noWorseOff`.
    var guarantees: [String] { Self.guarantees.filter(root.contains) }

    /// A cap alone pays nothing.
    func checkThatItDoesSomething() {
        let keys = PlanComponent.allCases.compactMap(\.key) + ["noWorseOff", "treatmentTags"]
        let limits = root.field("limits").flatMap { $0.isSection ? $0.section() : nil }
        guard !keys.contains(where: root.contains), limits?.contains("floor") != true else { return }
        root.fault(
            "the plan pays nothing, gives nothing and spends nothing; expected a component such as 'commission' or"
                + " 'renewalBonus', 'treatmentTags', or 'coMarketing'")
    }

    /// `noWorseOff: {than: today, period: quarter}`; the plan is found beside this one.
    func readNoWorseOff(of plan: IncentivePlan) -> NoWorseOff? {
        guard
            let section = root.field("noWorseOff")?.section(expecting: "{than: today, period: quarter}")
        else { return nil }
        defer { section.finish() }
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        let form: ScalarForm<IncentivePlan.ID> = .slugID()
        guard let field = section.requiredField("than", expecting: form.expectation),
            let id = field.read(form), let plans
        else { return nil }
        if id == plan.id {
            field.fault("'noWorseOff.than' is the plan '\(id)' itself; expected another plan")
            return nil
        }
        guard let file = plans.reference(id, by: field, of: document, on: plan.effective.from) else {
            return nil
        }
        check(file, asReferenceOf: plan, by: field)
        return period.map { NoWorseOff(than: file.plan, period: $0) }
    }

    private func check(_ file: PlanFile, asReferenceOf plan: IncentivePlan, by field: Field) {
        let id = file.plan.id
        if file.noWorseOffThan == plan.id {
            field.fault(
                "the plan '\(id)' refers back to '\(plan.id)' by its own 'noWorseOff'; expected a plan without one"
            )
        } else if !file.guarantees.isEmpty {
            let keys = file.guarantees.map { "'\($0)'" }.joined(separator: " and ")
            field.fault(
                "the plan '\(id)' has a guarantee of its own, \(keys); expected a plan that pays by its components"
                    + " alone")
        }
        if let currency, file.plan.currency != currency {
            field.fault(
                "the plan '\(id)' pays in \(file.plan.currency) and this one in \(currency); expected a plan in"
                    + " \(currency)")
        }
    }
}
