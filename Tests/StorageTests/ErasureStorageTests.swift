import Foundation
import GRDB
import Model
import Testing

@testable import Storage

/// Names and the text of set-aside rows: kept beside the facts, and gone when they must go.
@Suite struct ErasureStorageTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    private func name(_ partner: Partner.ID) async throws -> String? {
        try await store.read { try $0.partnerNames()[partner] }
    }

    private func named(_ id: Partner.ID, _ name: String) -> MappedRecord {
        var record = partner(id)
        record.name = SubjectName(kind: .partner, id: id.rawValue, name: name)
        return record
    }

    /// A partner's record that the source numbers in its own way.
    private func record(_ id: String, of partner: Partner.ID) -> MappedRecord {
        var record = named(partner, "Partner \(partner)")
        record.nativeID = id
        return record
    }

    private func erase(_ id: String, _ kind: SubjectName.Kind = .partner) async throws -> ErasedText {
        try await store.write {
            try $0.erase(
                Erasure(subject: ErasableSubject(kind: kind, id: id), erasedAt: noon, by: Actor("ada")))
        }
    }

    private func texts() async throws -> [QuarantinedRow] {
        try await store.read { try $0.setAsideRows().compactMap(\.row) }
    }

    private func row(_ place: String, _ payload: String) -> QuarantinedRow {
        QuarantinedRow(place: place, reason: "'ends' is empty; expected a date", payload: payload)
    }

    // MARK: Names

    @Test func aNewNameIsNoNewFact() async throws {
        try await store.store(page([named("p1", "Acme")]))
        let stored = try await store.store(page([named("p1", "Acme Ltd")]))
        #expect(stored.newFacts == 0 && stored.repeated == 1)
        #expect(try await name("p1") == "Acme Ltd")
        #expect(try await store.read { try $0.book(through: 1) }.partners.map(\.name) == ["Acme Ltd"])
    }

    @Test func onlyChangesOfNamesAreCounted() async throws {
        func revision() async throws -> Int64 { try await store.read { try $0.nameRevision() } }
        try await store.store(page([named("p1", "Acme")]))
        let first = try await revision()
        try await store.store(page([named("p1", "Acme")]))
        #expect(try await revision() == first)
        try await store.store(page([named("p1", "Other")]))
        #expect(try await revision() == first + 1)
    }

    @Test func aPartnerWithoutANameIsCalledByItsID() async throws {
        var record = partner("p1")
        record.name = nil
        try await store.store(page([record]))
        #expect(try await store.read { try $0.book(through: 1) }.partners.map(\.name) == ["p1"])
    }

    @Test func noFactHoldsAName() async throws {
        try await store.store(page([named("p1", "Acme")]))
        let held = try await store.read {
            try Int.fetchOne($0.db, sql: "SELECT COUNT(*) FROM fact WHERE name IS NOT NULL")
        }
        #expect(held == 0)
    }

    // MARK: Erasing

    @Test func anErasedNameIsGoneAndNeverComesBack() async throws {
        try await store.store(page([named("p1", "Acme"), named("p2", "Bolt")]))
        let facts = try await store.facts()
        #expect(try await erase("p1") == ErasedText(names: 1, rows: 0))
        try await store.store(page([named("p1", "Acme"), named("p2", "Bolt")]))
        #expect(try await name("p1") == nil)
        #expect(try await name("p2") == "Bolt")
        #expect(try await store.facts() == facts)
        #expect(try await erase("p1") == ErasedText(names: 0, rows: 0), "a second time finds nothing")
        #expect(try await store.read { try $0.erasures().map(\.subject.id) } == ["p1"])
    }

    @Test func aCustomerOfTheSameIDIsSomebodyElse() async throws {
        var record = try contract("c1")
        record.name = SubjectName(kind: .customer, id: "x", name: "Kunde")
        try await store.store(page([named("x", "Acme"), record]))
        _ = try await erase("x", .customer)
        #expect(try await name("x") == "Acme")
        let left = try await store.read {
            try String.fetchAll($0.db, sql: "SELECT kind FROM subject_name")
        }
        #expect(left == ["partner"])
    }

    @Test func setAsideRowsThatMentionItLoseTheirText() async throws {
        let rows = [
            row("r1", #"{"partner":"p1"}"#), row("r2", #"{"name":"ACME ltd"}"#),
            row("r3", #"{"name":"M\u00fcller \"Acme Ltd\""}"#), row("p1", "{}"),
            row("r4", #"{"partner":"p10"}"#), row("r5", #"{"name":"Acme Ltda"}"#),
            row("r6", #"{"name":"A.C.M.E."}"#),
        ]
        // r4 and r5 are known to be about others; r6 is not, and may name anybody.
        let known = [record("r4", of: "p10"), record("r5", of: "p5"), named("p1", "Acme Ltd")]
        try await store.store(page(known, quarantined: rows))
        #expect(try await erase("p1") == ErasedText(names: 1, rows: 5))
        #expect(try await texts().map(\.place) == ["r4", "r5"])
        #expect(try await store.read { try $0.setAsideRows().map(\.place) } == rows.map(\.place))
        // The rows stand as before: delivered again they are no news, and their text stays gone.
        #expect(try await store.store(page([], quarantined: rows)).quarantined == 0)
        #expect(try await store.read { try $0.streamStatuses().map(\.quarantined) } == [7])
    }

    @Test func afterAnErasureOnlyRowsThatAreKnownToBeAboutOthersLeaveText() async throws {
        let bad = QuarantinedRow(
            place: "n", reason: "field 'Name': 'Acme Holding' is too long",
            payload: #"{"Name":"Acme Holding"}"#,
            summary: "field 'Name': … is too long")
        func setAside(_ place: String, _ payload: String? = nil) async throws -> [String] {
            var row = bad
            row.place = place
            if let payload { row.payload = payload }
            #expect(try await store.store(page([], quarantined: [row])).quarantined == 1)
            return try await texts().map(\.place)
        }
        var sale = try contract("c1", of: "p2")
        sale.nativeID = "s"
        try await store.store(
            page([
                named("p1", "Acme"), record("k", of: "p2"), sale, record("gone", of: "p2"),
                record("e", of: "p1"),
            ]))
        try await store.store(page([deletion(of: "gone", .partner)]))
        #expect(try await setAside("n") == ["n"], "before anybody was erased")
        _ = try await erase("p1")
        #expect(try await texts().isEmpty)
        #expect(try await setAside("n2").isEmpty, "a record nobody knows may be anybody's")
        #expect(try await setAside("e").isEmpty, "its own")
        #expect(try await setAside("k") == ["k"])
        #expect(try await setAside("s") == ["k", "s"])
        #expect(try await setAside("gone") == ["k", "s", "gone"])
        #expect(try await setAside("k", #"{"partner":"p1"}"#) == ["k", "s", "gone"])
        _ = try await erase("customer of c1", .customer)
        #expect(try await texts().map(\.place) == ["k", "gone"])
        let summaries = try await store.read { try $0.setAsideRows().map(\.summary) }
        #expect(summaries.allSatisfy { $0 == bad.summary }, "what was wrong stays told")
    }

    @Test func nothingOfAnErasedNameStaysInTheFile() async throws {
        let secret = "Zebedee-Quagmire-Holdings"
        let records = (0..<50).map { named(Partner.ID("p\($0)"), "\(secret) \($0)") }
        try await store.store(
            page(records, quarantined: [row("r1", #"{"name":"Zebedee-Quagmire-Holdings 7"}"#)]))
        for number in 0..<50 { _ = try await erase("p\(number)") }
        store.emptyLog()
        for suffix in ["", "-wal"] {
            let bytes = FileManager.default.contents(atPath: store.path + suffix) ?? Data()
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "fairway.db\(suffix)")
        }
    }

    // MARK: Retention

    @Test func textIsPurgedWhenItsTimeIsOver() async throws {
        let day = 86_400.0
        try await store.store(page([], quarantined: [row("r1", "{}")]))
        try await store.store(page([], quarantined: [row("r2", "{}")]), at: noon.adding(seconds: day))
        let purged = try await store.write { try $0.purgeText(keptBefore: noon.adding(seconds: day)) }
        #expect(purged == ErasedText(names: 0, rows: 1))
        #expect(try await texts().map(\.place) == ["r2"])
        #expect(try await store.store(page([], quarantined: [row("r1", "{}")])).quarantined == 0)
        #expect(try await store.read { try $0.streamStatuses().map(\.quarantined) } == [2])
    }

    @Test func aNameIsPurgedSomeTimeAfterItsPartnerIsGone() async throws {
        try await store.store(page([named("p1", "Acme"), named("p2", "Bolt")]))
        try await store.store(page([deletion(of: "p1", .partner), deletion(of: "p2", .partner)]))
        try await store.store(page([named("p2", "Bolt")]))
        let early = try await store.write { try $0.purgeText(keptBefore: noon) }
        #expect(early.isEmpty)
        let purged = try await store.write { try $0.purgeText(keptBefore: noon.adding(seconds: 1)) }
        #expect(purged == ErasedText(names: 1, rows: 0))
        #expect(try await store.read { try $0.partnerNames() } == ["p2": "Bolt"])
    }
}
