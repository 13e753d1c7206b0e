import Incentives
import Model
import Testing

@Suite struct LiabilityTests {
    /// 4 % of renewals and 1 % a year on what stays, payable after three months.
    private func terms() throws -> IncentivePlan {
        var plan = try incentives("bonus", renewalBonus: RenewalBonus(rate: percent(4), cap: nil))
        plan.recurringBonus = RecurringBonus(rate: percent(1), every: .month, afterMonths: 3)
        return plan
    }

    private func standing(_ plan: IncentivePlan, until: String) throws -> PilotStanding {
        PilotStanding(
            pilot: try pilot(control: nil, treatment: plan), assignments: [try assignment("p", "bonus")],
            promises: [
                Promise(
                    pilot: "spiff-q3", partner: "p", variant: "bonus", from: try day("2026-07-06"),
                    until: try day(until))
            ])
    }

    private func contracts() throws -> [ContractFact] {
        [
            try contract("o1", signed: "2025-09-10", renewal: true, minorUnits: 1_000_000),
            try contract("o2", signed: "2025-10-04", renewal: true, minorUnits: 3_000_000),
            try contract("r1", signed: "2026-07-15", renewal: true, minorUnits: 1_200_000),
        ]
    }

    @Test func whatIsOwedHeldAndExpectedIsToldApart() throws {
        let book = EarningBook(book(try contracts()))
        let answer = liability(
            of: [try standing(terms(), until: "2026-10-03")], in: book, ledger: [],
            asOf: try day("2026-08-31"))
        let entry = try #require(answer.entries.first)
        #expect(answer.entries.count == 1 && entry.variant == "bonus" && entry.partners == 1)
        #expect(entry.payable == 48_000 && entry.paid == 0)
        #expect(entry.held == 1_000)  // one month of 1 % of 12,000
        #expect(entry.waiting.map(\.reason) == ["3 months of the contract"])
        #expect(entry.waiting.map(\.amount) == [1_000])
        // From 2025-09-01 to 2025-10-03 a year before, o1 was signed.
        #expect(entry.expected == 40_000)
        #expect(try entry.promisedUntil == day("2026-10-03"))
        #expect(answer.totals.map(\.payable) == [48_000] && answer.totals.map(\.expected) == [40_000])
    }

    @Test func whatWasPaidIsOwedNoMore() throws {
        let book = EarningBook(book(try contracts()))
        let standing = try standing(terms(), until: "2026-10-03")
        let account = try #require(
            pilotAccounts(
                of: standing.assignments[0], in: standing.pilot.plan, promises: standing.promises
            ).first)
        let line = try #require(
            payouts(of: [account], in: book, asOf: try day("2026-08-31")).first { $0.rule == .renewalBonus })
        let quarter = CalendarPeriod(containing: try day("2026-08-31"), .quarter)
        func entry(_ kind: LedgerEntry.Kind, _ amount: Int64, _ payout: Payout) -> LedgerEntry {
            LedgerEntry(
                id: "\(kind) \(amount)", kind: kind, period: quarter, payout: payout, amount: amount,
                corrects: nil)
        }
        var stranger = line
        stranger.partner = "q"
        var gone = line
        gone.contract = "gone"
        let answer = liability(
            of: [standing], in: book,
            ledger: [
                entry(.accrual, 48_000, line), entry(.payout, 20_000, line), entry(.payout, 7, stranger),
                entry(.payout, 500, gone),
            ], asOf: try day("2026-08-31"))
        #expect(answer.entries.map(\.paid) == [20_500])
        #expect(answer.entries.map(\.payable) == [27_500])
    }

    @Test func daysMoreThanAYearAheadAreTakenFromTheYearBefore() throws {
        let plan = try incentives("bonus", renewalBonus: RenewalBonus(rate: percent(4), cap: nil))
        let book = EarningBook(
            book(try contracts().filter { $0.contract != "o2" }))
        let answer = liability(
            of: [try standing(plan, until: "2027-09-20")], in: book, ledger: [], asOf: try day("2026-08-31"))
        // 2026-09-01 to 2027-08-31: o1 and r1; 2027-09-01 to 2027-09-20, two years before: o1 again.
        #expect(answer.entries.map(\.expected) == [40_000 + 48_000 + 40_000])
    }

    @Test func whatAnotherSystemPaysIsNoDebt() throws {
        var plan = try terms()
        plan.paidBy = .external
        let answer = liability(
            of: [try standing(plan, until: "2026-10-03")], in: EarningBook(book(try contracts())), ledger: [],
            asOf: try day("2026-08-31"))
        let entry = try #require(answer.entries.first)
        #expect(entry.payable == 0 && entry.held == 0 && entry.expected == 0 && entry.external == 49_000)
        #expect(entry.promisedUntil == nil)
    }

    @Test func accrualsFollowAHeldLineUntilItIsPayable() throws {
        let standing = try standing(terms(), until: "2026-12-31")
        let accounts = pilotAccounts(
            of: standing.assignments[0], in: standing.pilot.plan, promises: standing.promises)
        let quarters = accrualQuarters(of: accounts, before: try day("2027-02-01"))
        #expect(quarters.map(\.description) == ["2026-Q3", "2026-Q4"])
        let rows = accruals(
            of: accounts, in: EarningBook(book(try contracts())), ledger: [], quarters: quarters)
        #expect(rows.map(\.quarter.description) == ["2026-Q3", "2026-Q3", "2026-Q4"])
        #expect(rows.map(\.component) == [.recurringBonus, .renewalBonus, .recurringBonus])
        #expect(rows.map(\.earned) == [2_000, 48_000, 3_000])
        #expect(rows.map(\.held) == [2_000, 0, 0])
        #expect(rows.map(\.payable) == [0, 48_000, 5_000])
        #expect(rows.allSatisfy { $0.paid == 0 && $0.external == 0 && $0.cost == 0 && $0.plan == "bonus" })
    }

    @Test func openedGatesAreCounted() throws {
        let gates = [
            EvidenceGate(
                name: "live", conditions: [.milestone("go-live", byDay: 30)], needs: [], expiresAfterDays: 60),
            EvidenceGate(
                name: "proven", conditions: [.milestone("value", byDay: 90)], needs: ["live"],
                expiresAfterDays: 120),
        ]
        let book = EarningBook(
            book(
                [
                    try contract("c1", signed: "2026-07-01", minorUnits: 1),
                    try contract("c2", signed: "2026-07-01", minorUnits: 1),
                ],
                milestones: [
                    MilestoneFact(contract: "c1", milestone: "go-live", reachedOn: try day("2026-07-20")),
                    MilestoneFact(contract: "c2", milestone: "value", reachedOn: try day("2026-07-20")),
                ]))
        #expect(book.contractsOpening(gates, asOf: try day("2026-12-31")) == ["live": 1, "proven": 0])
        #expect(book.contractsOpening(gates, asOf: try day("2026-07-10")) == ["live": 0, "proven": 0])
    }
}
