import Foundation
import GRDB
import Model
import Testing

@testable import Storage

@Suite struct StoreFileTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("fairway.db")
    }

    @Test(arguments: [false, true])
    func whatAStoreIsIsFixedWhenItIsMade(isPractice: Bool) throws {
        let made = try directory.makeStore(isPractice: isPractice).identity
        #expect(made.isPractice == isPractice)
        #expect(try Store.open(at: path, .readWrite).identity == made)
        #expect(try Store.open(at: path, .readOnly).identity == made)
    }

    @Test func makingAStoreNeverTouchesAnExistingFile() throws {
        try Data("notes".utf8).write(to: URL(filePath: path))
        #expect(throws: StoreError.alreadyExists(path: path)) { try directory.makeStore() }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("notes".utf8))
    }

    @Test(arguments: [true, false])
    func aMissingStoreIsRefusedAndNotMade(isReadOnly: Bool) throws {
        #expect(throws: StoreError.missing(path: path)) {
            try Store.open(at: path, isReadOnly ? .readOnly : .readWrite)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test(arguments: [true, false])
    func anEmptyFileIsRefusedAndStaysEmpty(isReadOnly: Bool) throws {
        try Data().write(to: URL(filePath: path))
        #expect(throws: StoreError.notAStore(path: path, detail: "it is empty")) {
            try Store.open(at: path, isReadOnly ? .readOnly : .readWrite)
        }
        #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
    }

    @Test(arguments: [true, false])
    func garbageIsRefusedAndUntouched(isReadOnly: Bool) throws {
        let garbage = Data((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try garbage.write(to: URL(filePath: path))
        let error = #expect(throws: StoreError.self) {
            try Store.open(at: path, isReadOnly ? .readOnly : .readWrite)
        }
        guard case .notAStore(path, _) = error else {
            Issue.record("garbage was refused as \(String(describing: error))")
            return
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == garbage)
    }

    @Test(arguments: [true, false])
    func somebodyElsesDatabaseIsRefusedAndUntouched(isReadOnly: Bool) throws {
        let foreign = try DatabaseQueue(path: path)
        try foreign.write { try $0.execute(sql: "CREATE TABLE invoice (number INTEGER)") }
        try foreign.close()
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(throws: StoreError.notAStore(path: path, detail: "it has no Fairway tables")) {
            try Store.open(at: path, isReadOnly ? .readOnly : .readWrite)
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test(arguments: [true, false])
    func aStoreOfANewerVersionIsRefusedAndUntouched(isReadOnly: Bool) throws {
        try directory.makeStore()
        try tamper { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 from the future')") }
        let before = try Data(contentsOf: URL(filePath: path))
        let error = StoreError.newer(path: path, migrations: ["9 from the future"])
        #expect(throws: error) { try Store.open(at: path, isReadOnly ? .readOnly : .readWrite) }
        #expect(
            error.description.contains("newer Fairway") && error.description.contains("'9 from the future'"))
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func aSecondWriterIsKeptOffUntilTheFirstIsGone() async throws {
        var first: Store? = try directory.makeStore()
        #expect(throws: StoreError.locked(path: path)) { try Store.open(at: path, .readWrite) }
        let reader = try Store.open(at: path, .readOnly)
        try await first?.store(page([try contract("c1")]))
        #expect(try await reader.facts().count == 1, "a reader is let in, and sees what is written meanwhile")
        first = nil
        let second = try Store.open(at: path, .readWrite)
        #expect(try await second.facts().count == 1)
    }

    @Test func aReaderCannotWrite() async throws {
        let writer = try directory.makeStore()
        let reader = try Store.open(at: path, .readOnly)
        await #expect(throws: StoreError.self) { try await reader.store(page([try contract("c1")])) }
        #expect(try await writer.facts().isEmpty)
    }

    @Test func aFullDiskLeavesNothingHalfWritten() async throws {
        let store = try directory.makeStore()
        try await store.store(page([try contract("c0")], next: "cursor 0"))
        let before = try await store.summary()
        try await store.write { transaction in
            let pages = try Int.fetchOne(transaction.db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(transaction.db, sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let large = page(try (1...2000).map { try contract(Contract.ID("c\($0)")) }, next: "cursor 1")
        await #expect(throws: StoreError.diskFull(path: path)) { try await store.store(large) }
        #expect(try await store.summary() == before)
        #expect(try await store.read { try $0.cursor(of: "contracts", in: crm) } == Cursor("cursor 0"))

        try await store.write { _ = try Int.fetchOne($0.db, sql: "PRAGMA max_page_count = 1000000") }
        #expect(try await store.store(large).newFacts == 2000, "with space again the same page goes in")
    }

    @Test(arguments: [ResultCode.SQLITE_IOERR, .SQLITE_IOERR_SHMSIZE, .SQLITE_CANTOPEN, .SQLITE_FULL])
    func aDiskWithoutSpaceIsFullHoweverSQLiteCallsIt(code: ResultCode) {
        let error = StoreError.from(DatabaseError(resultCode: code), path: path, freeBytes: { _ in 4096 })
        #expect(error as? StoreError == .diskFull(path: path))
        #expect("\(error)".contains("free some space"))
    }

    @Test func aDiskThatFailsWithSpaceLeftIsNotCalledFull() throws {
        let error = StoreError.from(
            DatabaseError(resultCode: .SQLITE_IOERR_READ), path: path, freeBytes: { _ in 1 << 30 })
        guard case .failed(path, let detail) = try #require(error as? StoreError) else {
            Issue.record("it was told as \(error)")
            return
        }
        #expect(detail.contains("check the disk"))
    }

    @Test func aStoreThatWasMovedAwayIsNotWrittenAnyMore() async throws {
        let store = try directory.makeStore()
        try store.refuseIfMoved()
        let aside = directory.file("aside.db")
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        #expect(throws: StoreError.moved(path: path)) { try store.refuseIfMoved() }
        let row = page([try contract("c1")])
        await #expect(throws: StoreError.moved(path: path)) { try await store.store(row) }
        try Data("another file".utf8).write(to: URL(filePath: path))
        await #expect(throws: StoreError.moved(path: path)) { try await store.store(row) }
    }

    @Test func theLockStaysWhenTheStoreIsMovedByItsName() throws {
        let store = try directory.makeStore()
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names.filter { $0.hasSuffix(".lock") } == [".fairway.db.lock"])
        withExtendedLifetime(store) {}
    }

    @Test func whatWasWrittenIsAppendOnly() async throws {
        let store = try directory.makeStore()
        let tables = [
            "fact", "assignment", "roster_entry", "holdout", "promise", "look", "journal", "outbox", "pilot",
        ]
        try await store.store(page([try contract("c1")]))
        try await store.write { try $0.db.execute(sql: Self.oneRowInEveryTable) }
        for table in tables {
            let column = table == "fact" ? "sequence" : try await firstColumn(of: table, in: store)
            for sql in ["UPDATE \(table) SET \(column) = \(column)", "DELETE FROM \(table)"] {
                let error = await #expect(throws: StoreError.self, "\(sql)") {
                    try await store.write { try $0.db.execute(sql: sql) }
                }
                #expect("\(String(describing: error))".contains("append-only") || table == "pilot", "\(sql)")
            }
        }
        try await store.write { try $0.setState(.concluded, of: "spiff") }
        #expect(
            try await store.read { try String.fetchOne($0.db, sql: "SELECT state FROM pilot") } == "concluded"
        )
    }

    private static let oneRowInEveryTable = """
        INSERT INTO pilot VALUES ('spiff', '{}', '', '', 'running', 0, 'seed', '', '[]', '{}');
        INSERT INTO layer VALUES ('renewals', 0, 'seed');
        INSERT INTO holdout VALUES ('renewals', 'p1', 0);
        INSERT INTO roster_entry VALUES ('spiff', 'p1', 1, 0, '{}', 1);
        INSERT INTO assignment VALUES ('spiff', 'p1', 'control', 'all', 0, 0, 0);
        INSERT INTO promise VALUES ('spiff', 'p1', 'control', 0, 90);
        INSERT INTO look VALUES ('spiff', 1, 1, '{}');
        INSERT INTO outbox VALUES ('msg_1', 'pilot.started', 0, '{}');
        """

    private func firstColumn(of table: String, in store: Store) async throws -> String {
        try await store.read { try #require($0.db.columns(in: table).first).name }
    }

    /// Writes to the file as somebody would who does not go through a ``Store``.
    private func tamper(_ body: (Database) throws -> Void) throws {
        let database = try DatabaseQueue(path: path)
        try database.write(body)
        try database.close()
    }

    @Test func aJournalEntryThatWasAlteredIsFound() async throws {
        try await threeEntries()
        try tamper { db in
            try db.execute(sql: "DROP TRIGGER journal_is_never_changed")
            try db.execute(
                sql: "UPDATE journal SET content = replace(content, 'ada', 'eve') WHERE number = 2")
        }
        try await expectBroken(at: 2)
    }

    @Test func aJournalEntryThatWasRemovedIsFound() async throws {
        try await threeEntries()
        try tamper { db in
            try db.execute(sql: "DROP TRIGGER journal_is_never_deleted")
            try db.execute(sql: "DELETE FROM journal WHERE number = 2")
        }
        try await expectBroken(at: 3)
    }

    @Test func anUntouchedJournalIsWhole() async throws {
        try await threeEntries()
        let summary = try await Store.open(at: path, .readOnly).summary()
        #expect(summary.journalEntries == 3)
    }

    private func threeEntries() async throws {
        let store = try directory.makeStore()
        for name in ["a", "b"] {
            try await store.write {
                _ = try $0.journal(.factsImported, of: name, at: noon, by: Actor("ada"), detail: ["new": "1"])
            }
        }
    }

    private func expectBroken(at number: Int64) async throws {
        let store = try Store.open(at: path, .readOnly)
        let error = await #expect(throws: JournalChain.Broken.self) { try await store.summary() }
        #expect(error?.number == number)
        let copy = directory.file("copy.db")
        #expect(throws: JournalChain.Broken.self) { try store.backUp(to: copy) }
        #expect(!FileManager.default.fileExists(atPath: copy), "what cannot be proven is not kept")
    }
}
