import Model

extension AccountRun {
    /// Renewal bonuses, recurring bonuses and milestones of each contract, under the plan it was signed under.
    mutating func runContractBonuses() {
        let pays = segments.map { segment in
            segment.plan.renewalBonus != nil || segment.plan.recurringBonus != nil
                || !segment.plan.milestoneBonuses.isEmpty
        }
        guard pays.contains(true) else { return }
        var current = 0
        for index in rows {
            let row = book.rows[index]
            guard row.signedOn <= asOf else { break }
            if !segments[current].contains(row.signedOn) {
                guard let found = segment(on: row.signedOn) else { continue }
                current = found
            }
            guard pays[current] else { continue }
            let held = segments[current]
            if row.isRenewal, let bonus = held.plan.renewalBonus {
                runRenewalBonus(bonus, on: row, at: index, current)
            }
            if let bonus = held.plan.recurringBonus {
                runRecurringBonus(bonus, on: row, at: index, current)
            }
            for item in held.plan.milestoneBonuses.indices {
                runMilestone(item, on: row, at: index, current)
            }
        }
    }

    private mutating func runRenewalBonus(
        _ bonus: RenewalBonus, on row: EarningBook.Row, at index: Int, _ segment: Int
    ) {
        switch payBase(row, bonus.payBase, under: segments[segment].plan) {
        case .noRate:
            appendBlocked(
                row: index, segment: segment, component: .renewalBonus, occasion: .renewal,
                earnedOn: row.signedOn)
        case .amount(let base):
            appendContractLine(
                PayoutLine(
                    row: index, segment: segment, component: .renewalBonus, rule: .renewalBonus,
                    occasion: .renewal, earnedOn: row.signedOn, payableOn: row.signedOn, base: base,
                    amount: bonus.rate.of(base, segments[segment].plan.rounding)),
                gate: bonus.gate, survivesUntil: bonus.survivalDays.map { row.startsOn + $0 })
        }
    }

    /// A line each time another stretch of months is complete: the difference of what is earned in all, so
    /// that the lines of a year sum to the rate on the annual amount.
    private mutating func runRecurringBonus(
        _ bonus: RecurringBonus, on row: EarningBook.Row, at index: Int, _ segment: Int
    ) {
        let plan = segments[segment].plan
        let step = bonus.every.months
        guard row.startsOn.advanced(months: step) <= asOf else { return }
        let base = annualAmount(row, under: plan)
        func earned(after months: Int, of annual: Int64) -> Int64 {
            let share = Int128(annual) * Int128(bonus.rate.partsPerMillion) * Int128(months)
            guard let amount = plan.rounding.quotient(share, 12_000_000) else {
                preconditionFailure("a bonus on \(annual) does not fit into 64 bits")
            }
            return amount
        }
        let survives = row.startsOn.advanced(months: bonus.afterMonths)
        var months = step
        var before: Int64 = 0
        while months <= bonus.forMonths ?? Int.max {
            let day = row.startsOn.advanced(months: months)
            guard day <= asOf, row.isInForce(on: day - 1) else { break }
            guard case .amount(let annual) = base else {
                appendBlocked(
                    row: index, segment: segment, component: .recurringBonus, occasion: .month(Int32(months)),
                    earnedOn: day)
                months += step
                continue
            }
            let total = earned(after: months, of: annual)
            appendContractLine(
                PayoutLine(
                    row: index, segment: segment, component: .recurringBonus, rule: .recurringBonus,
                    occasion: .month(Int32(months)), earnedOn: day, payableOn: day,
                    base: annual, amount: total - before, detail: (Int64(months), 0)),
                gate: bonus.gate, survivesUntil: months < bonus.afterMonths ? survives : nil,
                survivesThrough: survives - 1)
            before = total
            months += step
        }
    }

    private mutating func runMilestone(_ item: Int, on row: EarningBook.Row, at index: Int, _ segment: Int) {
        let bonus = segments[segment].plan.milestoneBonuses[item]
        guard !row.isRenewal || bonus.includesRenewals,
            let reached = book.milestones[row.contract]?.first(where: { $0.milestone == bonus.milestone }),
            max(reached.on, row.signedOn) <= asOf
        else { return }
        let day = max(reached.on, row.signedOn)
        let step = bonus.steps.first { step in step.byDay.map { reached.on <= row.startsOn + $0 } ?? true }
        appendContractLine(
            PayoutLine(
                row: index, segment: segment, component: .milestoneBonus, rule: .milestoneBonus, item: item,
                occasion: .milestone, earnedOn: day, payableOn: day, base: step?.amount ?? 0,
                amount: step?.amount ?? 0, detail: (Int64(reached.on - row.startsOn), 0)),
            gate: bonus.gate)
    }
}
