import Model

/// A period in which a contingency applies.
struct ContingencyPeriod: Hashable {
    var contingency: Contingency
    var period: CalendarPeriod
    var component: PlanComponent
}

/// The periods in which a contingency applies.
struct Downturn {
    var contingency: Contingency
    var periods: [CalendarPeriod]
}

/// What an account claimed of contingencies, and what it was granted within their cost caps.
struct ContingencyGrants {
    var claims: [ContingencyPeriod: Int64]
    var granted: [ContingencyPeriod: Int64]

    /// Other claims met to the same share; where the account claimed nothing, up to the cost cap.
    func amounts(for others: [ContingencyPeriod: Int64]) -> [ContingencyPeriod: Int64] {
        others.reduce(into: [:]) { amounts, other in
            guard let claim = claims[other.key], claim > 0 else {
                amounts[other.key] = min(other.value, other.key.contingency.costCap)
                return
            }
            let share = Int128(other.value) * Int128(granted[other.key] ?? 0)
            amounts[other.key] = Rounding.towardZero.quotient(share, Int128(claim)) ?? other.value
        }
    }
}

extension AccountRun {
    /// Steps up to the contingency: what it would multiply.
    mutating func runToContingency() {
        runContractComponents()
        runPeriodComponents()
        runAccelerators()
    }

    /// What a contingency would add in `period` without its cost cap, by component.
    func contingencyClaim(
        _ contingency: Contingency, in period: CalendarPeriod, _ component: PlanComponent
    ) -> (base: Int64, amount: Int64, segment: Int)? {
        let (first, last) = (period.firstDay, period.lastDay)
        var sum: Int64 = 0
        var latest: Int?
        for line in lines
        where line.component == component && line.isReleased && line.rule != .contingency
            && first <= line.earnedOn && line.earnedOn <= last
            && segments[Int(line.segment)].plan.contingency == contingency
        {
            sum += line.settledAmount
            latest = max(latest ?? 0, Int(line.segment))
        }
        guard let latest, sum > 0 else { return nil }
        return (sum, contingency.times.of(sum, segments[latest].plan.rounding) - sum, latest)
    }

    mutating func grantContingencies() {
        if let grantsLike { contingencyAmounts = grantsLike.amounts(for: contingencyClaims()) }
        for (key, amount) in contingencyAmounts.sorted(by: {
            ($0.key.period, $0.key.component) < ($1.key.period, $1.key.component)
        }) {
            guard let claim = contingencyClaim(key.contingency, in: key.period, key.component) else {
                continue
            }
            append(
                PayoutLine(
                    row: nil, segment: claim.segment, component: key.component, rule: .contingency,
                    occasion: .period(key.period), earnedOn: key.period.lastDay,
                    payableOn: key.period.lastDay, base: claim.base, amount: amount,
                    detail: (claim.amount, 0)))
        }
    }
}

extension AccountRun {
    /// What every contingency would add without its cost cap.
    func contingencyClaims() -> [ContingencyPeriod: Int64] {
        var claims: [ContingencyPeriod: Int64] = [:]
        for downturn in downturns {
            for period in downturn.periods {
                for component in downturn.contingency.appliesTo {
                    let key = ContingencyPeriod(
                        contingency: downturn.contingency, period: period, component: component)
                    claims[key] = contingencyClaim(key.contingency, in: period, component)?.amount
                }
            }
        }
        return claims
    }
}

/// Splits `total` in proportion to `claims`: each share cut to whole units, and the units left go one each to the
/// largest remainders, the earlier first among equals. When the claims are no more than the total, all are met.
func shares(of total: Int64, claims: [Int64]) -> [Int64] {
    let sum = claims.reduce(Int128(0)) { $0 + Int128($1) }
    guard sum > Int128(total) else { return claims }
    let parts = claims.map { (Int128(total) * Int128($0)).quotientAndRemainder(dividingBy: sum) }
    var shares = parts.map { Int64($0.quotient) }
    let left = Int(total - shares.reduce(0, +))
    let order = parts.indices.sorted { (parts[$1].remainder, $0) < (parts[$0].remainder, $1) }
    for index in order.prefix(left) { shares[index] += 1 }
    return shares
}

extension EarningBook {
    /// Whether new bookings of the whole book in `period` are below the contingency's share of the year before,
    /// in the plan's currency at the rates that effects are computed at.
    func isDownturn(_ period: CalendarPeriod, _ contingency: Contingency, under plan: IncentivePlan) -> Bool {
        func bookings(_ period: CalendarPeriod) -> Int128 {
            let (first, last) = (period.firstDay, period.lastDay)
            return rows.reduce(0) { sum, row in
                guard !row.isRenewal, first <= row.signedOn, row.signedOn <= last else { return sum }
                let amount = Money(minorUnits: row.annualAmount, currency: currencies[Int(row.currency)])
                return sum + Int128(plan.effectAmount(amount) ?? 0)
            }
        }
        let before = bookings(period.yearBefore)
        return before > 0 && bookings(period) * 1_000_000 < before * Int128(contingency.below.partsPerMillion)
    }
}

extension Contingency {
    /// The periods inside the window that are over on `day`.
    func periods(overBy day: Day) -> [CalendarPeriod] {
        var current = CalendarPeriod(containing: from, period)
        if current.firstDay < from { current = current.next }
        var periods: [CalendarPeriod] = []
        while current.lastDay <= min(until, day) {
            periods.append(current)
            current = current.next
        }
        return periods
    }
}
