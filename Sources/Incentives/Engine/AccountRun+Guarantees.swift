import Model

extension AccountRun {
    /// What a partner earns in a period, and the day on which it last changed.
    private struct EarnedSum {
        var amount: Int64 = 0
        var changedOn: Day?

        mutating func add(_ amount: Int64, on day: Day?) {
            self.amount += amount
            if amount != 0 { change(on: day) }
        }

        mutating func change(on day: Day?) { changedOn = [changedOn, day].compactMap(\.self).max() }
    }

    /// What the partner earns in a period, in a currency, less what is taken back of it: everything but costs and
    /// what lapsed. A rebate counts in the period that settles it, with what is due.
    ///
    /// - Parameter isReleased: only what no condition holds back.
    private func earnedSum(
        in period: CalendarPeriod, _ currency: Currency, isReleased: Bool = false
    ) -> EarnedSum {
        let (first, last) = (period.firstDay, period.lastDay)
        let isInCurrency = segments.map { $0.plan.currency == currency }
        var sum = EarnedSum()
        for line in lines
        where first <= line.earnedOn && line.earnedOn <= last && line.isEarned && line.rule != .clawback
            && (line.isReleased || !isReleased) && isInCurrency[Int(line.segment)]
        {
            sum.add(line.settledAmount, on: line.payableOn)
        }
        for taken in takenBack
        where first <= taken.earnedOn && taken.earnedOn <= last && isInCurrency[Int(taken.segment)] {
            sum.add(-taken.amount, on: taken.takenOn)
        }
        return sum
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
                let day = min(period.lastDay, asOf)
                // What waits is cut when it is released: nothing is taken that was never paid.
                let released = earnedSum(in: period, segment.plan.currency, isReleased: true)
                if let cap = limits.cap, released.amount > cap {
                    appendGuarantee(.cap, cap - released.amount, of: released, in: period, on: day, index)
                }
                let sum = earnedSum(in: period, segment.plan.currency)
                if let floor = limits.floor, sum.amount < floor, period.lastDay <= asOf,
                    segment.contains(period.firstDay)
                {
                    appendGuarantee(.floor, floor - sum.amount, of: sum, in: period, on: day, index)
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
                terms: RunnableTerms(
                    segments.map {
                        $0.plan.noWorseOff == guarantee ? $0.replaced(by: guarantee.plan, in: book) : $0
                    }))
            reference.downturns = downturns
            reference.grantsLike = ContingencyGrants(claims: contingencyClaims(), granted: contingencyAmounts)
            reference.run()
            for period in due {
                let own = earnedSum(in: period, segment.plan.currency)
                var other = reference.earnedSum(in: period, segment.plan.currency)
                guard other.amount > own.amount else { continue }
                let missing = other.amount - own.amount
                other.change(on: own.changedOn)
                appendGuarantee(.makeWhole, missing, of: other, in: period, on: period.lastDay, index)
            }
        }
    }

    /// Earned on the period's day, and payable once the pay it stands on has become what it is.
    private mutating func appendGuarantee(
        _ rule: PlanRule, _ amount: Int64, of sum: EarnedSum, in period: CalendarPeriod, on day: Day,
        _ segment: Int
    ) {
        append(
            PayoutLine(
                row: nil, segment: segment, component: .guarantee, rule: rule, occasion: .period(period),
                earnedOn: day, payableOn: max(day, sum.changedOn ?? day), base: sum.amount, amount: amount))
    }

    // MARK: Clawback

    /// One line a contract, plan and component, on the day the customer left; and what was taken of each line, for
    /// the guarantees of the period that it was earned in.
    mutating func runClawbacks() {
        guard segments.contains(where: { $0.plan.clawback != nil }) else { return }
        var paid: [PaidContract: (sum: Int64, segment: UInt16)] = [:]
        var order: [PaidContract] = []
        for line in lines {
            guard let row = line.row, line.isReleased,
                let clawback = segments[Int(line.segment)].plan.clawback,
                clawback.appliesTo.contains(line.component),
                let left = book.rows[Int(row)].leftOn, left <= asOf,
                left <= book.rows[Int(row)].startsOn + clawback.withinDays
            else { continue }
            let key = PaidContract(
                row: row, group: segments[Int(line.segment)].group, component: line.component)
            if paid[key] == nil { order.append(key) }
            let before = paid[key] ?? (0, line.segment)
            let after = before.sum + line.amount
            paid[key] = (after, before.segment)
            let taken = taken(of: after, key, before.segment) - taken(of: before.sum, key, before.segment)
            takenBack.append(
                TakenBack(earnedOn: line.earnedOn, takenOn: left, segment: line.segment, amount: taken))
        }
        for key in order {
            guard let (sum, segment) = paid[key], sum != 0, let left = book.rows[Int(key.row)].leftOn else {
                continue
            }
            append(
                PayoutLine(
                    row: Int(key.row), segment: Int(segment), component: key.component, rule: .clawback,
                    occasion: .cancelled, earnedOn: left, payableOn: left, base: sum,
                    amount: -taken(of: sum, key, segment), detail: (Int64(daysStayed(key)), 0)))
        }
    }

    private func daysStayed(_ key: PaidContract) -> Int {
        let row = book.rows[Int(key.row)]
        return max(0, (row.leftOn ?? row.startsOn) - row.startsOn)
    }

    private func taken(of sum: Int64, _ key: PaidContract, _ segment: UInt16) -> Int64 {
        let plan = segments[Int(segment)].plan
        return plan.clawback?.taken(of: sum, afterDays: daysStayed(key), plan.rounding) ?? 0
    }

    private struct PaidContract: Hashable {
        var row: Int32
        /// Of the plan, whatever the stretch of terms.
        var group: Int
        var component: PlanComponent
    }
}

/// What a clawback took of pay that was earned on a day.
struct TakenBack {
    var earnedOn: Day
    var takenOn: Day
    var segment: UInt16
    var amount: Int64
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
    /// The same days under another plan, whatever that version's own dates.
    func replaced(by plan: IncentivePlan, in book: EarningBook) -> RunnableSegment {
        var plan = plan
        plan.effective = EffectiveDates()
        return RunnableSegment(TermsSegment(plan: plan, from: from, until: until), group: group, in: book)
    }
}
