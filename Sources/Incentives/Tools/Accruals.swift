package import Model

/// What one component of a plan earned a partner in a quarter, and where that stands at the quarter's end.
///
/// Every amount is minor units of `currency`, from lines as they stood on the quarter's last day.
package struct Accrual: Sendable, Hashable, Codable {
    package var quarter: CalendarPeriod
    package var partner: Partner.ID
    package var plan: IncentivePlan.ID
    package var component: PlanComponent
    package var currency: Currency
    /// Earned on the quarter's days: payable, held or paid by another system.
    package var earned: Int64 = 0
    /// Earned so far, in this quarter or before, and held on its last day.
    package var held: Int64 = 0
    /// Became payable on the quarter's days.
    package var payable: Int64 = 0
    /// Moved by ledger entries that were posted in the quarter.
    package var paid: Int64 = 0
    /// The part of `earned` that another system pays.
    package var external: Int64 = 0
    /// Spent on the quarter's days without being pay.
    package var cost: Int64 = 0

    fileprivate var isEmpty: Bool {
        earned == 0 && held == 0 && payable == 0 && paid == 0 && external == 0 && cost == 0
    }
}

/// The accruals of accounts, by quarter, partner, plan, component and currency; entries without an amount are left out.
package func accruals(
    of accounts: [EarningAccount], in book: EarningBook, ledger: [LedgerEntry], quarters: [CalendarPeriod]
) -> [Accrual] {
    quarters.flatMap { quarter in
        var sums = AccrualSums(quarter: quarter)
        PlanRun(accounts: accounts, book: book, asOf: quarter.lastDay).forEachAccount { index, lines in
            let account = accounts[index]
            for place in lines.indices {
                sums.add(
                    lines[place], of: account.partner,
                    under: account.segments[Int(lines[place].segment)].plan)
            }
        }
        for entry in ledger where entry.period == quarter && entry.kind.isPaid { sums.add(entry) }
        return sums.accruals
    }
}

/// The quarters from the first day of terms to the last one that was over before `day`.
package func accrualQuarters(of accounts: [EarningAccount], before day: Day) -> [CalendarPeriod] {
    guard let first = accounts.flatMap(\.segments).map(\.from).min() else { return [] }
    let begin = CalendarPeriod(containing: first, .quarter).number
    let end = CalendarPeriod(containing: day, .quarter).number
    return begin < end ? (begin..<end).map { CalendarPeriod(length: .quarter, number: $0) } : []
}

private struct AccrualSums {
    private struct Key: Hashable {
        var partner: Partner.ID
        var plan: IncentivePlan.ID
        var component: PlanComponent
        var currency: Currency
    }

    let quarter: CalendarPeriod
    private var sums: [Key: Accrual] = [:]

    init(quarter: CalendarPeriod) { self.quarter = quarter }

    mutating func add(_ line: PayoutLine, of partner: Partner.ID, under plan: IncentivePlan) {
        let key = Key(
            partner: partner, plan: plan.id, component: line.component, currency: plan.currency)
        let quarter = quarter
        let isOfQuarter = quarter.contains(line.earnedOn)
        let becamePayable = line.payableOn.map(quarter.contains) ?? false
        change(key) { sum in
            if isOfQuarter { sum.earned += line.pay }
            switch line.state {
            case .held: sum.held += line.amount
            case .payable: if becamePayable { sum.payable += line.amount }
            case .external: if isOfQuarter { sum.external += line.pay }
            case .cost: if isOfQuarter { sum.cost += line.amount }
            case .lapsed, .blocked: break
            }
        }
    }

    mutating func add(_ entry: LedgerEntry) {
        let line = entry.payout
        let key = Key(
            partner: line.partner, plan: line.plan, component: line.component, currency: line.currency)
        change(key) { $0.paid += entry.amount }
    }

    private mutating func change(_ key: Key, _ body: (inout Accrual) -> Void) {
        let none = Accrual(
            quarter: quarter, partner: key.partner, plan: key.plan, component: key.component,
            currency: key.currency)
        body(&sums[key, default: none])
    }

    var accruals: [Accrual] {
        sums.values.filter { !$0.isEmpty }.sorted {
            ($0.partner, $0.plan, $0.component, $0.currency) < (
                $1.partner, $1.plan, $1.component, $1.currency
            )
        }
    }
}
