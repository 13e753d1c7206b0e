import Foundation
import GRDB
import Model
import Testing

@testable import Storage

@Suite struct LedgerStorageTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    @Test func aClosedPeriodAndItsEntriesComeBackAsTheyWerePosted() async throws {
        let entries = [try entry("a", of: "p2"), try entry("b", of: "p1", amount: -5)]
        let closed = try closed(entries: 2)
        try await store.write { try $0.post(entries, closing: closed) }
        #expect(try await store.read { try $0.ledgerEntries() } == entries)
        #expect(try await store.read { try $0.ledgerEntries(of: "p1") } == [entries[1]])
        #expect(try await store.read { try $0.closedPeriod(closed.period) } == closed)
        #expect(try await store.read { try $0.closedPeriods() } == [closed])
    }

    @Test(arguments: [
        "UPDATE ledger_entry SET amount = 0", "DELETE FROM ledger_entry",
        "UPDATE closed_period SET closed_by = 'eve'",
        "DELETE FROM closed_period", "UPDATE period_approval SET actor = 'eve'",
        "DELETE FROM period_approval",
    ])
    func nothingThatWasPostedIsEverChanged(_ sql: String) async throws {
        let entries = [try entry("a", of: "p1")]
        let closed = try closed(entries: 1)
        let approval = approval("bob")
        try await store.write { transaction in
            try transaction.post(entries, closing: closed)
            try transaction.insert(approval)
        }
        await #expect(throws: StoreError.self) { try await store.write { try $0.db.execute(sql: sql) } }
    }

    @Test func aPeriodIsClosedOnceAndAnEntryPostedOnce() async throws {
        let closed = try closed(entries: 1)
        let entries = [try entry("a", of: "p1")]
        try await store.write { try $0.post(entries, closing: closed) }
        await #expect(throws: StoreError.self) { try await store.write { try $0.post([], closing: closed) } }
        var next = closed
        next.period = closed.period.next
        let later = next
        await #expect(throws: StoreError.self) {
            try await store.write { try $0.post(entries, closing: later) }
        }
        #expect(try await store.read { try $0.closedPeriods().count } == 1)
    }

    @Test func approvalsComeInTheOrderTheyWereGiven() async throws {
        let approvals = [approval("bob"), approval("alice")]
        let quarter = quarter
        let next = quarter.next
        try await store.write { transaction in
            for approval in approvals { try transaction.insert(approval) }
        }
        #expect(try await store.read { try $0.approvals(of: quarter) } == approvals)
        #expect(try await store.read { try $0.approvals(of: next) }.isEmpty)
        #expect(try await store.read { try $0.approvals() } == approvals)
    }

    // MARK: Records

    private func closed(entries: Int) throws -> ClosedPeriod {
        ClosedPeriod(
            period: quarter, closedAt: noon, requestedBy: Actor("bob"), closedBy: Actor("alice"), sequence: 7,
            contentHash: ContentHash(hex: "c0ffee"), entries: entries, paymentFile: Data("payment\r\n".utf8),
            controlTotals: Data("{}".utf8))
    }

    private func entry(_ id: String, of partner: Partner.ID, amount: Int64 = 5) throws -> LedgerEntry {
        LedgerEntry(
            id: id, kind: amount < 0 ? .adjustment : .payout, period: quarter,
            payout: Payout(
                partner: partner, contract: "c1", component: .commission, rule: .commission, plan: "growth",
                version: 1, occasion: "2026-Q2", earnedOn: day("2026-05-01"), payableOn: day("2026-05-01"),
                state: .payable, base: 100, amount: amount, currency: try #require(Currency("EUR")),
                conversion: nil, facts: [1], explanation: "commission 5 % of 1.00 EUR"),
            amount: amount, corrects: amount < 0 ? "z" : nil)
    }
}

private let quarter = CalendarPeriod(containing: day("2026-05-01"), .quarter)

private func approval(_ actor: String) -> PeriodApproval {
    PeriodApproval(
        period: quarter, actor: Actor(actor), contentHash: ContentHash(hex: "c0ffee"), approvedAt: noon)
}
