import Documents
import Foundation
import Model
import Testing

/// The plan that sets every key, value by value.
@Suite struct CompletePlanTests {
    private let plan: IncentivePlan

    init() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(PlanMutant.complete, to: "complete@2.yaml")
        try directory.write(try Repository.text("experiments/plans/today.yaml"), to: "today.yaml")
        plan = try loadIncentivePlan(at: path)
    }

    private func rate(_ percent: Double) -> Rate {
        Rate(partsPerMillion: Int64((percent * 10_000).rounded()))
    }
    private func times(_ factor: Double) -> Multiplier { rate(factor * 100) }

    private func day(_ text: String) throws -> Day { try #require(Day(iso: text)) }

    @Test func header() throws {
        #expect(plan.id == "complete" && plan.version == 2 && plan.summary == "Everything: set.")
        #expect(
            plan.effective == EffectiveDates(from: try day("2027-01-01"), until: try day("2027-12-31")))
        #expect(plan.paidBy == .external && plan.basis == .addsTo && plan.rounding == .towardZero)
        #expect(plan.treatmentTags == ["enablement", "roi-calculator"])
        let (dollar, yen) = (try #require(Currency("USD")), try #require(Currency("JPY")))
        #expect(
            plan.rates
                == CurrencyRates(
                    source: "ECB euro reference rates", rule: .quarterEnd, effectsOn: try day("2027-01-04"),
                    tables: [
                        .init(on: try day("2027-01-04"), perUnit: [dollar: 1_085_000, yen: 161_250_000]),
                        .init(on: try day("2027-04-01"), perUnit: [dollar: 1_100_000]),
                    ]))
    }

    @Test func commissions() {
        let lifetime = LifetimeValue(
            grossMargin: rate(80), annualChurn: rate(15), discountRate: rate(10), years: 5, cap: 6_000_000)
        #expect(
            plan.commissions == [
                TieredCommission(
                    basis: .newBookings, scheme: .cliff, period: .year,
                    tiers: [.init(from: 0, rate: rate(7)), .init(from: 100_050, rate: rate(12.5))],
                    payBase: .lifetimeValue(lifetime),
                    buffer: .init(rollingPeriods: 4, gracePeriods: 2), gate: "value-proven"),
                TieredCommission(
                    basis: .renewedRevenue, scheme: .marginal, period: .quarter,
                    tiers: [.init(from: 0, rate: rate(3))]),
            ])
    }

    @Test func bonuses() {
        let health = HealthWeight(
            measure: "usage", withinDays: 45,
            bands: [
                MultiplierBand(from: -5_000_000, times: times(0.5)),
                MultiplierBand(from: 60_500_000, times: times(1.25)),
            ], otherwise: times(0.75))
        #expect(
            plan.renewalBonus
                == RenewalBonus(
                    rate: rate(4), cap: 4990, payBase: .contractValue, health: health, survivalDays: 90,
                    gate: "onboarded"))
        #expect(
            plan.recurringBonus
                == RecurringBonus(
                    rate: rate(2), every: .quarter, afterMonths: 6, forMonths: 24, gate: "onboarded"))
        #expect(
            plan.rebate
                == Rebate(
                    basis: .allBookings, period: .month, threshold: 10_000_000, rate: rate(5),
                    paysOn: .volume,
                    accrualRate: rate(1)))
    }

    @Test func fixedSums() {
        #expect(
            plan.milestoneBonuses == [
                MilestoneBonus(
                    milestone: "go-live",
                    steps: [
                        .init(byDay: 30, amount: 80_000), .init(byDay: 60, amount: 50_000),
                        .init(byDay: nil, amount: 10_000),
                    ], gate: "onboarded"),
                MilestoneBonus(
                    milestone: "training", steps: [.init(byDay: nil, amount: 20_000)],
                    includesRenewals: true),
            ])
        #expect(
            plan.diversificationBonus
                == DiversificationBonus(
                    over: "region", categories: 4, index: .herfindahl, period: .year,
                    bands: [.init(from: rate(50), amount: 51_000), .init(from: rate(80), amount: 150_000)]))
        #expect(plan.coMarketing == CoMarketing(amount: 25_000, period: .month))
    }

    @Test func rules() throws {
        #expect(
            plan.escalator
                == Escalator(appliesTo: [.commission, .renewalBonus], perExtraYear: rate(1), cap: rate(2.5)))
        #expect(
            plan.priceConcession
                == PriceConcession(
                    appliesTo: [.commission, .recurringBonus],
                    bands: [.init(above: rate(15), pays: rate(50)), .init(above: rate(30), pays: rate(0))]))
        #expect(
            plan.accelerator
                == Accelerator(
                    appliesTo: [.rebate, .diversificationBonus], measure: .recurringGrowth, period: .month,
                    bands: [
                        MultiplierBand(from: -100_000, times: times(0.9)),
                        MultiplierBand(from: 1_500_000, times: times(1.1)),
                    ]))
        #expect(
            plan.contingency
                == Contingency(
                    appliesTo: [.milestoneBonus], period: .month, below: rate(70), times: times(1.2),
                    from: try day("2027-02-01"), until: try day("2027-10-31"), costCap: 5_000_000))
        #expect(plan.limits == PayLimits(period: .month, cap: 4_000_000, floor: 30_000))
        let today = try loadIncentivePlan(at: Repository.path("experiments/plans/today.yaml"))
        #expect(plan.noWorseOff == NoWorseOff(than: today, period: .year))
        #expect(
            plan.clawback
                == Clawback(
                    appliesTo: [.commission, .milestoneBonus], withinDays: 180, share: rate(75),
                    isProRata: true))
        #expect(
            plan.gates == [
                EvidenceGate(
                    name: "onboarded", conditions: [.milestone("go-live", byDay: 90)], needs: [],
                    expiresAfterDays: 175),
                EvidenceGate(
                    name: "value-proven",
                    conditions: [
                        .rise(measure: "health", by: 10_000_000, withinDays: 150),
                        .level(measure: "adoption", atLeast: 600_000, byDay: 120),
                    ], needs: ["onboarded"], expiresAfterDays: 365),
            ])
    }

    /// What a plan that sets only what it must gets instead.
    @Test func defaults() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            """
            plan: least
            summary: Least.
            currency: EUR
            renewalBonus: {rate: 4 %, payBase: annualAmount, health: {bands: [{from: 60, times: 2}]}}
            recurringBonus: {rate: 2 %, every: month}
            rebate: {basis: newBookings, period: year, threshold: 5, rate: 3 %, paysOn: excess}
            clawback: {appliesTo: [renewalBonus], withinDays: 30, share: 1}
            """, to: "least.yaml")
        let plan = try loadIncentivePlan(at: path)
        #expect(plan.version == 1 && plan.effective == EffectiveDates() && plan.rates == nil)
        #expect(plan.paidBy == .fairway && plan.basis == .replaces && plan.rounding == .halfEven)
        let health = HealthWeight(
            measure: "health", withinDays: 90, bands: [MultiplierBand(from: 60_000_000, times: times(2))],
            otherwise: times(1))
        #expect(plan.renewalBonus == RenewalBonus(rate: rate(4), cap: nil, health: health))
        #expect(plan.recurringBonus == RecurringBonus(rate: rate(2), every: .month))
        #expect(plan.rebate?.accrualRate == rate(3))
        #expect(plan.clawback?.share == rate(100) && plan.clawback?.isProRata == false)
    }
}
