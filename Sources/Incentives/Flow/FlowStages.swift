import Model

/// Which stage of a customer's life a line of a plan belongs to.
struct FlowStages {
    let plan: IncentivePlan
    let renewals: Set<Contract.ID>

    func stage(of payout: Payout) -> RevenueFlow.Stage {
        switch (payout.component, payout.rule) {
        case (.guarantee, _): .everyStage
        case (_, .accelerator): .expansion
        case (.commission, _): commissionStage(of: payout)
        case (.milestoneBonus, _): milestoneStage(of: payout)
        case (.renewalBonus, _): .renewal
        case (.recurringBonus, _): .adoption
        case (.rebate, _), (.diversificationBonus, _): .expansion
        case (.coMarketing, _): .engagement
        }
    }

    private func commissionStage(of payout: Payout) -> RevenueFlow.Stage {
        guard let basis = basis(of: payout) else { return .signing }
        let isRenewal = payout.contract.map(renewals.contains) ?? false
        return basis == .allBookings && isRenewal ? .renewal : stage(of: basis)
    }

    /// Where a plan has several commissions, the occasion begins with the basis: "newBookings 2027-Q1".
    private func basis(of payout: Payout) -> TieredCommission.Basis? {
        if plan.commissions.count == 1 { return plan.commissions[0].basis }
        let named = payout.occasion.split(separator: " ").first
        return plan.commissions.map(\.basis).first { $0.rawValue == named.map(String.init) }
    }

    private func stage(of basis: TieredCommission.Basis) -> RevenueFlow.Stage {
        switch basis {
        case .newBookings, .allBookings: .signing
        case .renewedRevenue: .renewal
        case .recurringRevenue: .adoption
        }
    }

    /// A line that takes milestone bonuses back names no milestone.
    private func milestoneStage(of payout: Payout) -> RevenueFlow.Stage {
        let stages = stages(of: .milestoneBonus)
        let named = milestoneStage(payout.occasion)
        return stages.contains(named) ? named : stages.min() ?? named
    }

    /// By name: what is used is adopted, everything else is part of getting there.
    private func milestoneStage(_ name: String) -> RevenueFlow.Stage {
        let lowercase = name.lowercased()
        return ["adopt", "usage", "active"].contains(where: lowercase.contains) ? .adoption : .onboarding
    }

    func row(_ stage: RevenueFlow.Stage, _ line: RevenueFlow.Line) -> RevenueFlow.Row {
        let vendor: RevenueFlow.Party = plan.paidBy == .external ? .otherSystem : .vendor
        return switch (line.component, line.rule) {
        case (.coMarketing, _):
            RevenueFlow.Row(stage: stage, payer: .vendor, payee: .jointMarketing, line: line)
        case (_, .clawback): RevenueFlow.Row(stage: stage, payer: .partner, payee: vendor, line: line)
        default: RevenueFlow.Row(stage: stage, payer: vendor, payee: .partner, line: line)
        }
    }

    /// The lines the plan can make.
    var expected: [(RevenueFlow.Stage, RevenueFlow.Line)] {
        var lines: [(RevenueFlow.Stage, RevenueFlow.Line)] = []
        for component in plan.components where component != .guarantee {
            for stage in stages(of: component) {
                lines += rules(on: component).map {
                    (stage, RevenueFlow.Line(component: component, rule: $0))
                }
            }
            if plan.accelerator?.appliesTo.contains(component) == true {
                lines.append((.expansion, RevenueFlow.Line(component: component, rule: .accelerator)))
            }
        }
        let guarantees: [PlanRule?] = [
            plan.limits?.cap.map { _ in .cap }, plan.limits?.floor.map { _ in .floor },
            plan.noWorseOff.map { _ in .makeWhole },
        ]
        return lines
            + guarantees.compactMap(\.self).map {
                (.everyStage, RevenueFlow.Line(component: .guarantee, rule: $0))
            }
    }

    private func stages(of component: PlanComponent) -> Set<RevenueFlow.Stage> {
        switch component {
        case .commission: Set(plan.commissions.map { stage(of: $0.basis) })
        case .milestoneBonus: Set(plan.milestoneBonuses.map { milestoneStage($0.milestone) })
        case .renewalBonus: [.renewal]
        case .recurringBonus: [.adoption]
        case .rebate, .diversificationBonus: [.expansion]
        case .coMarketing: [.engagement]
        case .guarantee: [.everyStage]
        }
    }

    /// The component's own rule and those that change it contract by contract, or take it back.
    private func rules(on component: PlanComponent) -> [PlanRule] {
        let own = PlanRule(rawValue: component.rawValue)
        let bonus = component == .renewalBonus ? plan.renewalBonus : nil
        let others: [PlanRule?] = [
            plan.escalator.flatMap { $0.appliesTo.contains(component) ? .escalator : nil },
            bonus?.health.map { _ in .healthWeight },
            plan.priceConcession.flatMap { $0.appliesTo.contains(component) ? .priceConcession : nil },
            bonus?.cap.map { _ in .cap },
            plan.contingency.flatMap { $0.appliesTo.contains(component) ? .contingency : nil },
            plan.clawback.flatMap { $0.appliesTo.contains(component) ? .clawback : nil },
        ]
        return ([own] + others).compactMap(\.self)
    }
}
