import Foundation
import Model
import Testing

@testable import Storage

@Suite struct BookStorageTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    @Test func aPageAndItsCursorAreStoredTogether() async throws {
        let stored = try await store.store(
            page([try contract("c1"), try contract("c2")], next: "after c2", completedThrough: noon))
        #expect(stored == StoredPage(newFacts: 2, repeated: 0, quarantined: 0))
        #expect(try await store.read { try $0.cursor(of: "contracts", in: crm) } == Cursor("after c2"))
        let statuses = try await store.read { try $0.streamStatuses() }
        #expect(
            statuses.map(\.essentials) == [
                StreamStatus(
                    source: crm, stream: "contracts", completedThrough: noon, facts: 2, quarantined: 0,
                    lastError: nil)
            ])
    }

    @Test func aTransactionThatFailsStoresNeitherFactsNorCursor() async throws {
        struct PowerCut: Error {}
        await #expect(throws: PowerCut.self) {
            try await store.write { transaction in
                _ = try transaction.store(page([try contract("c1")]), learnedAt: noon)
                throw PowerCut()
            }
        }
        #expect(try await store.facts().isEmpty)
        #expect(try await store.read { try $0.cursor(of: "contracts", in: crm) } == nil)
    }

    @Test func aPageReadTwiceHasNoEffectTheSecondTime() async throws {
        let bad = QuarantinedRow(place: "c9", reason: "'ends' is empty; expected a date", payload: "{}")
        let same = page([try contract("c1"), partner("p1")], quarantined: [bad])
        try await store.store(same)
        let before = try await store.facts()
        let again = try await store.store(same, at: noon.adding(seconds: 60))
        #expect(again == StoredPage(newFacts: 0, repeated: 2, quarantined: 0))
        #expect(try await store.facts() == before)
        #expect(try await store.read { try $0.setAsideRows().map(\.row) } == [bad])
    }

    @Test func everyKindOfFactComesBackAsItWasStored() async throws {
        let observation = MappedRecord(
            nativeID: "row 1", nativeVersion: "",
            body: .observation(
                ObservationFact(
                    partner: "p1", customer: "row 1", outcome: true, baseline: 0.1,
                    observedOn: day("2026-07-01"))))
        let records = [
            partner("p1"), try contract("c1", renews: "c0", cancelled: "2026-03-01"), observation,
            try contract("c7"), deletion(of: "c7"),
        ]
        try await store.store(page(records))
        let facts = try await store.facts()
        #expect(facts.map(\.body) == records.map(\.body))
        #expect(facts.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(facts.allSatisfy { $0.learnedAt == noon && $0.source == crm && $0.stream == "contracts" })
    }

    @Test func aChangedPayloadIsANewFactAndTheOldOneStays() async throws {
        try await store.store(page([try contract("c1", minorUnits: 100)]))
        let first = try await store.facts()
        try await store.store(page([try contract("c1", minorUnits: 200)]))
        let facts = try await store.facts()
        #expect(facts.count == 2)
        #expect(facts.first == first.first)
        let book = try await store.read { try $0.book(through: $0.latestSequence()) }
        #expect(book.contracts.map(\.annualAmount.minorUnits) == [200])
    }

    @Test func aChangedVersionStampAloneIsNoNewFact() async throws {
        try await store.store(page([try contract("c1", version: "2026-07-06T12:00:00Z")]))
        let again = try await store.store(page([try contract("c1", version: "2026-07-06T12:00:01Z")]))
        #expect(again.newFacts == 0 && again.repeated == 1)
        #expect(try await store.facts().map(\.nativeVersion) == ["2026-07-06T12:00:00Z"])
    }

    @Test func aChangeUnderTheSameVersionStampIsANewFact() async throws {
        try await store.store(page([try contract("c1", minorUnits: 100, version: "1")]))
        let again = try await store.store(page([try contract("c1", minorUnits: 101, version: "1")]))
        #expect(again.newFacts == 1)
    }

    @Test func aRecordThatIsDeletedStaysInTheBookWithItsDayUntilItComesBack() async throws {
        for records in [[try contract("c1")], [deletion(of: "c1")]] { try await store.store(page(records)) }
        let without = try await store.read { try $0.book(through: 2) }
        #expect(without.contracts.map(\.deletedOn) == [Day(noon, in: .gmt)])
        try await store.store(page([try contract("c1")]))
        #expect(try await store.facts().count == 3)
        let with = try await store.read { try $0.book(through: 3) }
        #expect(with.contracts.map(\.id) == ["c1"])
        #expect(with.contracts.map(\.deletedOn) == [nil])
    }

    @Test func theSameNativeIDInAnotherStreamIsAnotherRecord() async throws {
        try await store.store(page([try contract("c1", minorUnits: 100)]))
        var other = page([try contract("c1", minorUnits: 100)])
        other.stream = "archive"
        #expect(try await store.store(other).newFacts == 1)
    }

    @Test func aBookAsOfAnEarlierSequenceIsNotChangedByLaterFacts() async throws {
        try await store.store(page([partner("p1"), try contract("c1", minorUnits: 100)]))
        let before = try await store.read { try $0.book(through: 2) }
        try await store.store(
            page([
                partner("p1", region: "apac"), partner("p2"), try contract("c1", minorUnits: 900),
                try contract("c2", renews: "c1"), deletion(of: "p1", .partner),
            ]))
        let after = try await store.read { try $0.book(through: 2) }
        #expect(after.partners == before.partners)
        #expect(after.contracts == before.contracts)
        #expect(after.customers == before.customers)
        let latest = try await store.read { try $0.book(through: $0.latestSequence()) }
        #expect(latest.partners.map(\.id) == ["p1", "p2"])
        #expect(latest.deletedPartners == ["p1"])
        #expect(latest.contracts.map(\.annualAmount.minorUnits) == [900, 120_000])
    }

    @Test func aFailureIsNotedUntilThePageAfterIt() async throws {
        try await store.store(page([try contract("c1")], completedThrough: noon))
        try await store.write { try $0.noteFailure(of: "contracts", in: crm, reason: "no answer in 30 s") }
        let failed = try await store.read { try $0.streamStatuses() }
        #expect(failed.map(\.lastError) == ["no answer in 30 s"])
        #expect(failed.map(\.completedThrough) == [noon])
        try await store.store(page([], next: "cursor 2"))
        let healed = try await store.read { try $0.streamStatuses() }
        #expect(healed.map(\.lastError) == [nil])
        #expect(healed.map(\.completedThrough) == [noon], "a page in the middle completes nothing")
    }
}
