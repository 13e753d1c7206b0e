import Incentives
import Model

/// A vendor with a handful of partners, drawn from a seed: contracts that renew, leave early, are discounted or
/// run for years; milestones and health readings.
struct RandomProgramme {
    var contracts: [ContractFact] = []
    var milestones: [MilestoneFact] = []
    var readings: [ReadingFact] = []

    init(using random: inout SplitMix64, partners: Int = 3) {
        let currency = euro
        let first = Day(number: 20_454)  // 2026-01-01
        for partner in 0..<partners {
            for number in 0..<Int.random(in: 0...12, using: &random) {
                let id = Contract.ID("c\(partner)-\(number)")
                let signed = first + Int.random(in: 0..<700, using: &random)
                let starts = signed + Int.random(in: 0..<20, using: &random)
                let months = [1, 6, 11, 12, 12, 12, 24, 36].randomElement(using: &random) ?? 12
                let ends = starts.advanced(months: months) - 1
                let leaves = Int.random(in: 0..<4, using: &random) == 0
                let customer = Customer.ID("u\(partner)-\(Int.random(in: 0..<6, using: &random))")
                contracts.append(
                    ContractFact(
                        contract: id, partner: Partner.ID("p\(partner)"), customer: customer,
                        renews: Bool.random(using: &random) ? Contract.ID("before-\(id)") : nil,
                        signedOn: signed, startsOn: starts, endsOn: ends,
                        cancelledOn: leaves ? starts + Int.random(in: 0..<400, using: &random) : nil,
                        annualAmount: Money(
                            minorUnits: Int64.random(in: 0...3_000_000, using: &random), currency: currency),
                        discount: Rate(partsPerMillion: Int64.random(in: 0...400_000, using: &random)),
                        attributes: ["region": ["emea", "apac", "amer"].randomElement(using: &random) ?? ""]))
                if Bool.random(using: &random) {
                    milestones.append(
                        MilestoneFact(
                            contract: id, milestone: "go-live",
                            reachedOn: starts + Int.random(in: 0..<150, using: &random)))
                }
                for _ in 0..<Int.random(in: 0..<3, using: &random) {
                    readings.append(
                        ReadingFact(
                            customer: customer, measure: "health",
                            value: Int64.random(in: 0...100, using: &random) * 1_000_000,
                            observedOn: starts + Int.random(in: -60..<200, using: &random)))
                }
            }
        }
    }

    var book: Book { IncentivesTests.book(contracts, milestones: milestones, readings: readings) }

    /// All that every partner is owed under one plan held all along.
    func payouts(under plan: IncentivePlan, asOf: Day, of partner: Partner.ID? = nil) -> [Payout] {
        let book = book
        let segments = [
            TermsSegment(plan: plan, from: Day(number: 0), until: Day(number: 40_000))
        ]
        return Incentives.payouts(
            of: book.partners.map { EarningAccount(partner: $0.id, segments: segments) },
            in: EarningBook(book), asOf: asOf, partner: partner)
    }
}

/// The currency of random programmes.
var euro: Currency {
    guard let euro = Currency("EUR") else { preconditionFailure("EUR is a code") }
    return euro
}

extension IncentivePlan {
    /// A plan with a random selection of components and rules.
    static func random(using random: inout SplitMix64) -> IncentivePlan {
        func rate(_ range: ClosedRange<Int64>) -> Rate {
            Rate(partsPerMillion: Int64.random(in: range, using: &random))
        }
        func maybe() -> Bool { Int.random(in: 0..<3, using: &random) > 0 }
        var plan = IncentivePlan(id: "random", summary: "Drawn.", currency: euro)
        plan.rounding = Rounding.allCases.randomElement(using: &random) ?? .halfEven
        let gate: String? = maybe() ? "proven" : nil
        plan.commissions = [
            TieredCommission(
                basis: .newBookings, scheme: maybe() ? .marginal : .cliff, period: .quarter,
                tiers: [
                    .init(from: 0, rate: rate(0...100_000)), .init(from: 500_000, rate: rate(0...200_000)),
                    .init(from: 2_000_000, rate: rate(0...300_000)),
                ], gate: gate)
        ]
        if maybe() {
            plan.commissions.append(
                TieredCommission(
                    basis: .recurringRevenue, scheme: .marginal, period: .month,
                    tiers: [.init(from: 0, rate: rate(0...50_000))]))
        }
        if maybe() {
            plan.renewalBonus = RenewalBonus(
                rate: rate(0...100_000), cap: maybe() ? 50_000 : nil,
                health: maybe()
                    ? HealthWeight(
                        measure: "health", withinDays: 90,
                        bands: [
                            MultiplierBand(from: 0, times: rate(0...1_000_000)),
                            MultiplierBand(from: 60_000_000, times: rate(1_000_000...2_000_000)),
                        ], otherwise: rate(1_000_000...1_000_000)) : nil,
                survivalDays: maybe() ? 90 : nil)
        }
        if maybe() {
            plan.recurringBonus = RecurringBonus(
                rate: rate(1...100_000),
                every: CalendarPeriod.Length.allCases.randomElement(using: &random) ?? .month,
                afterMonths: maybe() ? 3 : 0, forMonths: maybe() ? 24 : nil)
        }
        if maybe() {
            plan.rebate = Rebate(
                basis: .allBookings, period: .quarter, threshold: 1_000_000, rate: rate(0...50_000),
                paysOn: maybe() ? .excess : .volume, accrualRate: rate(0...50_000))
        }
        if maybe() {
            plan.milestoneBonuses = [
                MilestoneBonus(
                    milestone: "go-live",
                    steps: [.init(byDay: 30, amount: 80_000), .init(byDay: 60, amount: 50_000)])
            ]
        }
        if maybe() {
            plan.diversificationBonus = DiversificationBonus(
                over: "region", categories: 3, index: maybe() ? .entropy : .herfindahl, period: .quarter,
                bands: [.init(from: Rate(partsPerMillion: 500_000), amount: 25_000)])
        }
        if maybe() { plan.coMarketing = CoMarketing(amount: 50_000, period: .quarter) }
        if maybe() {
            plan.escalator = Escalator(
                appliesTo: [.commission], perExtraYear: rate(0...20_000), cap: rate(20_000...30_000))
        }
        if maybe() {
            plan.priceConcession = PriceConcession(
                appliesTo: [.commission],
                bands: [
                    .init(above: Rate(partsPerMillion: 150_000), pays: Rate(partsPerMillion: 500_000)),
                    .init(above: Rate(partsPerMillion: 300_000), pays: Rate(partsPerMillion: 0)),
                ])
        }
        if maybe() {
            plan.accelerator = Accelerator(
                appliesTo: [.commission], measure: maybe() ? .recurringGrowth : .netRevenueRetention,
                period: .quarter,
                bands: [MultiplierBand(from: 100_000, times: rate(1_000_000...1_500_000))])
        }
        if maybe() {
            plan.clawback = Clawback(
                appliesTo: [.commission, .renewalBonus].filter {
                    $0 == .commission || plan.renewalBonus != nil
                },
                withinDays: 180, share: rate(1...1_000_000), isProRata: maybe())
        }
        if gate != nil {
            plan.gates = [
                EvidenceGate(
                    name: "proven", conditions: [.milestone("go-live", byDay: 90)], needs: [],
                    expiresAfterDays: 120)
            ]
        }
        return plan
    }
}
