import Incentives
import Model
import Testing

@testable import Evaluation

@Suite struct PlanLintTests {
    private let contracts = [
        signed("c0", on: "2025-01-01", customer: "k0", 50_000),
        signed("c1", on: "2026-02-01", customer: "k1", 100_000),
        signed("c2", on: "2026-05-01", by: "q", customer: "k1", 50_000),
        signed("c3", on: "2026-01-15", customer: "k0", renews: "c0", 200_000),
    ]

    private func amounts(_ shares: PayShares) -> [Int64] { shares.parts.map(\.amount) }

    private func lint(
        _ plan: IncentivePlan, retention: Double? = nil, floor: Double? = nil, _ replay: PlanReplay
    ) -> PlanLint {
        replay.lint(
            plan,
            rules: PlanLint.Rules(
                minimumRetentionShare: retention.map(percent), vendorNetFloor: floor.map(percent)),
            draws: 200, seed: 1)
    }

    @Test func payIsSortedByWhatItIsFor() {
        var plan = commission(.allBookings, 10)
        plan.milestoneBonuses = [
            MilestoneBonus(milestone: "go-live", steps: [.init(byDay: nil, amount: 3_000)])
        ]
        let shares = replay(
            contracts,
            milestones: [MilestoneFact(contract: "c1", milestone: "go-live", reachedOn: day("2026-02-20"))]
        ).payShares(under: [plan])
        // The customer's second contract is expansion, though it is the other partner's first with it.
        #expect(amounts(shares) == [10_000, 5_000, 20_000, 3_000] && shares.total == 38_000)
        #expect(shares.share(of: [.renewal, .expansion]) == 25.0 / 38)
    }

    @Test func recurringPayIsRenewalWhateverItsContract() {
        var plan = commission(.recurringRevenue, 4)
        plan.recurringBonus = RecurringBonus(rate: percent(12), every: .month)
        let shares = replay([signed("c1", on: "2026-01-01", 100_000)]).payShares(under: [plan])
        // 4 % of four quarters and eleven months at 1 %: the twelfth is complete on 2027-01-01.
        #expect(amounts(shares) == [0, 0, 4_000 + 11_000, 0])
    }

    @Test func multipliersFollowWhatTheyMultiply() {
        var plan = commission(.allBookings, 10)
        plan.accelerator = Accelerator(
            appliesTo: [.commission], measure: .recurringGrowth, period: .quarter,
            bands: [.init(from: 0, times: Rate(partsPerMillion: 1_100_000))])
        // In the first quarter p's revenue grew from 500: a tenth more on 100.00 of new pay and 200.00 of renewal.
        let shares = replay(contracts, partners: ["p"]).payShares(under: [plan])
        #expect(amounts(shares) == [11_000, 0, 22_000, 0])
    }

    @Test func aClawbackTakesFromWhatWasPaid() {
        var plan = commission(.newBookings, 10)
        plan.clawback = Clawback(
            appliesTo: [.commission], withinDays: 180, share: percent(50), isProRata: false)
        let shares = replay([
            signed("c1", on: "2026-02-01", customer: "k", left: "2026-03-01", 100_000),
            signed("c2", on: "2026-02-02", customer: "k", 100_000),
        ]).payShares(under: [plan])
        #expect(amounts(shares) == [5_000, 10_000, 0, 0])
    }

    @Test func aRebateThatIsMissedPaysForNothing() {
        var plan = IncentivePlan(id: "rebate", summary: "", currency: euro)
        plan.rebate = Rebate(
            basis: .allBookings, period: .quarter, threshold: 150_000, rate: percent(10), paysOn: .volume,
            accrualRate: percent(10))
        // p reaches the threshold in the first quarter, q does not in the second.
        #expect(amounts(replay(contracts).payShares(under: [plan])) == [10_000, 0, 20_000, 0])
    }

    @Test func guaranteesAreOther() {
        var plan = commission(.newBookings, 10)
        plan.limits = PayLimits(period: .year, cap: nil, floor: 12_000)
        let shares = replay([signed("c1", on: "2026-02-01", 100_000)], partners: ["p"]).payShares(under: [
            plan
        ])
        #expect(amounts(shares)[0] == 10_000 && amounts(shares)[3] == 2_000)
    }

    @Test func rulesAreMetOrNotWithTheMeasure() throws {
        let plan = commission(.allBookings, 10)
        let replay = replay(contracts)
        let passing = lint(plan, retention: 71.4, floor: 10, replay)
        #expect(passing.passes && passing.findings.map(\.rule) == [.minimumRetentionShare, .vendorNetFloor])
        #expect(passing.findings[0].measured == 25.0 / 35)
        #expect(
            passing.findings[0].sentence
                == "renewal and expansion are 71.4 % of pay, at least the 71.4 % asked")
        let failing = lint(plan, retention: 71.5, replay)
        #expect(!failing.passes && failing.findings.count == 1)
        #expect(
            failing.findings[0].sentence
                == "renewal and expansion are 71.4 % of pay, less than the 71.5 % asked")
        let floor = try #require(lint(plan, floor: 99, replay).findings.first)
        #expect(!floor.passes && floor.measured == passing.replay.held[0].resampledNetShare?.p10)
        #expect(lint(plan, replay).passes)
    }

    @Test func whatCannotBeComputedFails() {
        let idle = lint(commission(.newBookings, 10), retention: 0, floor: 0, replay([], partners: ["p"]))
        #expect(
            !idle.passes
                && idle.findings.allSatisfy { $0.measured == nil && $0.sentence.hasPrefix("not computed") })
    }

    @Test func warningsNameTierMilestoneAndGate() {
        var plan = commission(.newBookings, 10)
        plan.commissions = [
            TieredCommission(
                basis: .newBookings, scheme: .cliff, period: .quarter,
                tiers: [.init(from: 0, rate: percent(5)), .init(from: 1_000_000, rate: percent(8))],
                gate: "live")
        ]
        plan.gates = [
            EvidenceGate(
                name: "live", conditions: [.milestone("go-live", byDay: 30)], needs: [], expiresAfterDays: 60)
        ]
        plan.clawback = Clawback(
            appliesTo: [.commission], withinDays: 30, share: percent(100), isProRata: false)
        plan.milestoneBonuses = [
            MilestoneBonus(milestone: "go-live", steps: [.init(byDay: 60, amount: 1)]),
            MilestoneBonus(milestone: "training", steps: [.init(byDay: 30, amount: 1)]),
        ]
        let warnings = lint(plan, replay(contracts)).warnings
        #expect(warnings.map(\.kind) == [.cliff, .clawbackBeforeMilestone, .shutGate])
        #expect(warnings[0].sentence.contains("tier from 10000.00 EUR: reaching it pays 300.00 EUR at once"))
        #expect(warnings[0].sentence.hasSuffix("short of it by less than 326.09 EUR"))
        #expect(warnings[1].sentence.contains("'go-live' is paid until day 60"))
    }

    @Test func ratesThatSumToMoreThanTheAnnualAmountAreNamed() {
        var plan = commission(.newBookings, 40)
        plan.escalator = Escalator(appliesTo: [.commission], perExtraYear: percent(5), cap: percent(10))
        plan.accelerator = Accelerator(
            appliesTo: [.commission], measure: .recurringGrowth, period: .quarter,
            bands: [.init(from: 0, times: Rate(partsPerMillion: 2_000_000))])
        plan.recurringBonus = RecurringBonus(rate: percent(12), every: .month)
        // (40 % + 2 extra years × 5 %) × 2 + 12 %.
        let long = contract(
            "c1", of: "p", ends: day("2028-12-31"), signed: day("2026-01-01"), starts: day("2026-01-01"))
        let warnings = lint(plan, replay([long])).warnings
        #expect(
            warnings.map(\.sentence) == [
                "a new contract of 36 months can earn 112.0 % of its annual amount in the first year"
            ])
        #expect(lint(plan, replay(contracts)).warnings.isEmpty)
    }
}
