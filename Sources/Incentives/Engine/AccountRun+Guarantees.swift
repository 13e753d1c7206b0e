import Model

extension AccountRun {
    /// What the partner earns in a period, in a currency: everything but costs, clawbacks and what lapsed.
    private func earnedSum(in period: CalendarPeriod, _ currency: Currency) -> Int64 {
        let (first, last) = (period.firstDay, period.lastDay)
        let isInCurrency = segments.map { $0.plan.currency == currency }
        return lines.reduce(0) { sum, line in
            guard first <= line.earnedOn, line.earnedOn <= last, line.isEarned, line.rule != .clawback,
                isInCurrency[Int(line.segment)]
            else { return sum }
            return sum + line.amount
        }
    }

    /// The segment whose guarantees govern a period: the one held on its first day, or the first that begins in it.
    private func governingSegment(of period: CalendarPeriod) -> Int? {
        segment(on: period.firstDay)
            ?? segments.firstIndex {
                $0.from <= $0.until && $0.until >= period.firstDay && $0.from <= period.lastDay
            }
    }

    /// The periods that a segment with a guarantee of that length governs, in order.
    private func governedPeriods(of length: CalendarPeriod.Length, by index: Int) -> [CalendarPeriod] {
        periods(of: length, in: segments[index]).filter { governingSegment(of: $0) == index }
    }

    mutating func runLimits() {
        for (index, segment) in segments.enumerated() {
            guard let limits = segment.plan.limits else { continue }
            for period in governedPeriods(of: limits.period, by: index) {
                let sum = earnedSum(in: period, segment.plan.currency)
                let day = min(period.lastDay, asOf)
                if let cap = limits.cap, sum > cap {
                    appendGuarantee(.cap, cap - sum, base: sum, in: period, on: day, index)
                }
                if let floor = limits.floor, sum < floor, period.lastDay <= asOf,
                    segment.contains(period.firstDay)
                {
                    appendGuarantee(.floor, floor - sum, base: sum, in: period, on: day, index)
                }
            }
        }
    }

    mutating func runGuarantees() {
        for (index, segment) in segments.enumerated() {
            guard let guarantee = segment.plan.noWorseOff else { continue }
            let due = governedPeriods(of: guarantee.period, by: index).filter { $0.lastDay <= asOf }
            guard !due.isEmpty else { continue }
            var reference = AccountRun(
                book: book, asOf: asOf, rows: rows,
                segments: segments.map {
                    $0.plan.noWorseOff == guarantee ? $0.replaced(by: guarantee.plan, in: book) : $0
                })
            reference.run()
            for period in due {
                let own = earnedSum(in: period, segment.plan.currency)
                let other = reference.earnedSum(in: period, segment.plan.currency)
                guard other > own else { continue }
                appendGuarantee(.makeWhole, other - own, base: other, in: period, on: period.lastDay, index)
            }
        }
    }

    private mutating func appendGuarantee(
        _ rule: PlanRule, _ amount: Int64, base: Int64, in period: CalendarPeriod, on day: Day, _ segment: Int
    ) {
        append(
            PayoutLine(
                row: nil, segment: segment, component: .guarantee, rule: rule, occasion: .period(period),
                earnedOn: day, payableOn: day, base: base, amount: amount))
    }

    // MARK: Clawback

    mutating func runClawbacks() {
        guard segments.contains(where: { $0.plan.clawback != nil }) else { return }
        var sums: [PaidContract: Int64] = [:]
        var order: [PaidContract] = []
        for line in lines {
            guard let row = line.row, line.isReleased,
                let clawback = segments[Int(line.segment)].plan.clawback,
                clawback.appliesTo.contains(line.component),
                let left = book.rows[Int(row)].leftOn, left <= asOf,
                left <= book.rows[Int(row)].startsOn + clawback.withinDays
            else { continue }
            let key = PaidContract(row: row, segment: line.segment, component: line.component)
            if sums.updateValue((sums[key] ?? 0) + line.amount, forKey: key) == nil { order.append(key) }
        }
        for key in order {
            guard let sum = sums[key], sum != 0,
                let left = book.rows[Int(key.row)].leftOn,
                let clawback = segments[Int(key.segment)].plan.clawback
            else { continue }
            let stayed = max(0, left - book.rows[Int(key.row)].startsOn)
            append(
                PayoutLine(
                    row: Int(key.row), segment: Int(key.segment), component: key.component, rule: .clawback,
                    occasion: .cancelled, earnedOn: left, payableOn: left, base: sum,
                    amount: -clawback.taken(
                        of: sum, afterDays: stayed, segments[Int(key.segment)].plan.rounding),
                    detail: (Int64(stayed), 0)))
        }
    }

    private struct PaidContract: Hashable {
        var row: Int32
        var segment: UInt16
        var component: PlanComponent
    }
}

extension Clawback {
    /// What is taken back of pay for a contract that stayed so many days.
    func taken(of sum: Int64, afterDays stayed: Int, _ rounding: Rounding) -> Int64 {
        guard isProRata else { return share.of(sum, rounding) }
        let product = Int128(sum) * Int128(share.partsPerMillion) * Int128(withinDays - stayed)
        guard let taken = rounding.quotient(product, 1_000_000 * Int128(withinDays)) else {
            preconditionFailure("a share of an amount fits where the amount does")
        }
        return taken
    }
}

extension RunnableSegment {
    /// The same days under another plan.
    func replaced(by plan: IncentivePlan, in book: EarningBook) -> RunnableSegment {
        RunnableSegment(TermsSegment(plan: plan, from: from, until: until), group: group, in: book)
    }
}
