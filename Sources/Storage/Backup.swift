import Foundation
import GRDB
import Model

/// What a store holds, in figures that a copy must share.
package struct StoreSummary: Sendable, Hashable, Codable {
    package var facts: Int
    package var assignments: Int
    package var looks: Int
    package var journalEntries: Int
    package var outboxMessages: Int
    /// Hash of the last journal entry.
    package var journalHead: String
}

/// Copies of a store that are proven before they count.
enum Backup {
    /// Copies `source` into a new file at `path`; nothing is left there when the copy cannot be proven.
    @discardableResult
    static func copy(_ source: any DatabaseReader, to path: String) throws -> StoreSummary {
        let expected = try source.read { try Transaction($0).summary() }
        try Store.makeFile(at: path)
        do {
            let copy = try DatabaseQueue(path: path)
            try source.backup(to: copy)
            let found = try copy.inDatabase { db -> StoreSummary in
                let integrity = try String.fetchOne(db, sql: "PRAGMA quick_check") ?? ""
                guard integrity == "ok" else {
                    throw StoreError.failed(
                        path: path, detail: "the copy is damaged (\(integrity)) and was removed")
                }
                // One file without a WAL beside it, readable where nothing may be written.
                try db.execute(sql: "PRAGMA journal_mode = DELETE")
                return try Transaction(db).summary()
            }
            try copy.close()
            guard found.contains(expected) else {
                throw StoreError.failed(
                    path: path, detail: "the copy holds less than the store and was removed")
            }
            return found
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
            throw error
        }
    }
}

extension StoreSummary {
    /// Whether nothing of `earlier` is missing here (the store may have grown while it was copied).
    fileprivate func contains(_ earlier: StoreSummary) -> Bool {
        facts >= earlier.facts && assignments >= earlier.assignments && looks >= earlier.looks
            && journalEntries >= earlier.journalEntries && outboxMessages >= earlier.outboxMessages
            && (journalEntries > earlier.journalEntries || journalHead == earlier.journalHead)
    }
}

extension Store {
    /// Puts a proven copy of `backup` at `path`, where no store may be.
    package static func restore(_ backup: String, to path: String) throws -> StoreSummary {
        try refuseRemains(at: path)
        guard FileManager.default.fileExists(atPath: backup) else { throw StoreError.noBackup(path: backup) }
        try makeFolder(of: path)
        let lock = try StoreLock(storePath: path)
        defer { withExtendedLifetime(lock) {} }
        let source = try Store.open(at: backup, .readOnly)
        let partial = path + ".restoring"
        try? FileManager.default.removeItem(atPath: partial)
        let summary = try source.backUp(to: partial)
        try FileManager.default.moveItem(atPath: partial, toPath: path)
        return summary
    }
}

extension Store {
    /// Refuses a place where a store is, or where one left its log: SQLite would replay that log onto the
    /// next file of the same name.
    static func refuseRemains(at path: String) throws {
        for suffix in ["", "-wal", "-shm", "-journal"]
        where FileManager.default.fileExists(atPath: path + suffix) {
            throw StoreError.alreadyExists(path: path + suffix)
        }
    }
}

extension Transaction {
    /// Counts and the journal's head, after checking that the journal's chain is whole.
    package func summary() throws -> StoreSummary {
        func count(_ table: String) throws -> Int {
            try Int.fetchOne(db, SQLRequest(sql: "SELECT COUNT(*) FROM \"\(table)\"")) ?? 0
        }
        let journal = try journalEntries()
        try JournalChain.verify(journal)
        return StoreSummary(
            facts: try count("fact"), assignments: try count("assignment"), looks: try count("look"),
            journalEntries: journal.count, outboxMessages: try count("outbox"),
            journalHead: journal.last?.hash ?? "")
    }
}
