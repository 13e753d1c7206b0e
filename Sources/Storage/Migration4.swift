import Foundation
import GRDB
import Model

/// What is told of contracts besides their rows; and names and set-aside rows moved out of the tables that never
/// change, into some that can be erased.
enum Migration4 {
    static func migrate(_ db: Database) throws {
        // What is taken out of a page is overwritten, not only unlinked.
        try db.execute(sql: "PRAGMA secure_delete = ON")
        try db.execute(sql: facts)
        try db.execute(sql: names)
        try moveNames(db)
        try db.execute(sql: "ALTER TABLE quarantine RENAME TO quarantine_before_4")
        try db.execute(sql: quarantine)
        try moveQuarantine(db)
        try db.execute(sql: "DROP TABLE quarantine_before_4")
    }

    /// The columns of ``FactColumns`` from `state` on, in that order; never another one. `name` is empty from here on.
    private static let facts = """
        ALTER TABLE fact ADD COLUMN state TEXT;
        ALTER TABLE fact ADD COLUMN decided_on INTEGER;
        ALTER TABLE fact ADD COLUMN term_months INTEGER;
        ALTER TABLE fact ADD COLUMN reason TEXT;
        ALTER TABLE fact ADD COLUMN opportunity TEXT;
        ALTER TABLE fact ADD COLUMN stage TEXT;
        ALTER TABLE fact ADD COLUMN role TEXT;
        CREATE INDEX fact_partner ON fact (partner) WHERE kind = 'partner';
        -- Which records of a stream are still there is read from the index alone, in its order.
        DROP INDEX fact_record;
        CREATE UNIQUE INDEX fact_record ON fact (source, stream, native_id, sequence, is_deleted);
        """

    private static let names = """
        CREATE TABLE subject_name (
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            name TEXT NOT NULL,
            learned_at INTEGER NOT NULL,
            gone_at INTEGER,
            PRIMARY KEY (kind, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX subject_name_gone ON subject_name (gone_at) WHERE gone_at IS NOT NULL;
        CREATE TABLE erasure (
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            erased_at INTEGER NOT NULL,
            erased_by TEXT NOT NULL,
            PRIMARY KEY (kind, subject)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE store ADD COLUMN name_revision INTEGER NOT NULL DEFAULT 0;
        """

    /// A row that is set aside stays known by its hash when its text is gone.
    private static let quarantine = """
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            place TEXT NOT NULL,
            payload_hash TEXT NOT NULL,
            summary TEXT NOT NULL DEFAULT '',
            learned_at INTEGER NOT NULL,
            corrected_at INTEGER,
            UNIQUE (source, stream, place, payload_hash)
        ) STRICT;
        CREATE INDEX quarantine_standing ON quarantine (source, stream) WHERE corrected_at IS NULL;
        CREATE TABLE quarantine_text (
            id INTEGER PRIMARY KEY REFERENCES quarantine (id),
            reason TEXT NOT NULL,
            payload TEXT NOT NULL,
            kept_since INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX quarantine_text_age ON quarantine_text (kept_since);
        """

    private struct Record: Hashable {
        var source: String
        var stream: String
        var nativeID: String
    }

    /// Takes the names out of facts. A partner's hash is that of a fact without a name from here on, so that the next
    /// reading finds nothing changed.
    private static func moveNames(_ db: Database) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, source, stream, native_id, learned_at, is_deleted, partner, name, attributes
                FROM fact WHERE kind = 'partner' ORDER BY sequence
                """)
        guard !rows.isEmpty else { return }
        try db.execute(sql: "DROP TRIGGER fact_is_never_changed")
        let keep = try db.makeStatement(
            sql: """
                INSERT INTO subject_name (kind, subject, name, learned_at) VALUES ('partner', ?, ?, ?)
                ON CONFLICT (kind, subject) DO UPDATE SET name = excluded.name,
                    learned_at = excluded.learned_at, gone_at = NULL
                """)
        let lose = try db.makeStatement(
            sql: "UPDATE subject_name SET gone_at = ? WHERE kind = 'partner' AND subject = ?")
        let rewrite = try db.makeStatement(
            sql: "UPDATE fact SET name = NULL, payload_hash = ? WHERE sequence = ?")
        var partners: [Record: String] = [:]
        // How many records have the partner.
        var holders: [String: Int] = [:]
        for row in rows {
            let record = Record(source: row["source"], stream: row["stream"], nativeID: row["native_id"])
            let learnedAt: Int64 = row["learned_at"]
            if row["is_deleted"] {
                guard let partner = partners.removeValue(forKey: record) else { continue }
                holders[partner, default: 1] -= 1
                if holders[partner] == 0 { try lose.execute(arguments: [learnedAt, partner]) }
                continue
            }
            let partner: String = row["partner"]
            if let before = partners.updateValue(partner, forKey: record) { holders[before, default: 1] -= 1 }
            holders[partner, default: 0] += 1
            if let name = row["name"] as String?, !name.isEmpty {
                try keep.execute(arguments: [partner, name, learnedAt])
            }
            let attributes = try CanonicalJSON.decode(
                [String: String].self, from: Data((row["attributes"] as String).utf8))
            let body = FactBody.partner(PartnerFact(partner: Partner.ID(partner), attributes: attributes))
            try rewrite.execute(arguments: [
                try ContentHash(ofCanonicalJSON: body).hex, row["sequence"] as Int64,
            ])
        }
        try db.execute(
            sql: """
                CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact
                BEGIN SELECT RAISE(ABORT, 'fact is append-only'); END
                """)
    }

    private static func moveQuarantine(_ db: Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM quarantine_before_4 ORDER BY id")
        let identity = try db.makeStatement(
            sql: """
                INSERT INTO quarantine (id, source, stream, place, payload_hash, learned_at, corrected_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        let text = try db.makeStatement(
            sql: "INSERT INTO quarantine_text (id, reason, payload, kept_since) VALUES (?, ?, ?, ?)")
        while let row = try rows.next() {
            let (id, learnedAt): (Int64, Int64) = (row["id"], row["learned_at"])
            let payload: String = row["payload"]
            try identity.execute(arguments: [
                id, row["source"] as String, row["stream"] as String, row["place"] as String,
                ContentHash(of: Array(payload.utf8)).hex, learnedAt, row["corrected_at"] as Int64?,
            ])
            try text.execute(arguments: [id, row["reason"] as String, payload, learnedAt])
        }
    }
}
