import Model
import Testing

@testable import Evaluation

/// Two partners an arm, each with one contract of 1,000.00 due; a bonus of 10 % and a gross margin of 70 %.
@Suite struct MoneyTests {
    private let due = start + 20

    private func contracts(renewed: [Partner.ID], signed: Day? = nil) -> [ContractFact] {
        (["c1", "c2", "t1", "t2"] as [Partner.ID]).map {
            contract(Contract.ID("of \($0)"), of: $0, ends: due)
        }
            + renewed.map { renewal(of: Contract.ID("of \($0)"), due: due, signed: signed ?? due, by: $0) }
    }

    private func summary(
        _ contracts: [ContractFact], promisedUntil: Day = start + 90, after days: Int = 182
    ) throws -> MoneySummary {
        let assignments = [
            assignment("c1", position: 0), assignment("c2", position: 1),
            assignment("t1", "bonus", position: 2),
            assignment("t2", "bonus", position: 3),
        ]
        let plan = plan(bonus: percent(10))
        let hash = try plan.contentHash()
        let pilot = Pilot(
            plan: plan, planHash: hash, state: .running, startedAt: Instant(milliseconds: 0),
            seed: try #require(Seed(hex: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")), rosterHash: hash, sizeCuts: [],
            information: PlannedInformation(byMaturity: [0.5, 1], byCalendar: [0.5, 1]), pausedVariants: [])
        let request = LookRequest(
            pilot: pilot,
            snapshot: Snapshot(
                book: book(contracts, partners: ["c1", "c2", "t1", "t2"]), assignments: assignments,
                promises: assignments.map {
                    Promise(
                        pilot: plan.pilot, partner: $0.partner, variant: $0.variant, from: start,
                        until: promisedUntil)
                }, streams: [], previousLooks: []),
            plannedIndex: 2, asOf: start + days, recordedAt: Instant(milliseconds: 0), isPractice: false,
            engine: "test")
        return try #require(evaluate(request).money.first)
    }

    @Test func aTreatmentIsPricedADueContract() throws {
        // Renewed: half of control's 2,000.00, all of treatment's; a bonus of 100.00 on each of treatment's two.
        let summary = try summary(contracts(renewed: ["c1", "t1", "t2"]))
        #expect(summary.renewedRevenueControl == 100_000)
        #expect(summary.renewedRevenueTreatment == 200_000)
        #expect(summary.spendControl == 0)
        #expect(summary.spendTreatment == 20_000)
        #expect(summary.maturedTreatment == 2)
        #expect(isClose(summary.revenuePerContract, 50_000, relative: 1e-12))
        #expect(isClose(summary.spendPerContract, 10_000, relative: 1e-12))
        #expect(isClose(summary.netPerContract, 0.7 * 50_000 - 10_000, relative: 1e-12))
        #expect(isClose(summary.breakEvenGain, 0.1 / 0.7, relative: 1e-12))
    }

    @Test func moneyOnContractsThatHaveNotMaturedIsSpentButNotYetCompared() throws {
        let running = contract("next", of: "t1", ends: start + 100)
        let early = renewal(of: "next", due: start + 100, signed: start + 30, by: "t1")
        let summary = try summary(contracts(renewed: ["c1", "t1", "t2"]) + [running, early], after: 91)
        #expect(summary.spendTreatment == 30_000)
        #expect(isClose(summary.spendPerContract, 10_000, relative: 1e-12))
    }

    @Test func withoutAPromiseControlsTermsArePaid() throws {
        let summary = try summary(contracts(renewed: ["c1", "t1", "t2"]), promisedUntil: due - 1)
        #expect(summary.spendTreatment == 0)
        #expect(isClose(summary.netPerContract, 0.7 * 50_000, relative: 1e-12))
    }

    @Test func beforeAnythingMaturesMoneyIsAReasonAndNoNumber() throws {
        let summary = try summary(contracts(renewed: ["t1"]), after: 49)
        #expect(summary.netPerContract == nil && summary.revenuePerContract == nil)
        #expect(summary.unavailable?.contains("EUR") == true)
    }
}
