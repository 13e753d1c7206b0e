import Foundation
import GRDB
import Model
import Testing

@testable import Storage

@Suite struct IncentiveFactTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    @Test func everyKindOfFactComesBackAsItWasStored() async throws {
        let records = [
            milestone("2026-07-01"), reading(60), payment("t1", 100), payment("t2", -100, rule: .clawback),
            try contract("c1", attributes: ["region": "emea"]), try contract("c2", attributes: [:]),
            deletion(of: "m1", .milestone),
        ]
        try await store.store(page(records))
        #expect(try await store.facts().map(\.body) == records.map(\.body))
    }

    @Test func theBookHasTheLatestVersionOfEachWithItsSequence() async throws {
        try await store.store(
            page([
                milestone("2026-07-01"), reading(60), payment("t1", 100),
                try contract("c1", attributes: ["region": "emea"]),
            ]))
        try await store.store(page([milestone("2026-07-03"), reading(61), payment("t1", 250)]))
        let book = try await store.read { try $0.book(through: 7) }
        #expect(
            book.milestones.map(\.sequence) == [5]
                && book.milestones.map(\.body.reachedOn) == [day("2026-07-03")])
        #expect(book.readings.map(\.sequence) == [6] && book.readings.map(\.body.value) == [61])
        #expect(book.payments.map(\.sequence) == [7] && book.payments.map(\.body.amount.minorUnits) == [250])
        #expect(book.contracts.map(\.sequence) == [4])
        #expect(book.contracts.map(\.attributes) == [["region": "emea"]])
        let before = try await store.read { try $0.book(through: 4) }
        #expect(before.readings.map(\.body.value) == [60])
    }

    @Test func whatTheSourceNoLongerHasIsLeftOut() async throws {
        try await store.store(page([milestone("2026-07-01"), reading(60), payment("t1", 100)]))
        try await store.store(
            page([
                deletion(of: "m1", .milestone), deletion(of: "r1", .reading), deletion(of: "t1", .payment),
            ]))
        let book = try await store.read { try $0.book(through: 6) }
        #expect(book.milestones.isEmpty && book.readings.isEmpty && book.payments.isEmpty)
    }

    @Test func ofOnePaymentToldTwiceTheLaterWordCounts() async throws {
        try await store.store(page([payment("t1", 100)]))
        var other = page([payment("t1", 300)])
        other.source = "erp"
        try await store.store(other)
        let book = try await store.read { try $0.book(through: 2) }
        #expect(book.payments.map(\.body.amount.minorUnits) == [300])
    }

    @Test func aContractWithoutAttributesHasTheHashItAlwaysHad() throws {
        let body = try contract("c1").body
        // Written by the release before contracts had attributes.
        #expect(
            String(decoding: try CanonicalJSON.encode(body), as: UTF8.self)
                == #"{"contract":{"_0":{"annualAmount":{"currency":"EUR","minorUnits":120000},"contract":"c1","#
                + #""customer":"customer of c1","discount":125000,"endsOn":"2026-07-31","partner":"p1","#
                + #""signedOn":"2025-07-20","startsOn":"2025-08-01"}}}"#)
    }

    @Test func aStoreOfTheReleaseBeforeIsBroughtUpToDate() async throws {
        let path = directory.file("old.db")
        let queue = try DatabaseQueue(path: path)
        try Migrations.migrator.migrate(queue, upTo: "2 corrected rows")
        let body = try contract("c1").body
        let hash = try ContentHash(ofCanonicalJSON: body).hex
        try await queue.write { db in
            try db.execute(sql: "INSERT INTO store (id, is_practice) VALUES ('old', 0)")
            try db.execute(
                sql: """
                    INSERT INTO fact (source, stream, native_id, native_version, payload_hash, learned_at, kind,
                        partner, contract, customer, signed_on, starts_on, ends_on, annual_amount, currency, discount)
                    VALUES ('crm', 'contracts', 'c1', '1', ?, 0, 'contract', 'p1', 'c1', 'customer of c1',
                        ?, ?, ?, 120000, 'EUR', 125000)
                    """,
                arguments: [
                    hash, day("2025-07-20").number, day("2025-08-01").number, day("2026-07-31").number,
                ])
        }
        try queue.close()
        let old = try Store.open(at: path, .readWrite)
        #expect(try await old.facts().map(\.body) == [body])
        #expect(try await old.store(page([try contract("c1")])).repeated == 1)
        try await old.store(page([reading(60)]))
        #expect(try await old.facts().count == 2)
    }

    // MARK: Records

    private func milestone(_ reached: String) -> MappedRecord {
        MappedRecord(
            nativeID: "m1", nativeVersion: "1",
            body: .milestone(MilestoneFact(contract: "c1", milestone: "go-live", reachedOn: day(reached))))
    }

    private func reading(_ value: Int64) -> MappedRecord {
        MappedRecord(
            nativeID: "r1", nativeVersion: "1",
            body: .reading(
                ReadingFact(customer: "k1", measure: "health", value: value, observedOn: day("2026-07-01"))))
    }

    private func payment(_ id: String, _ minorUnits: Int64, rule: PlanRule? = nil) -> MappedRecord {
        guard let euro = Currency("EUR") else { preconditionFailure("EUR is a currency") }
        return MappedRecord(
            nativeID: id, nativeVersion: "1",
            body: .payment(
                PaymentFact(
                    payment: id, partner: "p1", contract: rule == nil ? nil : "c1", component: .commission,
                    rule: rule, occasion: rule == nil ? nil : "2026-Q2", entry: rule == nil ? nil : "0f1e",
                    rate: rule == nil ? nil : Rate(partsPerMillion: 50_000), paidOn: day("2026-07-05"),
                    amount: Money(minorUnits: minorUnits, currency: euro))))
    }

    private func contract(_ id: Contract.ID, attributes: [String: String]? = nil) throws -> MappedRecord {
        var record = try StorageTests.contract(id)
        guard case .contract(var fact) = record.body else { return record }
        fact.attributes = attributes
        record.body = .contract(fact)
        return record
    }
}
