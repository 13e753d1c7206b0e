import Foundation
import GRDB
package import Model

extension Transaction {
    /// Seals one entry onto the journal.
    @discardableResult
    package func journal(
        _ action: JournalEntry.Action, of subject: String, at instant: Instant, by actor: Actor,
        detail: [String: String]
    ) throws -> JournalEntry {
        let head = try Row.fetchOne(db, sql: "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1")
        let entry = try JournalEntry(
            number: (head?["number"] ?? 0) + 1, at: instant, actor: actor, action: action, subject: subject,
            detail: detail, previousHash: head?["hash"] ?? "")
        try db.execute(
            sql: "INSERT INTO journal (number, content, hash) VALUES (?, ?, ?)",
            arguments: [
                entry.number, String(decoding: try CanonicalJSON.encode(entry), as: UTF8.self), entry.hash,
            ])
        return entry
    }

    /// The whole journal, oldest first.
    package func journalEntries() throws -> [JournalEntry] {
        try String.fetchAll(db, sql: "SELECT content FROM journal ORDER BY number").map {
            try CanonicalJSON.decode(JournalEntry.self, from: Data($0.utf8))
        }
    }
}

/// The proof that a journal is as it was written.
package enum JournalChain {
    package struct Broken: Error, CustomStringConvertible {
        package let number: Int64
        package var description: String {
            "the journal is broken at entry \(number): its content or its link to the entry before was changed; "
                + "restore a backup"
        }
    }

    package static func verify(_ entries: [JournalEntry]) throws {
        var previous = ""
        for entry in entries {
            guard entry.previousHash == previous, entry.isSealed else { throw Broken(number: entry.number) }
            previous = entry.hash
        }
    }
}
