import Model

/// Who bears which risk under a plan, in sentences; `partner` and `vendor`, or the system that pays.
func risks(of plan: IncentivePlan) -> [RevenueFlow.Risk] {
    let words = PlanWording(plan)
    return words.partnerRisks.map { RevenueFlow.Risk(bearer: .partner, sentence: $0) }
        + words.vendorRisks.map { RevenueFlow.Risk(bearer: .vendor, sentence: $0) }
        + (plan.paidBy == .external
            ? [
                RevenueFlow.Risk(
                    bearer: .otherSystem,
                    sentence: "Whether pay arrives, and when, is up to the system that pays it.")
            ] : [])
}

extension PlanWording {
    fileprivate var partnerRisks: [String] {
        var risks: [String] = []
        if let clawback = plan.clawback {
            risks.append(
                "A customer that leaves within \(counted(clawback.withinDays, "day")) of the contract's start: \(clawback.share) of the \(names(clawback.appliesTo)) is taken back\(clawback.isProRata ? ", in proportion to the days left" : "")."
            )
        }
        if let days = plan.renewalBonus?.survivalDays {
            risks.append(
                "A renewed customer that leaves within \(counted(days, "day")) of the new term: no renewal bonus."
            )
        }
        if let bonus = plan.recurringBonus {
            risks.append("A customer that leaves at any time: the recurring bonus ends with its contract.")
            if bonus.afterMonths > 0 {
                risks.append(
                    "A customer that leaves within \(counted(bonus.afterMonths, "month")): no recurring bonus at all."
                )
            }
        }
        if plan.commissions.contains(where: { $0.basis == .recurringRevenue }) {
            risks.append("Revenue that falls: commission on recurring revenue falls with it.")
        }
        for gate in plan.gates {
            let waiting = names(components(waitingFor: gate.name))
            guard !waiting.isEmpty else { continue }
            risks.append(
                "'\(gate.name)' not met by day \(gate.expiresAfterDays) of a contract: no \(waiting) on it.")
        }
        if let rebate = plan.rebate {
            risks.append(
                "A \(rebate.period.inWords) that ends below \(money(rebate.threshold)): no rebate.")
        }
        if let concession = plan.priceConcession, let first = concession.bands.first {
            risks.append("A discount above \(first.above): less \(names(concession.appliesTo)).")
        }
        if let cap = plan.limits?.cap, let period = plan.limits?.period.inWords {
            risks.append("A \(period) that goes better than planned: pay above \(money(cap)) is cut.")
        }
        if plan.rates == nil {
            risks.append(
                "A contract in another currency than \(plan.currency): no amount until there is a rate.")
        }
        return risks
    }

    fileprivate var vendorRisks: [String] {
        var risks: [String] = []
        if let floor = plan.limits?.floor, let period = plan.limits?.period.inWords {
            risks.append("A weak \(period): pay is lifted to \(money(floor)).")
        }
        if let guarantee = plan.noWorseOff {
            risks.append("These terms paying less than '\(guarantee.plan.id)': the difference is added.")
        }
        if let contingency = plan.contingency {
            risks.append(
                "A downturn between \(contingency.from) and \(contingency.until): pay is multiplied by \(decimal(millionths: contingency.times.partsPerMillion)), up to \(money(contingency.costCap)) in all."
            )
        }
        if let bonus = plan.coMarketing {
            risks.append(
                "Joint marketing that brings nothing: \(money(bonus.amount)) a \(bonus.period.inWords) and partner is spent all the same."
            )
        }
        risks += keptPay
        for base in plan.commissions.map(\.payBase) + [plan.renewalBonus?.payBase] {
            if case .lifetimeValue(let terms)? = base {
                risks.append(
                    "Customers that leave sooner than \(terms.annualChurn) a year: pay counted \(counted(terms.years, "year")) ahead."
                )
                break
            }
        }
        if plan.rates != nil {
            risks.append("Exchange rates that move after a line was converted: its amount stays.")
        }
        return risks
    }

    /// What is not taken back, or not any more, when a customer leaves.
    private var keptPay: [String] {
        let covered = plan.clawback?.appliesTo ?? []
        func kept(_ when: String, _ components: [PlanComponent]) -> String? {
            components.isEmpty
                ? nil : "A customer that leaves\(when): \(names(components)) paid on its contract is kept."
        }
        let days = plan.clawback.map { " once \(counted($0.withinDays, "day")) are over" } ?? ""
        return [
            kept("", paidUpFront.filter { !covered.contains($0) }),
            kept(days, paidUpFront.filter(covered.contains)),
        ].compactMap(\.self)
    }

    /// Components earned once on a contract and kept when its customer leaves later.
    private var paidUpFront: [PlanComponent] {
        let earnedOnce: Set<PlanComponent> = [.commission, .renewalBonus, .milestoneBonus]
        return plan.components.intersection(earnedOnce).sorted().filter { component in
            component != .commission || plan.commissions.contains { $0.basis != .recurringRevenue }
        }
    }

    private func components(waitingFor gate: String) -> [PlanComponent] {
        let opens = plan.gates.filter { $0.needs.contains(gate) }.flatMap { components(waitingFor: $0.name) }
        let own: [(PlanComponent, Bool)] = [
            (.commission, plan.commissions.contains { $0.gate == gate }),
            (.renewalBonus, plan.renewalBonus?.gate == gate),
            (.recurringBonus, plan.recurringBonus?.gate == gate),
            (.milestoneBonus, plan.milestoneBonuses.contains { $0.gate == gate }),
        ]
        return Set(own.filter(\.1).map(\.0) + opens).sorted()
    }
}
