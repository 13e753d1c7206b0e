import Foundation
import Model
import Testing

@testable import Storage

@Suite struct BackupTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    @Test func aRestoredBackupEqualsTheStore() async throws {
        try await store.store(page([partner("p1"), try contract("c1")]))
        _ = try await store.write { transaction in
            try transaction.enqueue(
                OutboxMessage(id: "msg_1", kind: .pilotStarted, createdAt: noon, body: "{}"),
                to: ["https://a.example"])
        }
        let backup = directory.file("backup.db")
        let proven = try store.backUp(to: backup)
        #expect(try await store.summary() == proven)

        let restored = directory.file("restored.db")
        #expect(try Store.restore(backup, to: restored) == proven)
        let copy = try Store.open(at: restored, .readWrite)
        #expect(copy.identity == store.identity)
        #expect(try await copy.facts() == store.facts())
        let (mine, theirs) = (
            try await store.read { try $0.journalEntries() }, try await copy.read { try $0.journalEntries() }
        )
        #expect(mine == theirs)
        #expect(try await copy.read { try $0.deliveries() } == store.read { try $0.deliveries() })
        #expect(try await copy.store(page([try contract("c2")])).newFacts == 1, "a restored store goes on")
    }

    @Test func aBackupIsOneFileThatReadsWhereNothingMayBeWritten() async throws {
        try await store.store(page([try contract("c1")]))
        let folder = directory.file("media")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        _ = try store.backUp(to: "\(folder)/backup.db")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["backup.db"])
        let copy = try Store.open(at: "\(folder)/backup.db", .readOnly)
        #expect(try await copy.facts().count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["backup.db"])
    }

    @Test func aBackupDoesNotGrowWithTheStore() async throws {
        let backup = directory.file("backup.db")
        _ = try store.backUp(to: backup)
        try await store.store(page([try contract("c1")]))
        #expect(try await Store.open(at: backup, .readOnly).facts().isEmpty)
    }

    @Test func aRestoreMakesTheFolderOfItsStore() throws {
        let backup = directory.file("backup.db")
        let proven = try store.backUp(to: backup)
        #expect(try Store.restore(backup, to: directory.file("new/data/fairway.db")) == proven)
    }

    @Test func aBackupThatIsMissingIsToldAsSuchAndLeavesNothing() throws {
        let backup = directory.file("nowhere.db")
        let error = #expect(throws: StoreError.noBackup(path: backup)) {
            try Store.restore(backup, to: directory.file("new/fairway.db"))
        }
        #expect(error?.description.contains("'fairway backup'") == true)
        #expect(!FileManager.default.fileExists(atPath: directory.file("new")))
    }

    @Test func neitherABackupNorARestoreOverwritesAFile() throws {
        let backup = directory.file("backup.db")
        _ = try store.backUp(to: backup)
        #expect(throws: StoreError.alreadyExists(path: backup)) { try store.backUp(to: backup) }
        #expect(throws: StoreError.alreadyExists(path: store.path)) {
            try Store.restore(backup, to: store.path)
        }
    }

    @Test func somethingThatIsNoBackupIsNotRestored() throws {
        let notes = directory.file("notes.txt")
        try Data("notes that are long enough to be looked at as a file header".utf8).write(
            to: URL(filePath: notes))
        let target = directory.file("restored.db")
        #expect(throws: StoreError.self) { try Store.restore(notes, to: target) }
        #expect(!FileManager.default.fileExists(atPath: target))
    }
}
