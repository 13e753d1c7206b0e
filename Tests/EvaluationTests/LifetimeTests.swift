import Model
import Testing

@testable import Evaluation

/// Grace 30 days, looked at on day 90: everybody is watched up to day 60.
@Suite struct LifetimeTests {
    private func lifetimes(
        _ contracts: [ContractFact], after days: Int = 90, origin: Metric.Origin = .assignment
    ) -> [Outcome] {
        let cohort = Cohort(book: book(contracts), assignments: [assignment("p1")])
        let churn = metric(.churn, origin: origin)
        return Outcomes(of: churn, in: cohort, plan: plan(), asOf: start + days).rows
    }

    private func expect(
        _ contracts: [ContractFact], time: Int, isEvent: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let rows = lifetimes(contracts)
        #expect(rows.map(\.time) == [time], sourceLocation: sourceLocation)
        #expect(rows.map(\.isEvent) == [isEvent], sourceLocation: sourceLocation)
        #expect(rows.map(\.entry) == [0], sourceLocation: sourceLocation)
    }

    @Test func aCancellationEndsALifetimeOnItsDay() {
        expect([contract("c", ends: start + 300, cancelled: start + 20)], time: 20, isEvent: true)
    }

    @Test func aLapseEndsALifetimeTheDayAfterTheTerm() {
        expect([contract("c", ends: start + 40)], time: 41, isEvent: true)
    }

    @Test func whoeverStaysIsWatchedUpToTheLookLessTheGrace() {
        expect([contract("c", ends: start + 300)], time: 60, isEvent: false)
    }

    @Test func aLossIsSeenOnceItHasMaturedAndNotBefore() {
        expect([contract("c", ends: start + 59)], time: 60, isEvent: true)
        expect([contract("c", ends: start + 60)], time: 60, isEvent: false)
    }

    @Test func aLossThatIsKnownEarlyIsNotSeenEarlier() {
        expect([contract("c", ends: start + 300, cancelled: start + 61)], time: 60, isEvent: false)
        expect([contract("c", ends: start + 300, cancelled: start + 60)], time: 60, isEvent: true)
    }

    @Test func aRenewalWithinTheGraceGoesOn() {
        let due = start + 10
        expect(
            [contract("c", ends: due), renewal(of: "c", due: due, signed: due + 30)], time: 60, isEvent: false
        )
        expect(
            [contract("c", ends: due), renewal(of: "c", due: due, signed: due + 31)], time: 11, isEvent: true)
    }

    @Test func aChainOfRenewalsEndsWithItsLastTerm() {
        var quarter = renewal(of: "c", due: start + 10, signed: start + 5)
        quarter.endsOn = start + 50
        expect([contract("c", ends: start + 10), quarter], time: 51, isEvent: true)
        quarter.cancelledOn = start + 45
        expect([contract("c", ends: start + 10), quarter], time: 45, isEvent: true)
        quarter.cancelledOn = nil
        let again = contract(
            "again", customer: "customer of c", ends: start + 400, signed: start + 50, starts: start + 51,
            renews: quarter.contract)
        expect([contract("c", ends: start + 10), quarter, again], time: 60, isEvent: false)
    }

    @Test func aCustomerOfSeveralContractsLeavesWithTheLast() {
        let contracts = [
            contract("a", customer: "acme", ends: start + 20),
            contract("b", customer: "acme", ends: start + 300, cancelled: start + 35),
        ]
        expect(contracts, time: 35, isEvent: true)
    }

    @Test func onlyContractsInForceOnTheDayOfAssignmentAreAtRisk() {
        let rows = lifetimes([
            contract("not yet", ends: start + 400, signed: start - 10, starts: start + 3),
            contract("over", ends: start - 1), contract("cancelled", ends: start + 90, cancelled: start),
            contract("new", ends: start + 400, signed: start, starts: start),
        ])
        #expect(rows.isEmpty)
    }

    @Test func nobodyIsWatchedBeforeTheGraceHasPassed() {
        let contracts = [contract("c", ends: start + 300)]
        #expect(lifetimes(contracts, after: 30).isEmpty)
        #expect(lifetimes(contracts, after: 31).map(\.time) == [1])
    }

    @Test func countedFromTheContractACustomerEntersLateAtAssignment() {
        let rows = lifetimes(
            [contract("c", ends: start + 40, starts: start - 100)], origin: .contractStart)
        #expect(rows.map(\.entry) == [100])
        #expect(rows.map(\.time) == [141])
        #expect(rows.map(\.isEvent) == [true])
    }
}
