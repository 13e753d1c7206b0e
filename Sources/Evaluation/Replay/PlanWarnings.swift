import Incentives
import Model

extension PlanReplay {
    /// What deserves a look in a plan, by kind.
    func warnings(on plan: IncentivePlan) -> [PlanLint.Warning] {
        cliffs(of: plan) + highPay(of: plan) + lateMilestones(of: plan) + shutGates(of: plan)
    }

    // MARK: Cliffs

    /// A step of a cliff moves pay on the whole volume: the jump is (rate − rate before) × where the tier begins.
    /// The last stretch of volume before it, jump / (1 − rate), is paid for with more than the volume itself.
    private func cliffs(of plan: IncentivePlan) -> [PlanLint.Warning] {
        plan.commissions.filter { $0.scheme == .cliff }.flatMap { commission in
            commission.tiers.indices.dropFirst().compactMap { place in
                let tier = commission.tiers[place]
                let before = commission.tiers[place - 1].rate
                let jump = tier.rate.of(tier.from, plan.rounding) - before.of(tier.from, plan.rounding)
                guard jump != 0 else { return nil }
                let name = "commission on \(commission.basis.rawValue), tier from \(money(tier.from, plan))"
                guard jump > 0 else {
                    return PlanLint.Warning(
                        kind: .cliff,
                        sentence: "\(name): reaching it costs the partner \(money(-jump, plan)), so the last "
                            + "contract of a \(commission.period.rawValue) may be kept back")
                }
                let rest = 1_000_000 - tier.rate.partsPerMillion
                let stretch =
                    rest > 0
                    ? Rounding.halfEven.quotient(Int128(jump) * 1_000_000, Int128(rest)) ?? tier.from
                    : tier.from
                return PlanLint.Warning(
                    kind: .cliff,
                    sentence:
                        "\(name): reaching it pays \(money(jump, plan)) at once, more than the whole extra "
                        + "volume to anybody who is short of it by less than \(money(min(stretch, tier.from), plan))"
                )
            }
        }
    }

    // MARK: Pay beyond the annual amount

    /// The most that a contract can earn in its first year, over its annual amount: the sum of the largest rates of
    /// what pays on it, each with its pay base, escalator and multipliers, for the longest term in the book. Fixed
    /// sums and caps are left out.
    private func highPay(of plan: IncentivePlan) -> [PlanLint.Warning] {
        let months = earning.rows.map { max(1, $0.startsOn.fullMonths(until: $0.endsOn + 1)) }.max() ?? 12
        return [false, true].compactMap { isRenewal in
            let share = firstYearShare(of: plan, isRenewal: isRenewal, months: months)
            guard share > 1 else { return nil }
            return PlanLint.Warning(
                kind: .paysMoreThanItBrings,
                sentence: "a \(isRenewal ? "renewal" : "new contract") of \(months) months can earn "
                    + "\(percentText(share)) of its annual amount in the first year")
        }
    }

    private func firstYearShare(of plan: IncentivePlan, isRenewal: Bool, months: Int) -> Double {
        func factor(_ base: PayBase?) -> Double {
            switch base {
            case nil: 1
            case .contractValue: Double(months) / 12
            case .lifetimeValue(let terms): terms.factor.fraction
            }
        }
        func escalated(_ rate: Double, _ component: PlanComponent) -> Double {
            guard let escalator = plan.escalator, escalator.appliesTo.contains(component), months >= 24 else {
                return rate
            }
            let extra = escalator.perExtraYear.fraction * Double(months / 12 - 1)
            return rate + min(extra, escalator.cap.fraction)
        }
        func multiplied(_ share: Double, _ component: PlanComponent) -> Double {
            var share = share
            if let accelerator = plan.accelerator, accelerator.appliesTo.contains(component) {
                share *= max(1, accelerator.bands.map(\.times.fraction).max() ?? 1)
            }
            if let contingency = plan.contingency, contingency.appliesTo.contains(component) {
                share *= max(1, contingency.times.fraction)
            }
            return share
        }
        var share = 0.0
        for commission in plan.commissions {
            let rate = commission.tiers.map(\.rate.fraction).max() ?? 0
            let pays = commission.basis == .recurringRevenue || counts(commission.basis, isRenewal: isRenewal)
            guard pays else { continue }
            let full = commission.basis == .recurringRevenue ? rate : escalated(rate, .commission)
            share += multiplied(full * factor(commission.payBase), .commission)
        }
        if isRenewal, let bonus = plan.renewalBonus {
            let weights =
                (bonus.health?.bands.map(\.times.fraction) ?? []) + [bonus.health?.otherwise.fraction ?? 1]
            let rate = escalated(bonus.rate.fraction, .renewalBonus) * (weights.max() ?? 1)
            share += multiplied(rate * factor(bonus.payBase), .renewalBonus)
        }
        if let bonus = plan.recurringBonus {
            let paid = Double(min(12, bonus.forMonths ?? 12)) / 12
            share += multiplied(bonus.rate.fraction * paid, .recurringBonus)
        }
        if let rebate = plan.rebate, counts(rebate.basis, isRenewal: isRenewal) {
            share += multiplied(rebate.rate.fraction, .rebate)
        }
        return share
    }

    private func counts(_ basis: TieredCommission.Basis, isRenewal: Bool) -> Bool {
        switch basis {
        case .newBookings: !isRenewal
        case .renewedRevenue: isRenewal
        case .allBookings: true
        case .recurringRevenue: false
        }
    }

    // MARK: Clawbacks and gates

    private func lateMilestones(of plan: IncentivePlan) -> [PlanLint.Warning] {
        guard let clawback = plan.clawback else { return [] }
        return plan.milestoneBonuses.compactMap { bonus in
            let days = bonus.steps.last.map { $0.byDay.map(String.init) ?? "any day" } ?? "any day"
            if let last = bonus.steps.last?.byDay, last <= clawback.withinDays { return nil }
            let when = days == "any day" ? days : "day \(days)"
            return PlanLint.Warning(
                kind: .clawbackBeforeMilestone,
                sentence:
                    "milestone '\(bonus.milestone)' is paid until \(when) of the contract and the clawback "
                    + "ends on day \(clawback.withinDays): a customer that leaves in between takes nothing back"
            )
        }
    }

    private func shutGates(of plan: IncentivePlan) -> [PlanLint.Warning] {
        let opened = earning.contractsOpening(plan.gates, asOf: window.lastDay)
        return plan.gates.compactMap { gate in
            guard opened[gate.name] == 0 else { return nil }
            return PlanLint.Warning(
                kind: .shutGate,
                sentence:
                    "gate '\(gate.name)': no contract signed by \(window.lastDay) would have opened it; are its "
                    + "milestones and readings in the book?")
        }
    }

    private func money(_ minorUnits: Int64, _ plan: IncentivePlan) -> String {
        Money(minorUnits: minorUnits, currency: plan.currency).description
    }
}
