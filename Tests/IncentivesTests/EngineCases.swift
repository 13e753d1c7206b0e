import Incentives
import Model
import Testing

/// Cases that once went wrong, or easily would: each says what must hold.
@Suite struct EngineCases {
    private func owed(
        _ contracts: [ContractFact], _ segments: [TermsSegment], asOf: String = "2027-12-31"
    ) throws -> [Payout] {
        payouts(
            of: [EarningAccount(partner: "p", segments: segments)], in: EarningBook(book(contracts)),
            asOf: try day(asOf))
    }

    private func segment(_ plan: IncentivePlan, _ from: String, _ until: String) throws -> TermsSegment {
        TermsSegment(plan: plan, from: try day(from), until: try day(until))
    }

    @Test func aTierKeptByTheBufferFindsItsPlaceInAnotherVersionsTiers() throws {
        var first = threeTiers(.cliff)
        first.buffer = TieredCommission.Buffer(rollingPeriods: 1, gracePeriods: 1)
        var second = first
        second.tiers = [.init(from: 0, rate: percent(4)), .init(from: 2_000_000, rate: percent(7))]
        var later = try incentives(commission: second)
        later.version = 2
        let run = try owed(
            [
                try contract("c1", signed: "2027-01-10", minorUnits: 6_000_000),
                try contract("c2", signed: "2027-04-10", minorUnits: 100_000),
                try contract("c3", signed: "2027-07-10", minorUnits: 100_000),
            ],
            [
                try segment(try incentives(commission: first), "2027-01-01", "2027-03-31"),
                try segment(later, "2027-04-01", "2027-12-31"),
            ])
        // 12 %; then 7 %, the tier from 20,000.00, since 50,000.00 was reached; then what is reached.
        #expect(run.map(\.amount) == [720_000, 7_000, 4_000])
    }

    @Test func twoStretchesOfOnePlanTakeBackOnOneLine() throws {
        var plan = try incentives(
            commission: TieredCommission(
                basis: .recurringRevenue, scheme: .marginal, period: .month,
                tiers: [.init(from: 0, rate: percent(10))]))
        plan.clawback = Clawback(
            appliesTo: [.commission], withinDays: 180, share: percent(100), isProRata: false)
        let run = try owed(
            [try contract("c", signed: "2027-01-01", cancelled: "2027-04-15", minorUnits: 1_200_000)],
            [try segment(plan, "2027-01-01", "2027-01-31"), try segment(plan, "2027-03-01", "2027-03-31")])
        #expect(run.map(\.amount) == [10_000, 10_000, -20_000])
        #expect(Set(run.map(\.key)).count == 3)
    }

    @Test func aContractWithoutAnEndCountsTenYears() throws {
        var endless = try contract("c", signed: "2027-01-10", minorUnits: 100_000)
        endless.endsOn = try day("9999-12-31")
        var commission = threeTiers(.marginal)
        commission.payBase = .contractValue
        var plan = try incentives(commission: commission)
        plan.escalator = Escalator(appliesTo: [.commission], perExtraYear: percent(1), cap: percent(3))
        plan.recurringBonus = RecurringBonus(rate: percent(1), every: .month)
        let run = try owed([endless], [try segment(plan, "2027-01-01", "2027-12-31")])
        #expect(run.first?.base == 1_000_000)
        #expect(run.first { $0.rule == .escalator }?.amount == 30_000)
        #expect(run.count { $0.rule == .recurringBonus } == 11)
    }

    @Test func nobodyIsMadeWholeForPayThatTheOtherPlanTakesBack() throws {
        var today = try incentives("today", commission: threeTiers(.marginal))
        today.clawback = Clawback(
            appliesTo: [.commission], withinDays: 180, share: percent(100), isProRata: false)
        var nothing = try incentives("nothing")
        nothing.treatmentTags = ["training"]
        nothing.noWorseOff = NoWorseOff(than: today, period: .quarter)
        let leaver = try contract("c", signed: "2027-01-05", cancelled: "2027-02-10", minorUnits: 900_000)
        #expect(try owed([leaver], [try segment(nothing, "2027-01-01", "2027-12-31")]).isEmpty)
        let stayer = try contract("c", signed: "2027-01-05", minorUnits: 900_000)
        let made = try owed([stayer], [try segment(nothing, "2027-01-01", "2027-12-31")])
        #expect(made.map(\.rule) == [.makeWhole] && made.map(\.amount) == [45_000])
    }

    @Test func theOtherPlanIsHelpedInADownturnTooAndItsDatesAreOfNoAccount() throws {
        let contingency = Contingency(
            appliesTo: [.commission], period: .quarter, below: percent(90), times: percent(150),
            from: try day("2027-01-01"), until: try day("2027-12-31"), costCap: 10_000_000)
        var today = try incentives("today", commission: threeTiers(.marginal))
        today.contingency = contingency
        today.effective.until = try day("2027-01-31")
        var less = try incentives(
            "less",
            commission: TieredCommission(
                basis: .allBookings, scheme: .marginal, period: .quarter,
                tiers: [.init(from: 0, rate: percent(1))]))
        less.contingency = contingency
        less.noWorseOff = NoWorseOff(than: today, period: .quarter)
        let run = try owed(
            [
                try contract("before", signed: "2026-02-10", minorUnits: 2_000_000),
                try contract("c", signed: "2027-02-10", minorUnits: 900_000),
            ], [try segment(less, "2027-01-01", "2027-03-31")], asOf: "2027-03-31")
        // 1 % and half as much again, made up to 5 % and half as much again.
        #expect(run.map(\.amount) == [9_000, 4_500, 67_500 - 13_500])
    }

    @Test func nothingIsEarnedForAMilestoneAfterTheCustomerLeft() throws {
        var plan = try incentives()
        plan.milestoneBonuses = [
            MilestoneBonus(milestone: "go-live", steps: [.init(byDay: nil, amount: 500)])
        ]
        let run = try payouts(
            for: [try contract("c", signed: "2026-01-05", cancelled: "2026-02-10", minorUnits: 100)],
            under: plan,
            milestones: [MilestoneFact(contract: "c", milestone: "go-live", reachedOn: try day("2026-05-01"))]
        )
        #expect(run.isEmpty)
    }

    @Test func graceRunsOutInPeriodsWithoutRevenue() throws {
        var commission = threeTiers(.cliff)
        commission.basis = .recurringRevenue
        commission.buffer = TieredCommission.Buffer(rollingPeriods: 1, gracePeriods: 1)
        let run = try owed(
            [
                try contract("c1", signed: "2027-01-01", months: 3, minorUnits: 24_000_000),
                try contract("c2", signed: "2027-07-01", minorUnits: 400_000),
            ], [try segment(try incentives(commission: commission), "2027-01-01", "2027-09-30")],
            asOf: "2027-09-30")
        // 12 % of 60,000.00 in the first quarter, nothing in the second, 5 % of 1,000.00 in the third.
        #expect(run.map(\.amount) == [720_000, 5_000])
    }

    @Test func aCutOfPayThatIsReleasedLaterIsPayableThen() throws {
        var plan = try incentives(
            renewalBonus: RenewalBonus(rate: percent(10), cap: nil, survivalDays: 120))
        plan.limits = PayLimits(period: .quarter, cap: 500_000, floor: nil)
        let contracts = [try contract("r", signed: "2027-02-01", renewal: true, minorUnits: 20_000_000)]
        let terms = [try segment(plan, "2027-01-01", "2027-12-31")]
        #expect(try owed(contracts, terms, asOf: "2027-03-31").map(\.state) == [.held])
        let later = try owed(contracts, terms, asOf: "2027-06-30")
        #expect(later.map(\.amount) == [2_000_000, -1_500_000])
        #expect(try later.map(\.payableOn) == [day("2027-06-01"), day("2027-06-01")])
    }
}
