import Model

extension PilotReader {
    private static var expectedVariants: String {
        "at least two, such as {control: today, bonus: retention-bonus}"
    }

    /// `variants: {control: today, bonus: {plan: retention-bonus, weight: 2}}`, control first, then by id.
    ///
    /// - Parameter starts: the pilot's first day, which decides the version of a plan.
    func readVariants(starts: Day?) -> [Variant]? {
        guard
            let section = root.requiredField("variants", expecting: Self.expectedVariants)?
                .section(expecting: Self.expectedVariants)
        else { return nil }
        let fields = section.fields()
        if fields.count < 2 {
            root.fault("'variants' has \(fields.count); expected \(Self.expectedVariants)", at: "variants")
        }
        if !fields.isEmpty, !section.contains(Variant.control.rawValue) {
            let hint = suggestion(for: Variant.control.rawValue, among: section.keys)
            root.fault(
                "no variant is named 'control'; expected one that holds today's terms\(hint)", at: "variants")
        }
        let variants = fields.compactMap { readVariant($0, starts: starts) }
        return variants.count == fields.count && variants.count >= 2 ? sorted(variants) : nil
    }

    private func readVariant(_ field: Field, starts: Day?) -> Variant? {
        let id: Variant.ID? = field.readKey(.slugID())
        let planForm: ScalarForm<IncentivePlan.ID> = .slugID()
        if field.isText {
            guard let planID = field.read(planForm),
                let plan = plans.plan(named: planID, by: field, of: document, on: starts), let id
            else { return nil }
            return Variant(id: id, weight: PilotDefaults.weight, incentivePlan: plan)
        }
        guard let section = field.section(expecting: "a plan's name, or {plan: today, weight: 1}") else {
            return nil
        }
        let weight = section.value("weight", .integer(in: 1...100, example: 1), default: PilotDefaults.weight)
        let planField = section.requiredField("plan", expecting: planForm.expectation)
        section.finish()
        guard let planField, let planID = planField.read(planForm),
            let plan = plans.plan(named: planID, by: planField, of: document, on: starts), let id
        else { return nil }
        return Variant(id: id, weight: weight, incentivePlan: plan)
    }

    /// The variants of an imported trial: those its file's values stand for, with terms set elsewhere.
    func importedVariants(of trial: TrialFile) -> [Variant] {
        sorted(
            Set(trial.variantValues.values).map {
                Variant(id: $0, weight: PilotDefaults.weight, incentivePlan: nil)
            })
    }

    private func sorted(_ variants: [Variant]) -> [Variant] {
        variants.sorted { left, right in
            left.isControl != right.isControl ? left.isControl : left.id < right.id
        }
    }

    /// Margins, payouts and effects are compared in one currency.
    func checkCurrencies(of variants: [Variant], against currency: Currency) {
        guard let section = root.section("variants") else { return }
        for variant in variants {
            guard let plan = variant.incentivePlan, plan.currency != currency else { continue }
            section.fault(
                "the incentive plan '\(plan.id)' pays in \(plan.currency) and the pilot counts in \(currency);"
                    + " set 'currency' under 'economics' to \(plan.currency), or choose another plan",
                at: variant.id.rawValue)
        }
    }
}
