import Model

/// What the plans of a pilot's variants must agree on.
extension PilotReader {
    func checkPlansTogether(of variants: [Variant]) {
        guard let section = root.field("variants").flatMap({ $0.isSection ? $0.section() : nil }) else {
            return
        }
        let plans = variants.compactMap { variant in
            variant.incentivePlan.map { (variant: variant, plan: $0) }
        }
        guard let control = plans.first(where: { $0.variant.isControl })?.plan else { return }
        if control.basis == .addsTo {
            section.fault(
                "the control's plan '\(control.id)' adds to what the control pays, which is itself; expected"
                    + " 'basis: replaces' in the plan, or another plan",
                at: Variant.control.rawValue)
        }
        for (variant, plan) in plans where !variant.isControl {
            let names = "'\(variant.id)' (plan '\(plan.id)') and 'control' (plan '\(control.id)')"
            if plan.contingency != control.contingency {
                section.fault(
                    "the variants \(names) have different contingencies; a downturn must change all variants alike:"
                        + " expected the same 'contingency' in both plans, or none",
                    at: variant.id.rawValue)
            }
            if plan.rates?.effectsTable != control.rates?.effectsTable {
                section.fault(
                    "the variants \(names) have different exchange rates for effects; expected the same table of"
                        + " 'rates.effectsOn' in both plans, or no 'rates'",
                    at: variant.id.rawValue)
            }
            checkPayers(of: plan, beside: control, by: variant, in: section)
        }
    }

    private func checkPayers(
        of plan: IncentivePlan, beside control: IncentivePlan, by variant: Variant, in section: Section
    ) {
        guard plan.basis == .addsTo, plan.paidBy != control.paidBy else { return }
        let shared = plan.components.intersection(control.components).subtracting([.coMarketing]).sorted()
        guard !shared.isEmpty else { return }
        let names = shared.map(\.rawValue).joined(separator: ", ")
        section.fault(
            "the plan '\(plan.id)' (paidBy: \(plan.paidBy.rawValue)) adds to the control's plan '\(control.id)' (paidBy:"
                + " \(control.paidBy.rawValue)), and both have \(names): two systems would pay one fact for one"
                + " component; delete it from '\(plan.id)', or choose 'basis: replaces'",
            at: variant.id.rawValue)
    }
}
