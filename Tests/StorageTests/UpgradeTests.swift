import Foundation
import GRDB
import Model
import Testing

@testable import Storage

/// A store with some history, written as the schema before names could be erased was written: what is in the book
/// after its migration, and that the next reading finds it as it was.
@Suite struct UpgradeTests {
    private let directory: TemporaryDirectory
    private let store: Store
    /// Contract "moved" went from p1 to p2, "gone" was deleted, "back" was deleted and came back, p3 is gone.
    private let today: [MappedRecord]
    private let setAside = [
        QuarantinedRow(place: "c8", reason: "field 'EndDate': is empty", payload: #"{"Id":"c8"}"#),
        QuarantinedRow(place: "c9", reason: "field 'EndDate': is empty", payload: #"{"Id":"c9"}"#),
    ]
    private let look = #"{"number":1,"text":"as it was recorded"}"#

    init() throws {
        directory = try TemporaryDirectory()
        today = [
            partner("p1"), partner("p2"), try contract("stays"), try contract("moved", of: "p2"),
            try contract("back", minorUnits: 7),
        ]
        let database = try DatabaseQueue(path: directory.file("old.db"))
        try Migrations.migrator.migrate(database, upTo: "3 milestones, readings, payments, ledger")
        try database.write { [setAside, look] db in try Self.write(setAside, look, to: db) }
        try database.close()
        store = try Store.open(at: directory.file("old.db"), .readWrite)
    }

    private static func write(_ rows: [QuarantinedRow], _ look: String, to db: Database) throws {
        try db.execute(sql: "INSERT INTO store (id, is_practice) VALUES ('old', 0)")
        for id in ["p1", "p2", "p3"] as [Partner.ID] { try insert(partner(id), day: 0, db) }
        for id in ["stays", "moved", "gone", "back"] as [Contract.ID] {
            try insert(contract(id), day: 1, db)
        }
        try insert(contract("moved", of: "p2"), day: 5, db)
        for id in ["gone", "back"] { try insert(deletion(of: id), day: 6, db) }
        try insert(deletion(of: "p3", .partner), day: 6, db)
        try insert(contract("back", minorUnits: 7), day: 7, db)
        for (row, corrected) in zip(rows, [nil, noon.milliseconds]) {
            try db.execute(
                sql: """
                    INSERT INTO quarantine (source, stream, place, reason, payload, learned_at, corrected_at)
                    VALUES ('crm', 'contracts', ?, ?, ?, ?, ?)
                    """, arguments: [row.place, row.reason, row.payload, noon.milliseconds, corrected])
        }
        try db.execute(
            sql: """
                INSERT INTO stream (source, stream, cursor, completed_through, facts)
                VALUES ('crm', 'contracts', 'cursor 1', ?, 12)
                """, arguments: [noon.milliseconds])
        try db.execute(
            sql: """
                INSERT INTO pilot (id, plan, plan_hash, resolved, state, started_at, seed, roster_hash, size_cuts,
                    information)
                VALUES ('q3', '{}', '', '{}', 'running', 0, '', '', '[]', '{}')
                """)
        try db.execute(
            sql: "INSERT INTO look (pilot, number, planned, content) VALUES ('q3', 1, 100, ?)",
            arguments: [look])
    }

    /// Facts as they were spelled then: a partner's with the name in it.
    private enum OldBody: Encodable {
        struct PartnerFact: Encodable {
            var partner: String
            var name: String
            var attributes: [String: String]
        }

        case partner(PartnerFact)
    }

    private static func insert(_ record: MappedRecord, day: Double, _ db: Database) throws {
        var columns: [(name: String, value: (any DatabaseValueConvertible)?)] = [
            ("source", crm.rawValue), ("stream", "contracts"), ("native_id", record.nativeID),
            ("native_version", record.nativeVersion), ("kind", record.body.kind.rawValue),
            ("learned_at", noon.adding(seconds: day * 86_400).milliseconds),
        ]
        var hash = try ContentHash(ofCanonicalJSON: record.body)
        switch record.body {
        case .partner(let fact):
            let name = record.name?.name ?? ""
            hash = try ContentHash(
                ofCanonicalJSON: OldBody.partner(
                    .init(partner: fact.partner.rawValue, name: name, attributes: fact.attributes)))
            columns += [
                ("partner", fact.partner.rawValue), ("name", name),
                ("attributes", String(decoding: try CanonicalJSON.encode(fact.attributes), as: UTF8.self)),
            ]
        case .contract(let fact):
            columns += [
                ("partner", fact.partner.rawValue), ("contract", fact.contract.rawValue),
                ("customer", fact.customer.rawValue), ("signed_on", fact.signedOn.number),
                ("starts_on", fact.startsOn.number), ("ends_on", fact.endsOn.number),
                ("annual_amount", fact.annualAmount.minorUnits),
                ("currency", fact.annualAmount.currency.code),
                ("discount", fact.discount.partsPerMillion),
            ]
        default: columns.append(("is_deleted", 1))
        }
        columns.append(("payload_hash", hash.hex))
        try db.execute(
            sql: """
                INSERT INTO fact (\(columns.map(\.name).joined(separator: ", ")))
                VALUES (?\(String(repeating: ",?", count: columns.count - 1)))
                """, arguments: StatementArguments(columns.map(\.value)))
    }

    @Test func theNextReadingStoresNothingNew() async throws {
        let facts = try await store.facts()
        let again = page(
            today + [deletion(of: "gone"), deletion(of: "p3", .partner)], quarantined: [setAside[0]])
        let stored = try await store.store(again, at: noon.adding(seconds: 864_000))
        #expect(stored == StoredPage(newFacts: 0, repeated: 7, quarantined: 0))
        #expect(try await store.facts() == facts && facts.count == 12)
        #expect(try await store.read { try $0.liveRecords(of: "contracts", in: crm) } == today.count)
    }

    /// A look is a function of the book, so that one whose book is the same replays to the same numbers.
    @Test func theBookIsTheOneThatTheSameFactsGiveToday() async throws {
        let fresh = try directory.makeStore()
        for (records, day) in [
            ([partner("p1"), partner("p2"), partner("p3")], 0.0),
            (try ["stays", "moved", "gone", "back"].map { try contract(Contract.ID($0)) }, 1),
            ([try contract("moved", of: "p2")], 5),
            ([deletion(of: "gone"), deletion(of: "back"), deletion(of: "p3", .partner)], 6),
            ([try contract("back", minorUnits: 7)], 7),
        ] { try await fresh.store(page(records), at: noon.adding(seconds: day * 86_400)) }
        for sequence in 0...12 as ClosedRange<Int64> {
            let before = try await store.read { try $0.book(through: sequence) }
            let now = try await fresh.read { try $0.book(through: sequence) }
            #expect(before.contracts == now.contracts, "\(sequence)")
            #expect(before.partners == now.partners && before.customers == now.customers)
            #expect(before.deletedPartners == now.deletedPartners)
        }
        let book = try await store.read { try $0.book(through: 12) }
        let moved = try #require(book.contracts.first { $0.id == "moved" })
        #expect(moved.partner(on: day("2026-07-10")) == 0 && moved.partner(on: day("2026-07-11")) == 1)
        #expect(book.contracts.filter { !$0.attributions.isEmpty }.map(\.id) == ["moved"])
        #expect(book.contracts.filter { $0.deletedOn != nil }.map(\.id) == ["gone"])
    }

    @Test func recordedLooksAndStandingRowsAreAsTheyWere() async throws {
        let looks = try await store.read { try String.fetchAll($0.db, sql: "SELECT content FROM look") }
        #expect(looks == [look])
        let rows = try await store.read { try $0.setAsideRows() }
        #expect(rows.map(\.row) == setAside && rows.map { $0.correctedAt == nil } == [true, false])
        #expect(try await store.read { try $0.streamStatuses().map(\.quarantined) } == [1])
    }

    @Test func whichRecordsAreStillThereIsReadFromTheIndexAlone() async throws {
        let plan = try await store.read {
            try Row.fetchAll(
                $0.db,
                sql: """
                    EXPLAIN QUERY PLAN SELECT native_id, is_deleted, MAX(sequence) FROM fact
                    WHERE source = 'crm' AND stream = 'contracts' GROUP BY native_id
                    """
            ).map { $0["detail"] as String }
        }
        #expect(plan == ["SEARCH fact USING COVERING INDEX fact_record (source=? AND stream=?)"])
    }
}
