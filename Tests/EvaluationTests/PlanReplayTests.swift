import Incentives
import Model
import Testing

@testable import Evaluation

/// A contract of twelve months that starts on the day it is signed.
func signed(
    _ id: Contract.ID, on iso: String, by partner: Partner.ID = "p", customer: Customer.ID? = nil,
    renews: Contract.ID? = nil, left: String? = nil, _ amount: Int64
) -> ContractFact {
    contract(
        id, of: partner, customer: customer, ends: day(iso).advanced(months: 12) - 1, signed: day(iso),
        starts: day(iso), renews: renews, cancelled: left.map(day), amount: amount)
}

func commission(
    _ basis: TieredCommission.Basis, _ rate: Double, id: IncentivePlan.ID = "base"
) -> IncentivePlan {
    var plan = IncentivePlan(id: id, summary: "", currency: euro)
    plan.commissions = [
        TieredCommission(
            basis: basis, scheme: .marginal, period: .quarter, tiers: [.init(from: 0, rate: percent(rate))])
    ]
    return plan
}

/// The four quarters of 2026.
func replay(
    _ contracts: [ContractFact], partners: [Partner.ID] = ["p", "q"], margin: Double = 80,
    milestones: [MilestoneFact] = []
) -> PlanReplay {
    let book = Book(
        sequence: 1, partners: partners.map { PartnerFact(partner: $0, attributes: [:]) },
        contracts: contracts, observations: [:], milestones: milestones.map { .init($0) })
    return PlanReplay(
        book: book, window: QuarterWindow(last: 4, before: day("2027-02-10")), grossMargin: percent(margin))
}

@Suite struct PlanReplayTests {
    @Test func netIsMarginLessPayLessCoMarketing() throws {
        var plan = commission(.newBookings, 10)
        plan.coMarketing = CoMarketing(amount: 1_000, period: .quarter)
        let replay = replay([
            signed("c1", on: "2026-01-01", 1_200_000),
            signed("c2", on: "2026-07-01", by: "q", 600_000),
            signed("c3", on: "2026-02-10", by: "q", left: "2026-02-20", 600_000),
        ])
        let totals = replay.totals(under: [plan])
        #expect(totals.map(\.partner) == ["p", "q"])
        #expect(totals.map(\.pay) == [120_000, 120_000])
        #expect(totals.map(\.cost) == [4_000, 4_000])
        // Half a year of 6,000 and 10 of 28 days of a month of 500.
        #expect(totals.map(\.revenue) == [1_200_000, 317_857])
        #expect(totals.map(\.margin) == [960_000, 254_286])
        #expect(totals.map(\.net) == [836_000, 130_286])
        #expect(replay.contracts == 3)
        let held = replay.findings([[plan]], draws: 100, seed: 1).held[0]
        #expect(held.pay == 240_000 && held.net == 966_286 && held.margin == 1_214_286)
        #expect(held.netShare == 966_286.0 / 1_214_286)
        #expect(held.meanIncome == 120_000)
        #expect(held.income?.p10 == 120_000 && held.income?.p90 == 120_000)
        #expect(replay.cost(of: [plan]) == 248_000)
    }

    @Test func pastContractsGoOnEarningInsideTheWindow() {
        var plan = IncentivePlan(id: "stay", summary: "", currency: euro)
        plan.recurringBonus = RecurringBonus(rate: percent(2), every: .month)
        // Months 6 to 12 of a contract that began in July fall into the window.
        #expect(replay([signed("c1", on: "2025-07-01", 1_200_000)]).cost(of: [plan]) == 14_000)
    }

    @Test func aPlanOfTheFutureIsHeldThroughoutLikeAnyOther() {
        let contracts = [signed("c1", on: "2026-05-01", 1_000_000)]
        var plan = commission(.newBookings, 10)
        plan.effective = EffectiveDates(from: day("2030-01-01"))
        plan.noWorseOff = NoWorseOff(than: commission(.newBookings, 20, id: "today"), period: .quarter)
        #expect(replay(contracts).cost(of: [plan]) == 200_000)
    }

    @Test func otherCurrenciesCountAtTheEffectsTable() throws {
        let dollar = try #require(Currency("USD"))
        let contracts = [
            contract(
                "c1", of: "p", ends: day("2026-12-31"), signed: day("2026-01-01"), starts: day("2026-01-01"),
                amount: 220_000, currency: dollar)
        ]
        var plan = commission(.newBookings, 10)
        let without = replay(contracts).findings([[plan]], draws: 10, seed: 1).held[0]
        #expect(without.contractsWithoutRate == 1 && without.revenue == 0 && without.pay == 0)
        plan.rates = CurrencyRates(
            source: "test", rule: .earned, effectsOn: day("2027-01-01"),
            tables: [.init(on: day("2027-01-01"), perUnit: [dollar: 1_100_000])])
        let held = replay(contracts).findings([[plan]], draws: 10, seed: 1).held[0]
        #expect(held.revenue == 200_000 && held.pay == 20_000 && held.contractsWithoutRate == 0)
    }

    @Test func plansHeldAtOnceAddUp() {
        let contracts = [
            signed("c1", on: "2026-05-01", 1_000_000),
            signed("c2", on: "2026-05-02", renews: "c0", 1_000_000),
        ]
        var bonus = IncentivePlan(id: "bonus", summary: "", currency: euro)
        bonus.renewalBonus = RenewalBonus(rate: percent(4), cap: nil)
        let base = commission(.newBookings, 10)
        let findings = replay(contracts).findings([[base], [bonus], [base, bonus]], draws: 200, seed: 9)
        #expect(findings.held.map(\.pay) == [100_000, 40_000, 140_000])
        #expect(findings.held.map(\.revenue).allSatisfy { $0 == findings.held[0].revenue })
        #expect(findings.held[2].plans.map(\.plan) == ["base", "bonus"])
    }

    @Test func theSameSeedGivesTheSameRanges() throws {
        let partners = (0..<20).map { Partner.ID("p\($0)") }
        let contracts = partners.enumerated().map { index, partner in
            signed(
                Contract.ID("c\(index)"), on: "2026-03-01", by: partner, Int64(index + 1) * 100_000)
        }
        let replay = replay(contracts, partners: partners)
        let plan = commission(.newBookings, 10)
        let first = replay.findings([[plan]], seed: 5)
        #expect(first == replay.findings([[plan]], seed: 5))
        #expect(first.draws == 2000)
        let range = try #require(first.held[0].resampledPay)
        #expect(range != replay.findings([[plan]], seed: 6).held[0].resampledPay)
        // Total 21 × 100,000; standard deviation of a total 100,000 × √20 × √33.25 / 10 = 257,876.
        #expect(abs(range.p50 - 2_100_000) < 30_000)
        #expect(abs((range.p90 - range.p10) / 2 - 1.2816 * 257_876) < 25_000)
        #expect(first.held[0].income?.p50 == 105_000)
    }

    @Test func onePartnerHasNoRange() {
        let held = replay([signed("c1", on: "2026-05-01", 1_000)], partners: ["p"]).findings(
            [[commission(.newBookings, 10)]], seed: 1
        ).held[0]
        #expect(held.resampledNet == nil && held.resampledNetShare == nil && held.pay == 100)
    }
}

@Suite struct CalibrationTests {
    private let contracts = [
        signed("c1", on: "2026-02-01", 1_500_000), signed("c2", on: "2026-02-02", renews: "a", 1_000_000),
        signed("c3", on: "2026-05-02", by: "q", renews: "b", 1_000_000),
    ]

    private var bonus: IncentivePlan {
        var plan = IncentivePlan(id: "bonus", summary: "", currency: euro)
        plan.renewalBonus = RenewalBonus(rate: percent(4), cap: nil)
        return plan
    }

    @Test func aRateIsFoundThatCostsTheSame() throws {
        // 10 % of 15,000 over 20,000 of renewals.
        let found = try replay(contracts).calibrate(
            bonus, like: commission(.newBookings, 10), path: "renewalBonus.rate")
        #expect(found.target == 150_000 && found.solution.cost == 150_000 && found.difference == 0)
        #expect(abs(found.solution.rate.partsPerMillion - 75_000) <= 1)
        #expect(found.unreachable == nil && found.before == percent(4))
        #expect(found.path == "renewalBonus.rate")
    }

    @Test func oddAmountsAreMetWithinAMinorUnitALine() throws {
        var random = SplitMix64(11)
        let contracts = (0..<40).map { (index: Int) in
            let partner: Partner.ID = index % 2 == 0 ? "p" : "q"
            let renewed: Contract.ID? = index % 3 == 0 ? Contract.ID("x\(index)") : nil
            let amount = Int64.random(in: 1_000...999_999, using: &random)
            return signed(
                Contract.ID("c\(index)"), on: "2026-0\(1 + index % 9)-11", by: partner, renews: renewed,
                amount)
        }
        let replay = replay(contracts)
        for path in ["commission", "commission.tiers[0].rate"] {
            let found = try replay.calibrate(
                commission(.newBookings, 3, id: "b"), like: bonus, path: path)
            #expect(abs(found.difference) <= 26, "\(path)")
            #expect(found.unreachable == nil)
        }
    }

    @Test func whatNoRateReachesIsSaid() throws {
        let found = try replay(contracts.filter { $0.contract != "c2" }).calibrate(
            bonus, like: commission(.newBookings, 90), path: "renewalBonus.rate")
        #expect(found.solution.rate == percent(100) && found.difference == -350_000)
        #expect(
            found.unreachable
                == "no rate up to 100 % costs as much: at the highest the plan costs less by 3500.00 EUR")
        var floor = bonus
        floor.limits = PayLimits(period: .year, cap: nil, floor: 500_000)
        let high = try replay(contracts).calibrate(
            floor, like: commission(.newBookings, 1), path: "renewalBonus.rate")
        #expect(high.solution.rate == percent(0))
        #expect(high.unreachable?.hasPrefix("no rate costs as little: at 0 the plan costs more by") == true)
    }

    @Test func aCostThatFallsAsTheRateRisesIsRefused() {
        let falling = contracts + [signed("c4", on: "2026-02-03", by: "q", renews: "d", -9_000_000)]
        #expect(throws: CalibrationError.self) {
            try replay(falling).calibrate(
                bonus, like: commission(.newBookings, 1), path: "renewalBonus.rate")
        }
    }

    @Test func onlyRatesThatThePlanHasAreSolvedFor() {
        for path in ["recurringBonus.rate", "commission", "commission.tiers[0].rate", "renewalBonus", "x"] {
            #expect(throws: CalibrationError.noSuchRate(path: path, plan: "bonus")) {
                try replay(contracts).calibrate(bonus, like: bonus, path: path)
            }
        }
        #expect(PlanRate(path: "commission[1].tiers[2].rate") == .commissionTier(commission: 1, tier: 2))
        #expect(
            PlanRate(path: "commission.tiers.rate") == nil
                && PlanRate(path: "commission.tiers[-1].rate") == nil)
    }
}
