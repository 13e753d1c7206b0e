import GRDB
package import Model

extension Transaction {
    /// Where reading of a stream goes on; `nil` from the beginning.
    package func cursor(of stream: String, in source: Source.Name) throws -> Model.Cursor? {
        try String.fetchOne(
            db, sql: "SELECT cursor FROM stream WHERE source = ? AND stream = ?",
            arguments: [source.rawValue, stream]
        ).map { Model.Cursor($0) }
    }

    /// Notes why a stream's last run failed; the next stored page clears it.
    package func noteFailure(of stream: String, in source: Source.Name, reason: String) throws {
        try db.execute(
            sql: """
                INSERT INTO stream (source, stream, last_error) VALUES (?, ?, ?)
                ON CONFLICT (source, stream) DO UPDATE SET last_error = excluded.last_error
                """,
            arguments: [source.rawValue, stream, reason])
    }

    /// Every stream that was ever read or tried, by source and name.
    package func streamStatuses() throws -> [StreamStatus] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT source, stream, completed_through, facts, last_error,
                    (SELECT COUNT(*) FROM quarantine AS q WHERE q.source = s.source AND q.stream = s.stream
                        AND q.corrected_at IS NULL) AS quarantined
                FROM stream AS s ORDER BY source, stream
                """
        ).map { row in
            StreamStatus(
                source: Source.Name(row["source"] as String), stream: row["stream"],
                completedThrough: (row["completed_through"] as Int64?).map { Instant(milliseconds: $0) },
                facts: row["facts"], quarantined: row["quarantined"], lastError: row["last_error"])
        }
    }

    /// The simulated business clock of a practice store; `nil` in any other.
    package func clock() throws -> Instant? {
        try Int64.fetchOne(db, sql: "SELECT clock FROM store").map { Instant(milliseconds: $0) }
    }

    package func setClock(_ instant: Instant) throws {
        try db.execute(
            sql: "UPDATE store SET clock = ? WHERE is_practice", arguments: [instant.milliseconds])
    }
}
