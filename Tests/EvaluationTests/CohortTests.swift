import Model
import Statistics
import Testing

@testable import Evaluation

/// One partner, assigned on the start day; grace 30 days; the pilot ends after 182 days.
@Suite struct CohortTests {
    private func rows(
        _ contracts: [ContractFact], of kind: Metric = metric(), after days: Int = 182,
        assignedOn: Day = start
    ) -> [Outcome] {
        let cohort = Cohort(book: book(contracts), assignments: [assignment("p1", on: assignedOn)])
        return Outcomes(of: kind, in: cohort, plan: plan(), asOf: start + days).rows
    }

    /// Renewed and matured contracts, or nothing while nothing has matured.
    private func renewed(_ contracts: [ContractFact], after days: Int = 182) -> [Int64] {
        rows(contracts, after: days).compactMap(\.numerator)
    }

    @Test func aContractSignedOnTheDayOfAssignmentNeverEnters() {
        #expect(rows([contract("c", ends: start + 40, signed: start)]).isEmpty)
        #expect(rows([contract("c", ends: start + 40, signed: start - 1)]).map(\.contract) == ["c"])
    }

    @Test func eachPartnerCountsFromItsOwnAssignment() {
        let contracts = [
            contract("early", ends: start + 10), contract("late", ends: start + 60, signed: start + 5),
        ]
        #expect(rows(contracts).map(\.contract) == ["early"])
        #expect(rows(contracts, assignedOn: start + 14).map(\.contract) == ["late"])
    }

    @Test func aContractThatEndedBeforeAssignmentIsNotDue() {
        #expect(rows([contract("c", ends: start - 1)]).isEmpty)
        #expect(rows([contract("c", ends: start)]).map(\.due) == [start])
    }

    @Test func aContractThatMaturesAfterTheLastLookIsNotDue() {
        #expect(rows([contract("c", ends: start + 152)]).map(\.isMature) == [true])
        #expect(rows([contract("c", ends: start + 153)]).isEmpty)
    }

    @Test func aContractOfSeveralYearsIsDueInItsLastYearOnly() {
        let ends = start + 100
        #expect(rows([contract("c", ends: ends + 365, starts: ends - 730)]).isEmpty)
        #expect(rows([contract("c", ends: ends, starts: ends - 1095)]).count == 1)
    }

    @Test func whatIsNotDueMovesNoNumber() {
        let due = [contract("a", ends: start + 20), renewal(of: "a", due: start + 20, signed: start + 10)]
        let others = [
            contract("new", ends: start + 60, signed: start + 3), contract("far", ends: start + 900),
            contract("gone", ends: start - 20), contract("stranger", of: "p9", ends: start + 20),
        ]
        #expect(renewed(due + others) == renewed(due))
        #expect(renewed(due) == [1])
    }

    @Test func aContractMaturesExactlyAtItsDueDatePlusGrace() {
        let lost = [contract("c", ends: start + 20)]
        #expect(rows(lost, after: 49).map(\.isMature) == [false])
        #expect(rows(lost, after: 49).map(\.denominator) == [nil])
        #expect(rows(lost, after: 50).map(\.isMature) == [true])
        #expect(rows(lost, after: 50).map(\.numerator) == [0])
        #expect(rows(lost, after: 50).map(\.denominator) == [1])
    }

    @Test func aLateRenewalCountsUpToTheGraceAndNotAfterIt() {
        let due = start + 20
        func signed(_ days: Int) -> [Int64] {
            renewed([contract("c", ends: due), renewal(of: "c", due: due, signed: due + days)])
        }
        #expect(signed(30) == [1])
        #expect(signed(31) == [0])
    }

    @Test func whatIsKnownEarlyMovesNothingBeforeItMatures() {
        let due = start + 60
        let unknown = [contract("c", ends: due)]
        let knownLoss = [contract("c", ends: due, cancelled: start + 5)]
        let knownRenewal = unknown + [renewal(of: "c", due: due, signed: start + 5)]
        for contracts in [unknown, knownLoss, knownRenewal] {
            #expect(rows(contracts, after: 89).map(\.denominator) == [nil])
        }
        #expect(renewed(unknown, after: 90) == [0])
        #expect(renewed(knownLoss, after: 90) == [0])
        #expect(renewed(knownRenewal, after: 90) == [1])
    }

    @Test func whatWasDecidedBeforeAssignmentIsLeftOut() {
        let due = start + 60
        let original = contract("c", ends: due)
        #expect(rows([original, renewal(of: "c", due: due, signed: start - 1)]).isEmpty)
        #expect(rows([original, renewal(of: "c", due: due, signed: start)]).map(\.contract) == ["c"])
        #expect(rows([contract("c", ends: due, cancelled: start)]).isEmpty)
        #expect(rows([contract("c", ends: due, cancelled: start + 1)]).count == 1)
    }

    @Test func ofTwoRenewalsTheEarliestSignedCounts() {
        let due = start + 20
        var second = renewal(of: "c", due: due, signed: due + 31)
        second.contract = "a later claim"
        #expect(renewed([contract("c", ends: due), second]) == [0])
        #expect(renewed([contract("c", ends: due), second, renewal(of: "c", due: due, signed: due)]) == [1])
    }

    @Test func netRevenueRetentionIsRevenueAfterOverRevenueBefore() {
        let due = start + 20
        let contracts = [
            contract("grows", ends: due, amount: 100_000),
            renewal(of: "grows", due: due, signed: due, amount: 150_000),
            contract("lost", ends: due, amount: 50_000),
        ]
        let money = rows(contracts, of: metric(.netRevenueRetention))
        #expect(money.compactMap(\.numerator).reduce(0, +) == 150_000)
        #expect(money.compactMap(\.denominator).reduce(0, +) == 150_000)
    }

    @Test func moneyInAnotherCurrencyIsCountedAndLeftOut() throws {
        let dollar = try #require(Currency("USD"))
        let due = start + 20
        let contracts = [
            contract("euro", ends: due), contract("dollar", ends: due, currency: dollar),
            contract("switched", ends: due), renewal(of: "switched", due: due, signed: due, currency: dollar),
        ]
        let cohort = Cohort(book: book(contracts), assignments: [assignment("p1")])
        let outcomes = Outcomes(of: metric(.netRevenueRetention), in: cohort, plan: plan(), asOf: start + 182)
        #expect(outcomes.otherCurrency == 2)
        #expect(outcomes.rows.compactMap(\.denominator) == [100_000])
        #expect(renewed(contracts).count == 3, "the renewal rate knows no currency")
    }

    @Test func discountDepthIsTheMeanDiscountOfWhatWasRenewed() throws {
        let due = start + 20
        let contracts = [
            contract("a", ends: due), renewal(of: "a", due: due, signed: due, discount: percent(10)),
            contract("b", ends: due), renewal(of: "b", due: due, signed: due, discount: percent(30)),
            contract("lost", ends: due, discount: percent(90)),
        ]
        let cohort = Cohort(book: book(contracts), assignments: [assignment("p1")])
        let outcomes = Outcomes(of: metric(.discountDepth), in: cohort, plan: plan(), asOf: start + 182)
        let sample = ArmSample.samples(of: outcomes, in: cohort, variants: [Variant.control])
        let total = try #require(sample[Variant.control]?.totals.first)
        #expect(total.denominator == 2)
        #expect(abs(total.numerator / total.denominator - 0.2) < 1e-12)
    }

    @Test func aPartnerWithoutContractsIsAMemberWithZeros() throws {
        let cohort = Cohort(
            book: book([contract("c", ends: start + 20)], partners: ["p1", "p2"]),
            assignments: [assignment("p1"), assignment("p2", position: 1)])
        let outcomes = Outcomes(of: metric(), in: cohort, plan: plan(), asOf: start + 182)
        let sample = ArmSample.samples(of: outcomes, in: cohort, variants: [Variant.control])
        let totals = try #require(sample[Variant.control]?.totals)
        #expect(totals.map(\.denominator) == [1, 0])
    }
}
