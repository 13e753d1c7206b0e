package import Model

/// Runs an account's plans over its contracts, as far as they are known on a day.
///
/// The order of steps is the order of rules in docs/PLANS.md; each step only adds lines.
struct AccountRun {
    let book: EarningBook
    let asOf: Day
    /// The partner's rows.
    private(set) var rows: Range<Int>
    private var terms: RunnableTerms
    var segments: [RunnableSegment] { terms.segments }
    /// What the whole programme grants this account under a contingency, by period.
    var contingencyAmounts: [ContingencyPeriod: Int64] = [:]
    /// The periods in which each contingency applies.
    var downturns: [Downturn] = []
    /// How claims on contingencies are met in a run of what another plan would have paid; `nil` where
    /// `contingencyAmounts` says it.
    var grantsLike: ContingencyGrants?
    var lines: [PayoutLine] = []
    var takenBack: [TakenBack] = []

    init(book: EarningBook, asOf: Day, rows: Range<Int>, terms: RunnableTerms) {
        self.book = book
        self.asOf = asOf
        self.rows = rows
        self.terms = terms
    }

    /// Goes on to another account, in the memory of the lines of the one before.
    mutating func begin(
        rows: Range<Int>, terms: RunnableTerms, contingencyAmounts: [ContingencyPeriod: Int64]
    ) {
        self.rows = rows
        self.terms = terms
        self.contingencyAmounts = contingencyAmounts
        lines.removeAll(keepingCapacity: true)
        takenBack.removeAll(keepingCapacity: true)
    }

    mutating func run() {
        runContractComponents()
        runPeriodComponents()
        runAccelerators()
        grantContingencies()
        runClawbacks()
        runLimits()
        runGuarantees()
        settleStates()
    }

    /// Components of single contracts, with the rules that change them contract by contract.
    mutating func runContractComponents() {
        for (group, bases) in terms.bases.enumerated() {
            for basis in bases {
                if basis == .recurringRevenue {
                    runRecurringRevenue(of: group)
                } else {
                    runBookings(basis, of: group)
                }
            }
            runRebates(of: group)
        }
        runContractBonuses()
    }

    mutating func runPeriodComponents() {
        runDiversification()
        runCoMarketing()
    }

    /// The segment that holds on `day`.
    func segment(on day: Day) -> Int? { segments.firstIndex { $0.contains(day) } }

    /// The known rows signed under a segment: rows are sorted by that day.
    func rows(signedUnder segment: RunnableSegment) -> Range<Int> {
        let last = min(segment.until, asOf)
        guard let earliest = rows.first, let latest = rows.last else { return rows }
        if segment.from <= book.rows[earliest].signedOn, book.rows[latest].signedOn <= last { return rows }
        let start = firstRow { segment.from <= $0 }
        return start..<max(start, firstRow { last < $0 })
    }

    /// The first row signed on a day from which on `isReached` holds.
    private func firstRow(where isReached: (Day) -> Bool) -> Int {
        var (low, high) = (rows.lowerBound, rows.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isReached(book.rows[middle].signedOn) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    mutating func append(_ line: PayoutLine) { lines.append(line) }

    /// What another system pays is only reported; what a contract without a rate would earn is not known.
    private mutating func settleStates() {
        guard segments.contains(where: { $0.plan.paidBy == .external }) else { return }
        for index in lines.indices where segments[Int(lines[index].segment)].plan.paidBy == .external {
            guard lines[index].state == .payable || lines[index].state == .held else { continue }
            lines[index].settle(.external, on: nil)
        }
    }
}

// MARK: Amounts a plan reads

/// A contract's amount in a plan's currency, or why there is none.
enum BaseAmount {
    case amount(Int64)
    case noRate
}

extension AccountRun {
    /// The annual amount of a row in the plan's currency, at the rate that the plan names.
    func annualAmount(_ row: EarningBook.Row, under plan: IncentivePlan) -> BaseAmount {
        let currency = book.currencies[Int(row.currency)]
        if currency == plan.currency { return .amount(row.annualAmount) }
        guard let table = plan.rates?.payoutTable(earnedOn: row.signedOn, asOf: asOf),
            let converted = table.converted(
                Money(minorUnits: row.annualAmount, currency: currency), to: plan.currency)
        else { return .noRate }
        return .amount(converted)
    }

    /// The same without a look at names where the contract is in the plan's currency.
    @inline(__always)
    func annualAmount(_ row: EarningBook.Row, under segment: RunnableSegment) -> BaseAmount {
        row.currency == segment.currency ? .amount(row.annualAmount) : annualAmount(row, under: segment.plan)
    }

    @inline(__always)
    func payBase(_ row: EarningBook.Row, _ payBase: PayBase?, under segment: RunnableSegment) -> BaseAmount {
        guard let payBase else { return annualAmount(row, under: segment) }
        return amount(row, on: payBase, under: segment)
    }

    private func amount(_ row: EarningBook.Row, on payBase: PayBase, under segment: RunnableSegment)
        -> BaseAmount
    {
        guard case .amount(let annual) = annualAmount(row, under: segment) else { return .noRate }
        switch payBase {
        case .contractValue:
            guard
                let value = segment.plan.rounding.quotient(Int128(annual) * Int128(row.termMonths), 12)
            else { preconditionFailure("the value of a contract does not fit into 64 bits") }
            return .amount(value)
        case .lifetimeValue(let terms):
            let value = terms.factor.of(annual, segment.plan.rounding)
            return .amount(terms.cap.map { min($0, value) } ?? value)
        }
    }
}

extension CurrencyRates {
    /// The table that a line earned on `day` is paid at; `nil` when none is old enough.
    func payoutTable(earnedOn day: Day, asOf: Day) -> Table? {
        switch rule {
        case .earned: table(on: day)
        case .quarterEnd: table(on: min(CalendarPeriod(containing: day, .quarter).lastDay, asOf))
        case .effects: effectsTable
        }
    }
}

extension LifetimeValue {
    /// Margin × Σₖ ((1 − churn) / (1 + discount))ᵏ over the years, rounded to six digits.
    package var factor: Rate {
        let ratio = (1 - annualChurn.fraction) / (1 + discountRate.fraction)
        var (sum, power) = (0.0, 1.0)
        for _ in 0..<years {
            sum += power
            power *= ratio
        }
        return Rate(
            partsPerMillion: Int64((grossMargin.fraction * sum * 1_000_000).rounded(.toNearestOrEven)))
    }
}
