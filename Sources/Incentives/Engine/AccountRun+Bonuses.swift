import Model

extension AccountRun {
    /// Renewal bonuses, recurring bonuses and milestones of contracts, each under the plan it was signed under.
    mutating func runContractBonuses() {
        for place in segments.indices {
            let segment = segments[place]
            if let bonus = segment.renewalBonus {
                for index in rows(signedUnder: segment) where book.rows[index].isRenewal {
                    runRenewalBonus(bonus, on: book.rows[index], at: index, place, segment)
                }
            }
            if let bonus = segment.plan.recurringBonus {
                for index in rows(signedUnder: segment) {
                    runRecurringBonus(bonus, on: book.rows[index], at: index, place, segment)
                }
            }
            for item in segment.plan.milestoneBonuses.indices {
                for index in rows(signedUnder: segment) {
                    runMilestone(item, on: book.rows[index], at: index, place, segment)
                }
            }
        }
    }

    private mutating func runRenewalBonus(
        _ bonus: RunnableRenewalBonus, on row: EarningBook.Row, at index: Int, _ place: Int,
        _ segment: RunnableSegment
    ) {
        switch payBase(row, bonus.terms.payBase, under: segment) {
        case .noRate:
            appendBlocked(
                row: index, segment: place, component: .renewalBonus, occasion: .renewal,
                earnedOn: row.signedOn)
        case .amount(let base):
            appendContractLine(
                PayoutLine(
                    row: index, segment: place, component: .renewalBonus, rule: .renewalBonus,
                    occasion: .renewal, earnedOn: row.signedOn, payableOn: row.signedOn, base: base,
                    amount: bonus.terms.rate.of(base, segment.rounding)),
                under: segment, gate: bonus.terms.gate,
                survivesUntil: bonus.terms.survivalDays.map { row.startsOn + $0 })
        }
    }

    /// A line each time another stretch of months is complete: the difference of what is earned in all, so
    /// that the lines of a year sum to the rate on the annual amount.
    private mutating func runRecurringBonus(
        _ bonus: RecurringBonus, on row: EarningBook.Row, at index: Int, _ place: Int,
        _ segment: RunnableSegment
    ) {
        let step = bonus.every.months
        guard row.startsOn.advanced(months: step) <= asOf else { return }
        let base = annualAmount(row, under: segment)
        func earned(after months: Int, of annual: Int64) -> Int64 {
            let share = Int128(annual) * Int128(bonus.rate.partsPerMillion) * Int128(months)
            guard let amount = segment.rounding.quotient(share, 12_000_000) else {
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
            // A contract signed after it began catches up on the day it is signed.
            let earnedOn = max(day, row.signedOn)
            guard case .amount(let annual) = base else {
                appendBlocked(
                    row: index, segment: place, component: .recurringBonus, occasion: .month(Int32(months)),
                    earnedOn: earnedOn)
                months += step
                continue
            }
            let total = earned(after: months, of: annual)
            appendContractLine(
                PayoutLine(
                    row: index, segment: place, component: .recurringBonus, rule: .recurringBonus,
                    occasion: .month(Int32(months)), earnedOn: earnedOn, payableOn: earnedOn,
                    base: annual, amount: total - before, detail: (Int64(months), 0)),
                under: segment, gate: bonus.gate, survivesUntil: months < bonus.afterMonths ? survives : nil,
                survivesThrough: survives - 1)
            before = total
            months += step
        }
    }

    private mutating func runMilestone(
        _ item: Int, on row: EarningBook.Row, at index: Int, _ place: Int, _ segment: RunnableSegment
    ) {
        let bonus = segment.plan.milestoneBonuses[item]
        guard !row.isRenewal || bonus.includesRenewals,
            let reached = book.milestones[row.contract]?.first(where: { $0.milestone == bonus.milestone }),
            max(reached.on, row.signedOn) <= asOf, !row.hasLeft(by: reached.on)
        else { return }
        let day = max(reached.on, row.signedOn)
        let step = bonus.steps.first { step in step.byDay.map { reached.on <= row.startsOn + $0 } ?? true }
        appendContractLine(
            PayoutLine(
                row: index, segment: place, component: .milestoneBonus, rule: .milestoneBonus, item: item,
                occasion: .milestone, earnedOn: day, payableOn: day, base: step?.amount ?? 0,
                amount: step?.amount ?? 0, detail: (Int64(reached.on - row.startsOn), 0)),
            under: segment, gate: bonus.gate)
    }
}
