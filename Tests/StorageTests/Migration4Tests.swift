import Foundation
import GRDB
import Model
import Testing

@testable import Storage

/// A store as it was before names and set-aside rows could be erased.
@Suite struct Migration4Tests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Facts as they were spelled then, names among them.
    private enum OldBody: Encodable {
        struct PartnerFact: Encodable {
            var partner: String
            var name: String
            var attributes: [String: String]
        }

        case partner(PartnerFact)
    }

    private func insertPartner(
        _ id: String, _ name: String, region: String, at seconds: Int64, record: String? = nil, _ db: Database
    ) throws {
        let attributes = ["region": region]
        let body = OldBody.partner(.init(partner: id, name: name, attributes: attributes))
        try db.execute(
            sql: """
                INSERT INTO fact (source, stream, native_id, native_version, payload_hash, learned_at, kind,
                    is_deleted, partner, name, attributes)
                VALUES ('crm', 'contracts', ?, '1', ?, ?, 'partner', 0, ?, ?, ?)
                """,
            arguments: [
                record ?? id, try ContentHash(ofCanonicalJSON: body).hex,
                noon.milliseconds + seconds * 1000, id, name,
                String(decoding: try CanonicalJSON.encode(attributes), as: UTF8.self),
            ])
    }

    private func insertRow(_ place: String, _ payload: String, corrected: Bool, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO quarantine (source, stream, place, reason, payload, learned_at, corrected_at)
                VALUES ('crm', 'contracts', ?, 'wrong', ?, ?, ?)
                """,
            arguments: [place, payload, noon.milliseconds, corrected ? noon.milliseconds + 1 : nil])
    }

    /// - Returns: the hash of the contract, whose spelling has not changed.
    private func makeOldStore() throws -> String {
        let database = try DatabaseQueue(path: directory.file("old.db"))
        try Migrations.migrator.migrate(database, upTo: "3 milestones, readings, payments, ledger")
        let body = try contract("c1").body
        let hash = try ContentHash(ofCanonicalJSON: body).hex
        try database.write { db in
            try db.execute(sql: "INSERT INTO store (id, is_practice) VALUES ('old', 0)")
            try insertPartner("p1", "Acme", region: "emea", at: 0, db)
            try insertPartner("p2", "Bolt", region: "apac", at: 0, db)
            try insertPartner("p1", "Acme Ltd", region: "emea", at: 60, db)
            try insertPartner("p3", "", region: "apac", at: 60, db)
            try db.execute(
                sql: """
                    INSERT INTO fact (source, stream, native_id, native_version, payload_hash, learned_at, kind,
                        is_deleted)
                    VALUES ('crm', 'contracts', 'p2', '2', ?, ?, 'partner', 1)
                    """,
                arguments: [
                    try ContentHash(ofCanonicalJSON: FactBody.deleted(.partner)).hex,
                    noon.milliseconds + 90_000,
                ])
            try db.execute(
                sql: """
                    INSERT INTO fact (source, stream, native_id, native_version, payload_hash, learned_at, kind,
                        is_deleted, partner, contract, customer, signed_on, starts_on, ends_on, annual_amount,
                        currency, discount)
                    VALUES ('crm', 'contracts', 'c1', '1', ?, ?, 'contract', 0, 'p1', 'c1', 'customer of c1',
                        ?, ?, ?, 120000, 'EUR', 125000)
                    """,
                arguments: [
                    hash, noon.milliseconds, day("2025-07-20").number, day("2025-08-01").number,
                    day("2026-07-31").number,
                ])
            try insertRow("r1", #"{"a":1}"#, corrected: false, db)
            try insertRow("r2", #"{"a":2}"#, corrected: true, db)
        }
        try database.close()
        return hash
    }

    @Test func namesMoveOutOfTheFactsAndNothingElseChanges() async throws {
        let hash = try makeOldStore()
        let store = try Store.open(at: directory.file("old.db"), .readWrite)
        let facts = try await store.facts()
        #expect(facts.map(\.sequence) == [1, 2, 3, 4, 5, 6])
        #expect(try facts.last?.body == contract("c1").body)
        #expect(try await store.read { try $0.partnerNames() } == ["p1": "Acme Ltd", "p2": "Bolt"])
        let (names, last) = try await store.read { transaction in
            (
                try Int.fetchOne(transaction.db, sql: "SELECT COUNT(name) FROM fact"),
                try String.fetchOne(
                    transaction.db, sql: "SELECT payload_hash FROM fact ORDER BY sequence DESC")
            )
        }
        #expect(names == 0 && last == hash)
        let gone = try await store.read {
            try String.fetchAll($0.db, sql: "SELECT subject FROM subject_name WHERE gone_at IS NOT NULL")
        }
        #expect(gone == ["p2"])
    }

    @Test func theNextReadingFindsNothingChanged() async throws {
        _ = try makeOldStore()
        let store = try Store.open(at: directory.file("old.db"), .readWrite)
        let again = page(
            [partner("p1"), partner("p3", region: "apac"), deletion(of: "p2", .partner), try contract("c1")],
            quarantined: [QuarantinedRow(place: "r1", reason: "wrong", payload: #"{"a":1}"#)])
        let stored = try await store.store(again)
        #expect(stored == StoredPage(newFacts: 0, repeated: 4, quarantined: 0))
        let changed = try await store.store(page([partner("p1", region: "apac")]))
        #expect(changed.restated == 1)
    }

    @Test func setAsideRowsKeepTheirTextAndState() async throws {
        _ = try makeOldStore()
        let store = try Store.open(at: directory.file("old.db"), .readWrite)
        let rows = try await store.read { try $0.setAsideRows() }
        #expect(rows.map(\.row?.payload) == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(rows.map(\.row?.reason) == ["wrong", "wrong"])
        #expect(rows.map { $0.correctedAt == nil } == [true, false])
        #expect(rows.map(\.learnedAt) == [noon, noon])
    }

    @Test func factsAreAppendOnlyAgain() async throws {
        _ = try makeOldStore()
        let store = try Store.open(at: directory.file("old.db"), .readWrite)
        for sql in ["UPDATE fact SET name = 'x'", "DELETE FROM fact"] {
            await #expect(throws: StoreError.self) { try await store.write { try $0.db.execute(sql: sql) } }
        }
    }

    @Test func noNameStaysInTheFile() async throws {
        _ = try makeOldStore()
        let store = try Store.open(at: directory.file("old.db"), .readWrite)
        for id in ["p1", "p2"] {
            _ = try await store.write {
                try $0.erase(
                    Erasure(
                        subject: ErasableSubject(kind: .partner, id: id), erasedAt: noon, by: Actor("ada")))
            }
        }
        store.emptyLog()
        let bytes = try #require(FileManager.default.contents(atPath: store.path))
        for name in ["Acme", "Bolt"] { #expect(bytes.range(of: Data(name.utf8)) == nil, "\(name)") }
    }
}
