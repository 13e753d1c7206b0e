import Foundation
import Incentives
import Model
import Storage
import Testing

@testable import Operations

@Suite struct PeriodTests {
    private let quarter = CalendarPeriod(containing: start, .quarter)
    private let bob = Actor("bob")

    @Test func theSecondPersonCloses() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let lines = [try line("c1", 100), try line("c2", 50, .held)]
        let pending = try #require(try await programme.close(quarter, by: bob, lines).pending)
        #expect(pending.approvedBy == [bob] && pending.needsFinance && pending.entries == 3)
        let closed = try #require(try await programme.close(quarter, by: ada, lines).closed)
        #expect(closed.requestedBy == bob && closed.closedBy == ada && closed.entries == 3)
        #expect(closed.contentHash == pending.contentHash)
        let entries = try await programme.store.read { try $0.ledgerEntries() }
        #expect(entries.map(\.amount) == [100, 100, 50])
        let file = PaymentFile(period: quarter, entries: entries)
        #expect(closed.paymentFile == file.csv())
        #expect(try await programme.journal().suffix(2) == [.periodApproved, .periodClosed])
    }

    @Test(arguments: [false, true]) func thePaymentFileOfAPracticeStoreSaysSo(isPractice: Bool) async throws {
        let programme = try await Programme(isPractice: isPractice)
        programme.moveClock(to: quarter.lastDay + 1)
        if isPractice {
            try await programme.operations.advanceClock(to: noon(quarter.lastDay + 1), by: ada)
        }
        let closed = try await programme.closeTwice(quarter, [try line("c1", 100)])
        let totals = try JSONDecoder().decode(PaymentFile.ControlTotals.self, from: closed.controlTotals)
        #expect(totals.practice == (isPractice ? true : nil))
        #expect(totals.fileName("csv") == "payments-\(isPractice ? "practice-" : "")\(quarter).csv")
        let text = String(decoding: closed.controlTotals, as: UTF8.self)
        #expect(text.contains("practice") == isPractice)
    }

    @Test func closingTwiceGivesTheSameBytes() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let first = try await programme.closeTwice(quarter, [try line("c1", 100)])
        // Facts that came since change nothing that is closed, and anybody may ask for the bytes.
        let again = try await programme.close(quarter, by: Actor("eve"), [try line("c1", 999)])
        guard case .wasClosed(let closed) = again else {
            Issue.record("\(again)")
            return
        }
        #expect(closed == first)
        #expect(try await programme.store.read { try $0.ledgerEntries().count } == 2)
    }

    @Test func onePersonAloneClosesNothing() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let lines = [try line("c1", 100)]
        for _ in 0..<2 {
            let pending = try #require(try await programme.close(quarter, by: ada, lines).pending)
            #expect(pending.approvedBy == [ada] && !pending.needsFinance)
        }
        #expect(try await programme.store.read { try $0.approvals(of: quarter).count } == 1)
        #expect(try await programme.journal().filter { $0 == .periodApproved }.count == 1)
    }

    @Test func withoutFinanceNobodyCloses() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let lines = [try line("c1", 100)]
        _ = try await programme.close(quarter, by: bob, lines)
        let pending = try #require(try await programme.close(quarter, by: Actor("dan"), lines).pending)
        #expect(pending.approvedBy == [bob, Actor("dan")] && pending.needsFinance)
        #expect(try await programme.close(quarter, by: Actor("cy"), lines).closed?.requestedBy == bob)
    }

    @Test func somebodyWithoutARoleIsRefused() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let message = await refusal(of: .invalid) {
            try await programme.close(quarter, by: Actor("eve"), [])
        }
        #expect(message.contains("'eve' has no role") && message.contains("'people'"))
    }

    @Test func anApprovalOfOtherEntriesIsVoid() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let first = try #require(try await programme.close(quarter, by: bob, [try line("c1", 100)]).pending)
        let changed = [try line("c1", 70)]
        let second = try #require(try await programme.close(quarter, by: ada, changed).pending)
        #expect(second.void.map(\.actor) == [bob] && second.void.map(\.contentHash) == [first.contentHash])
        #expect(second.approvedBy == [ada])
        #expect(try await programme.close(quarter, by: bob, changed).closed != nil)
    }

    @Test func aPeriodThatRunsIsNotClosed() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay)
        let message = await refusal(of: .conflict) { try await programme.close(quarter, by: ada, []) }
        #expect(message.contains("runs until 2026-03-31") && message.contains("from 2026-04-01 on"))
    }

    @Test func onlyQuartersAreClosed() async throws {
        let programme = try await Programme()
        let month = CalendarPeriod(containing: start, .month)
        #expect(
            await refusal(of: .invalid) { try await programme.close(month, by: ada, []) }.contains("2027-Q1"))
    }

    @Test func quartersAreClosedInOrder() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.next.next.lastDay + 1)
        let lines = [try line("c1", 100)]
        let early = await refusal(of: .conflict) { try await programme.close(quarter.next, by: ada, lines) }
        #expect(early.contains("'2026-Q1' has lines and is open"))
        _ = try await programme.closeTwice(quarter, lines)
        // The quarter between has no lines of its own.
        let skipped = try await programme.closeTwice(quarter.next.next, lines)
        #expect(skipped.entries == 0)
        let late = await refusal(of: .conflict) { try await programme.close(quarter.next, by: ada, lines) }
        #expect(late.contains("'2026-Q3' is closed already") && late.contains("'2026-Q4'"))
    }

    @Test func nothingIsApprovedBeforeTheLedgerBegins() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.next.lastDay + 1)
        let before = CalendarPeriod(length: .quarter, number: quarter.number - 1)
        let line = try line("c1", 100)
        let message = await refusal(of: .conflict) {
            try await programme.operations.close(before, by: bob) { _, day in
                day < line.earnedOn ? [] : [line]
            }
        }
        #expect(message.contains("nothing was earned by 2025-12-31") && message.contains("'2026-Q1'"))
        #expect(try await programme.operations.periods().isEmpty)
    }

    @Test func anApprovalThatCanCloseNothingAnyMoreIsToldSo() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.next.next.lastDay + 1)
        let lines = [try line("c1", 100)]
        _ = try await programme.closeTwice(quarter, lines)
        _ = try await programme.close(quarter.next, by: bob, lines)
        _ = try await programme.closeTwice(quarter.next.next, lines)
        let periods = try await programme.operations.periods()
        #expect(periods.map(\.closedAfter) == [nil, quarter.next.next, nil])
    }

    @Test func whatChangedIsPostedWithTheNextQuarter() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.next.lastDay + 1)
        _ = try await programme.closeTwice(quarter, [try line("c1", 100)])
        let next = try await programme.closeTwice(quarter.next, [try line("c1", 60)])
        #expect(next.entries == 2)
        #expect(String(decoding: next.paymentFile, as: UTF8.self).contains(",-0.40,EUR,2026-Q2,"))
        let periods = try await programme.operations.periods()
        #expect(periods.map(\.period) == [quarter, quarter.next])
        #expect(periods.allSatisfy { $0.closedBy == [bob, ada] && $0.entries == 2 })
    }

    @Test func aLineThatComesTwiceClosesNothing() async throws {
        let programme = try await Programme()
        programme.moveClock(to: quarter.lastDay + 1)
        let line = try line("c1", 100)
        let message = await refusal(of: .conflict) {
            try await programme.close(quarter, by: ada, [line, line])
        }
        #expect(message.contains("twice"))
        #expect(try await programme.operations.periods().isEmpty)
    }

    @Test func theProgrammesOwnLinesArePosted() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        try await programme.addRenewals({ _ in 2 }, of: "spiff")
        programme.moveClock(to: quarter.lastDay + 1)
        _ = try await programme.operations.close(quarter, by: bob)
        let closed = try #require(try await programme.operations.close(quarter, by: ada).closed)
        let treated = try await programme.assignments().filter { $0.variant == "bonus" }.count
        // 5 % of 1,000.00 on two renewals each.
        let totals = try JSONDecoder().decode(PaymentFile.ControlTotals.self, from: closed.controlTotals)
        #expect(totals.lines == 2 * treated)
        #expect(totals.totals.map(\.amount) == ["\(100 * treated).00"])
        #expect(totals.sha256 == ContentHash(of: closed.paymentFile))
    }

    private func line(_ contract: Contract.ID, _ amount: Int64, _ state: Payout.State = .payable) throws
        -> Payout
    {
        Payout(
            partner: "p00", contract: contract, component: .commission, rule: .commission, plan: "growth",
            version: 1, occasion: "2026-Q1", earnedOn: start, payableOn: state == .payable ? start : nil,
            state: state, base: 1000, amount: amount, currency: try #require(Currency("EUR")),
            conversion: nil,
            facts: [1], explanation: "commission")
    }
}

extension Programme {
    fileprivate func close(
        _ period: CalendarPeriod, by actor: Actor, _ lines: [Payout]
    ) async throws -> PeriodClosing {
        try await operations.close(period, by: actor) { _, _ in lines }
    }

    /// Closed by bob and ada.
    fileprivate func closeTwice(_ period: CalendarPeriod, _ lines: [Payout]) async throws -> ClosedPeriod {
        _ = try await close(period, by: Actor("bob"), lines)
        return try #require(try await close(period, by: ada, lines).closed)
    }
}

extension PeriodClosing {
    fileprivate var pending: PendingClose? {
        if case .approved(let pending) = self { pending } else { nil }
    }

    fileprivate var closed: ClosedPeriod? {
        if case .closed(let closed) = self { closed } else { nil }
    }
}
