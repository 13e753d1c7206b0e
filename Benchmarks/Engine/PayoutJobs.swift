import Incentives
import Model

/// The two simplest components over a year: marginal commission by month, and renewal bonuses with a cap.
func payoutsWork(_ columns: InputColumns) throws -> Work {
    try payoutWork(columns, plan: simplePlan(), yearsKnown: 1)
}

/// A plan with most of what the language has, over the year and the twelve months after it.
func fullPayoutsWork(_ columns: InputColumns) throws -> Work {
    try payoutWork(columns, plan: fullPlan(), yearsKnown: 2)
}

private func payoutWork(_ columns: InputColumns, plan: IncentivePlan, yearsKnown: Int) throws -> Work {
    let book = try PayoutColumns(columns).book()
    let last = PayoutColumns.newYear + (365 * yearsKnown - 1)
    let segments = [TermsSegment(plan: plan, from: PayoutColumns.newYear, until: last)]
    let accounts = book.partners.map { EarningAccount(partner: $0, segments: segments) }
    return {
        var totals = PayoutTotals()
        PlanRun(accounts: accounts, book: book, asOf: last).forEachAccount { account, lines in
            totals.add(lines, account: account)
        }
        return totals.numbers
    }
}

/// What the lines of all accounts come to.
private struct PayoutTotals {
    private var lines = 0
    private var commission: Int64 = 0
    private var bonus: Int64 = 0
    private var cut: Int64 = 0
    private var capped = 0
    private var other: Int64 = 0
    private var checksum: UInt64 = 0

    mutating func add(_ lines: borrowing [PayoutLine], account: Int) {
        var sum: Int64 = 0
        for index in lines.indices {
            let amount = lines[index].amount
            sum &+= amount
            switch lines[index].rule {
            case .commission: commission &+= amount
            case .renewalBonus: bonus &+= amount
            case .cap:
                cut &+= amount
                capped += 1
            default: other &+= amount
            }
        }
        self.lines += lines.count
        // Odd factors tell partners apart.
        checksum &+= UInt64(bitPattern: sum) &* (2 &* UInt64(account) &+ 1)
    }

    /// The checksum's lower bits: as many as a number of JSON holds exactly.
    var numbers: [String: Double] {
        [
            "lines": Double(lines), "commission": Double(commission), "renewal_bonus": Double(bonus),
            "cap": Double(cut), "capped": Double(capped), "other_rules": Double(other),
            "partner_checksum": Double(checksum & (1 << 52 - 1)),
        ]
    }
}

private func simplePlan() throws -> IncentivePlan {
    guard let euro = Currency("EUR") else { throw BenchmarkFault("EUR is not a currency") }
    var plan = IncentivePlan(
        id: "bench", summary: "Commission by month and a bonus on renewals.", currency: euro)
    plan.commissions = [
        TieredCommission(
            basis: .newBookings, scheme: .marginal, period: .month,
            tiers: [
                .init(from: 0, rate: Rate(partsPerMillion: 50_000)),
                .init(from: 500_000, rate: Rate(partsPerMillion: 82_500)),
                .init(from: 2_500_050, rate: Rate(partsPerMillion: 105_000)),
                .init(from: 10_000_075, rate: Rate(partsPerMillion: 120_000)),
            ])
    ]
    plan.renewalBonus = RenewalBonus(rate: Rate(partsPerMillion: 37_500), cap: 5_000)
    return plan
}

private func fullPlan() throws -> IncentivePlan {
    var plan = try simplePlan()
    plan.commissions[0].period = .quarter
    plan.recurringBonus = RecurringBonus(
        rate: Rate(partsPerMillion: 20_000), every: .month, afterMonths: 3, forMonths: 12)
    plan.rebate = Rebate(
        basis: .allBookings, period: .quarter, threshold: 5_000_000, rate: Rate(partsPerMillion: 20_000),
        paysOn: .excess, accrualRate: Rate(partsPerMillion: 10_000))
    plan.escalator = Escalator(
        appliesTo: [.commission], perExtraYear: Rate(partsPerMillion: 10_000),
        cap: Rate(partsPerMillion: 30_000))
    plan.priceConcession = PriceConcession(
        appliesTo: [.commission, .renewalBonus],
        bands: [
            .init(above: Rate(partsPerMillion: 150_000), pays: Rate(partsPerMillion: 500_000)),
            .init(above: Rate(partsPerMillion: 300_000), pays: Rate(partsPerMillion: 0)),
        ])
    plan.accelerator = Accelerator(
        appliesTo: [.commission, .recurringBonus], measure: .netRevenueRetention, period: .quarter,
        bands: [.init(from: 800_000, times: Rate(partsPerMillion: 1_100_000))])
    plan.limits = PayLimits(period: .quarter, cap: 20_000_000, floor: 50_000)
    plan.clawback = Clawback(
        appliesTo: [.commission, .renewalBonus, .recurringBonus], withinDays: 180,
        share: Rate(partsPerMillion: 1_000_000), isProRata: true)
    return plan
}
