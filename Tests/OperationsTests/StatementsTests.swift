import Incentives
import Model
import Reporting
import Storage
import Testing

@testable import Operations

/// Statements over a ledger that is really closed.
@Suite struct StatementsTests {
    private let quarter = CalendarPeriod(containing: start, .quarter)

    @Test func whatIsKnownLateIsInTheStatementItIsPaidWith() async throws {
        let (programme, partner) = try await lateRenewals()
        let statement = try await programme.operations.statement(of: partner, period: quarter.next)
        let content = statement.content
        #expect(content.state == .closed && content.lines.isEmpty)
        // 5 % of 1,000.00 for the third renewal, signed in the quarter that was closed already.
        #expect(content.paid.map(\.minorUnits) == [5_000])
        #expect(content.payments.map(\.entry.amount) == [5_000])
        #expect(content.payments.map(\.lateFor) == [quarter])
        #expect(statement.markdown().contains("known late: earned in 2026-Q1"))
        let first = try await programme.operations.statement(of: partner, period: quarter).content
        #expect(first.paid.map(\.minorUnits) == [10_000] && first.payments.map(\.lateFor) == [nil, nil])
    }

    @Test func aYearAddsItsQuartersUp() async throws {
        let (programme, partner) = try await lateRenewals()
        let year = CalendarPeriod(containing: start, .year)
        let content = try await programme.operations.statement(of: partner, period: year).content
        #expect(content.state == .open && content.closedQuarters == [quarter, quarter.next])
        #expect(content.paid.map(\.minorUnits) == [15_000] && content.payable.isEmpty)
    }

    @Test func aMonthOfAClosedQuarterSaysSo() async throws {
        let (programme, partner) = try await lateRenewals()
        let month = CalendarPeriod(containing: start, .month)
        let content = try await programme.operations.statement(of: partner, period: month).content
        #expect(content.state == .closed && content.payments.isEmpty)
        #expect(content.nextSteps.first?.contains("is part of 2026-Q1, which is closed") == true)
    }

    @Test func anEndedQuarterIsNotClosedYet() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let content = try await programme.operations.statement(
            of: Programme.partner(0), period: quarter
        ).content
        #expect(content.nextSteps.first?.hasPrefix("2026-Q1 ended on 2026-03-31 and is not closed") == true)
    }

    /// Two renewals closed with the first quarter, a third one of it told after that, both quarters closed.
    private func lateRenewals() async throws -> (Programme, Partner.ID) {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        try await programme.addRenewals({ _ in 2 }, of: "spiff")
        programme.moveClock(to: quarter.lastDay + 1)
        try await close(quarter, programme)
        try await programme.addRenewals({ _ in 3 }, of: "spiff")
        programme.moveClock(to: quarter.next.lastDay + 1)
        try await close(quarter.next, programme)
        let treated = try await programme.assignments().first { $0.variant == "bonus" }
        return (programme, try #require(treated).partner)
    }

    private func close(_ period: CalendarPeriod, _ programme: Programme) async throws {
        for actor in [Actor("bob"), ada] {
            _ = try await programme.operations.close(period, by: actor)
        }
    }
}
