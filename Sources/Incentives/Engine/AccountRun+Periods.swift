import Foundation
import Model

extension AccountRun {
    /// Calls `body` with each calendar period that begins or ends under a segment, and that has begun.
    func periods(of length: CalendarPeriod.Length, in segment: RunnableSegment) -> [CalendarPeriod] {
        let last = min(asOf, segment.until)
        guard segment.from <= last else { return [] }
        let end = CalendarPeriod(containing: last, length)
        var period = CalendarPeriod(containing: segment.from, length)
        var periods: [CalendarPeriod] = []
        while period <= end {
            periods.append(period)
            period = period.next
        }
        return periods
    }

    // MARK: Components of a period

    mutating func runDiversification() {
        for (index, segment) in segments.enumerated() {
            guard let bonus = segment.plan.diversificationBonus else { continue }
            for period in periods(of: bonus.period, in: segment)
            where period.lastDay <= asOf && segment.contains(period.lastDay) {
                guard let spread = spread(bonus, on: period.lastDay, under: segment.plan) else { continue }
                let amount = bonus.bands.last { $0.from <= spread }?.amount ?? 0
                append(
                    PayoutLine(
                        row: nil, segment: index, component: .diversificationBonus,
                        rule: .diversificationBonus, occasion: .period(period), earnedOn: period.lastDay,
                        payableOn: period.lastDay, base: 0, amount: amount,
                        detail: (spread.partsPerMillion, 0)))
            }
        }
    }

    /// How evenly recurring revenue is spread over an attribute's values, 0 to 1; `nil` without revenue.
    private func spread(_ bonus: DiversificationBonus, on day: Day, under plan: IncentivePlan) -> Rate? {
        var revenue: [String: Int64] = [:]
        var unknown: Int64 = 0
        for index in rowsInForce(on: day) {
            let amount = measuredAmount(book.rows[index], under: plan)
            if let value = book.attributes[book.rows[index].contract]?[bonus.over], !value.isEmpty {
                revenue[value, default: 0] += amount
            } else {
                unknown += amount
            }
        }
        let known = revenue.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.value)
        let total = known.reduce(unknown, +)
        guard total > 0 else { return nil }
        guard let largest = known.first else { return Rate(partsPerMillion: 0) }
        let shares = ([largest + unknown] + known.dropFirst()).map { Double($0) / Double(total) }
        let categories = Double(bonus.categories)
        let index =
            switch bonus.index {
            case .entropy: -shares.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) } / log(categories)
            case .herfindahl: (1 - shares.reduce(0) { $0 + $1 * $1 }) / (1 - 1 / categories)
            }
        return Rate(partsPerMillion: Int64((min(max(index, 0), 1) * 1_000_000).rounded(.toNearestOrEven)))
    }

    mutating func runCoMarketing() {
        for (index, segment) in segments.enumerated() {
            guard let cost = segment.plan.coMarketing else { continue }
            for period in periods(of: cost.period, in: segment) where segment.contains(period.firstDay) {
                append(
                    PayoutLine(
                        row: nil, segment: index, component: .coMarketing, rule: .coMarketing, state: .cost,
                        occasion: .period(period), earnedOn: period.firstDay, payableOn: nil,
                        base: cost.amount, amount: cost.amount))
            }
        }
    }

    // MARK: Accelerator

    /// Multiplies what was earned under a plan in each period that is over, whether or not its terms last to the end.
    mutating func runAccelerators() {
        for (index, segment) in segments.enumerated() {
            guard let accelerator = segment.plan.accelerator else { continue }
            for period in periods(of: accelerator.period, in: segment)
            where period.lastDay <= asOf && isLastAccelerator(index, in: period) {
                guard let measure = measure(accelerator.measure, in: period, under: segment.plan),
                    let band = accelerator.bands.last(where: { $0.from <= measure })
                else { continue }
                for component in accelerator.appliesTo {
                    let sum = releasedSum(of: component, in: period, group: segment.group)
                    guard sum != 0 else { continue }
                    append(
                        PayoutLine(
                            row: nil, segment: index, component: component, rule: .accelerator,
                            occasion: .period(period), earnedOn: period.lastDay, payableOn: period.lastDay,
                            base: sum, amount: band.times.of(sum, segment.plan.rounding) - sum,
                            detail: (measure, band.times.partsPerMillion)))
                }
            }
        }
    }

    /// Of the versions of a plan that were held in a period, the last decides.
    private func isLastAccelerator(_ index: Int, in period: CalendarPeriod) -> Bool {
        !segments[(index + 1)...].contains {
            $0.group == segments[index].group && $0.plan.accelerator != nil && $0.from <= period.lastDay
                && $0.from <= $0.until
        }
    }

    /// The sum of a component's lines of a period that may be paid.
    func releasedSum(of component: PlanComponent, in period: CalendarPeriod, group: Int) -> Int64 {
        let (first, last) = (period.firstDay, period.lastDay)
        return lines.reduce(0) { sum, line in
            guard line.component == component, line.isReleased, first <= line.earnedOn,
                line.earnedOn <= last, segments[Int(line.segment)].group == group
            else { return sum }
            return sum + line.settledAmount
        }
    }

    /// In millionths; `nil` without recurring revenue a year before.
    private func measure(
        _ measure: Accelerator.Measure, in period: CalendarPeriod, under plan: IncentivePlan
    ) -> Int64? {
        let (now, before) = (period.lastDay, period.yearBefore.lastDay)
        var then: Int64 = 0
        var customers: Set<Int32> = []
        for index in rowsInForce(on: before) {
            then += measuredAmount(book.rows[index], under: plan)
            customers.insert(book.rows[index].customer)
        }
        guard then > 0 else { return nil }
        let current = rowsInForce(on: now).reduce(Int64(0)) { sum, index in
            let row = book.rows[index]
            guard measure == .recurringGrowth || customers.contains(row.customer) else { return sum }
            return sum + measuredAmount(row, under: plan)
        }
        guard let ratio = Rounding.towardZero.quotient(Int128(current) * 1_000_000, Int128(then)) else {
            return nil
        }
        return measure == .recurringGrowth ? ratio - 1_000_000 : ratio
    }

    /// What a contract counts for in a measure: its annual amount at the rates that effects are computed at, so
    /// that no exchange rate moves a measure; 0 without a rate.
    private func measuredAmount(_ row: EarningBook.Row, under plan: IncentivePlan) -> Int64 {
        plan.effectAmount(Money(minorUnits: row.annualAmount, currency: book.currencies[Int(row.currency)]))
            ?? 0
    }
}
