import Model

extension AccountRun {
    /// Rebates of a plan: contracts accrue as they are signed, and the period's last day settles.
    mutating func runRebates(of group: Int) {
        guard segments.contains(where: { $0.group == group && $0.plan.rebate != nil }) else { return }
        var open: OpenRebate?
        for index in rows {
            let row = book.rows[index]
            guard row.signedOn <= asOf else { break }
            guard let held = segment(on: row.signedOn), segments[held].group == group,
                let rebate = segments[held].plan.rebate, rebate.basis.counts(isRenewal: row.isRenewal)
            else { continue }
            let period = CalendarPeriod(containing: row.signedOn, rebate.period)
            if open?.period != period {
                if let open { settle(open) }
                open = OpenRebate(period: period, segment: held)
            }
            guard case .amount(let base) = annualAmount(row, under: segments[held]) else {
                appendBlocked(
                    row: index, segment: held, component: .rebate, occasion: .period(period),
                    earnedOn: row.signedOn)
                continue
            }
            let rounding = segments[held].plan.rounding
            let before = open?.volume ?? 0
            let amount =
                rebate.accrualRate.of(before + base, rounding) - rebate.accrualRate.of(before, rounding)
            let isOver = period.lastDay <= asOf
            append(
                PayoutLine(
                    row: index, segment: held, component: .rebate, rule: .rebate,
                    state: isOver ? .payable : .held, occasion: .period(period), earnedOn: row.signedOn,
                    payableOn: isOver ? period.lastDay : nil, base: base, amount: amount,
                    detail: (before, before + base)))
            open?.segment = held
            open?.volume = before + base
            open?.accrued += amount
        }
        if let open { settle(open) }
    }

    private struct OpenRebate {
        var period: CalendarPeriod
        /// The terms of the last contract that counted.
        var segment: Int
        var volume: Int64 = 0
        var accrued: Int64 = 0
    }

    private mutating func settle(_ open: OpenRebate) {
        guard open.period.lastDay <= asOf, let rebate = segments[open.segment].plan.rebate else { return }
        let due = rebate.due(on: open.volume, segments[open.segment].plan.rounding)
        append(
            PayoutLine(
                row: nil, segment: open.segment, component: .rebate, rule: .rebate,
                occasion: .period(open.period), earnedOn: open.period.lastDay,
                payableOn: open.period.lastDay, base: open.volume, amount: due - open.accrued,
                detail: (due, open.accrued)))
    }
}

extension Rebate {
    /// What a period's volume earns back.
    func due(on volume: Int64, _ rounding: Rounding) -> Int64 {
        guard volume >= threshold else { return 0 }
        return switch paysOn {
        case .excess: rate.of(volume - threshold, rounding)
        case .volume: rate.of(volume, rounding)
        }
    }
}
