import Foundation
import GRDB
package import Model

extension Transaction {
    /// Where reading of a stream goes on; `nil` from the beginning.
    package func cursor(of stream: String, in source: Source.Name) throws -> Model.Cursor? {
        try standing(of: stream, in: source).cursor
    }

    package func standing(of stream: String, in source: Source.Name) throws -> StreamStanding {
        let row = try Row.fetchOne(
            db, sql: "SELECT cursor, schema, live FROM stream WHERE source = ? AND stream = ?",
            arguments: [source.rawValue, stream])
        return StreamStanding(
            cursor: (row?["cursor"] as String?).map { Model.Cursor($0) }, schema: row?["schema"],
            live: row?["live"] ?? 0, lost: try lostRecords(of: stream, in: source),
            missing: try missingRecords(of: stream, in: source))
    }

    /// Moves a stream to where its page ends, in the page's transaction.
    func advance(
        _ page: OutcomePage, _ stored: StoredPage, liveChange: Int, at instant: Instant
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO stream (source, stream, cursor, completed_through, facts, last_error, live, kind)
                VALUES (?, ?, ?, ?, ?, NULL, ?, ?)
                ON CONFLICT (source, stream) DO UPDATE SET
                    cursor = excluded.cursor,
                    completed_through = COALESCE(excluded.completed_through, completed_through),
                    facts = facts + excluded.facts,
                    last_error = NULL,
                    live = live + excluded.live,
                    kind = COALESCE(kind, excluded.kind)
                """)
        try statement.execute(arguments: [
            page.source.rawValue, page.stream, page.next.text, page.completedThrough?.milliseconds,
            stored.newFacts, liveChange, page.records.first?.body.kind.rawValue,
        ])
        if page.completedThrough != nil {
            try set("last_success", instant.milliseconds, page)
        }
        if let schema = page.schema { try set("schema", schema, page) }
        if let part = page.part { try note(part, page, stored, at: instant) }
        try append(page.events, of: page.stream, in: page.source, at: instant)
    }

    private func note(
        _ part: RunPart, _ page: OutcomePage, _ stored: StoredPage, at instant: Instant
    ) throws {
        let known = try column("last_run", page).flatMap { try? Self.decoded(StreamRun.self, $0) }
        var run =
            known.flatMap { $0.endedAt == nil && $0.startedAt == part.startedAt ? $0 : nil }
            ?? StreamRun(startedAt: part.startedAt)
        run.rows += part.rows
        run.pages += 1
        run.newFacts += stored.newFacts
        run.restated += stored.restated
        run.repeated += stored.repeated
        run.quarantined += page.quarantined.count
        run.duplicates += part.duplicates + (stored.sweep?.duplicates ?? 0)
        run.deleted += stored.deleted
        run.retries.merge(part.usage.retries) { $0 + $1 }
        run.throttledSeconds += part.usage.throttledSeconds
        if part.isLast { run.endedAt = instant }
        try set("last_run", try Self.encoded(run), page)
        try set("throttled_until", part.usage.throttledUntil?.milliseconds, page)
        if let quota = part.usage.quota {
            try set("quota_used", quota.used, page)
            try set("quota_limit", quota.limit, page)
        }
        if let serverTime = part.serverTime { try set("server_time", serverTime.milliseconds, page) }
        if part.isLast || part.hold != nil { try set("hold", part.hold, page) }
        try set("is_read_again", part.isReadAgain, page)
        try noteReconciliation(part, page, stored)
    }

    private func noteReconciliation(_ part: RunPart, _ page: OutcomePage, _ stored: StoredPage) throws {
        guard let result = stored.sweep, let sweep = page.sweep else { return }
        var latest = try column("reconciliation", page).flatMap {
            try? Self.decoded(Reconciliation.self, $0)
        }
        if let at = part.reconciledAt {
            latest = Reconciliation(
                at: at, missingAtSource: result.missing, missingInBook: 0, isSettled: sweep.settles)
        }
        guard var latest, part.reconciledAt != nil || (sweep.settles && !latest.isSettled) else { return }
        if sweep.settles {
            latest.missingAtSource = result.missing
            latest.missingInBook = result.lost
            latest.isSettled = true
        }
        try set("reconciliation", try Self.encoded(latest), page)
    }

    /// Notes why a stream's last run failed; the next stored page clears it.
    package func noteFailure(
        of stream: String, in source: Source.Name, reason: String, usage: SourceUsage = SourceUsage()
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO stream (source, stream, last_error, throttled_until, quota_used, quota_limit)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (source, stream) DO UPDATE SET
                    last_error = excluded.last_error,
                    throttled_until = excluded.throttled_until,
                    quota_used = COALESCE(excluded.quota_used, quota_used),
                    quota_limit = COALESCE(excluded.quota_limit, quota_limit)
                """,
            arguments: [
                source.rawValue, stream, reason, usage.throttledUntil?.milliseconds, usage.quota?.used,
                usage.quota?.limit,
            ])
    }

    /// Every stream that was ever read or tried, by source and name.
    package func streamStatuses() throws -> [StreamStatus] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT *,
                    (SELECT COUNT(*) FROM quarantine AS q WHERE q.source = s.source AND q.stream = s.stream
                        AND q.corrected_at IS NULL) AS quarantined
                FROM stream AS s ORDER BY source, stream
                """
        ).map { row in
            func instant(_ name: String) -> Instant? {
                (row[name] as Int64?).map { Instant(milliseconds: $0) }
            }
            var quota: Quota?
            if let used: Int = row["quota_used"], let limit: Int = row["quota_limit"] {
                quota = Quota(used: used, limit: limit)
            }
            let source = Source.Name(row["source"] as String)
            return StreamStatus(
                source: source, stream: row["stream"],
                completedThrough: instant("completed_through"), facts: row["facts"],
                quarantined: row["quarantined"], lastError: row["last_error"],
                kind: (row["kind"] as String?).flatMap { FactKind(rawValue: $0) }, live: row["live"],
                lastSuccess: instant("last_success"), lastServerTime: instant("server_time"),
                lastRun: (row["last_run"] as String?).flatMap { try? Self.decoded(StreamRun.self, $0) },
                quota: quota, throttledUntil: instant("throttled_until"),
                lastReconcile: (row["reconciliation"] as String?).flatMap {
                    try? Self.decoded(Reconciliation.self, $0)
                }, hold: row["hold"], lost: try lostRecords(of: row["stream"], in: source),
                isReadAgain: row["is_read_again"])
        }
    }

    private func column(_ name: String, _ page: OutcomePage) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT \(name) FROM stream WHERE source = ? AND stream = ?"),
            arguments: [page.source.rawValue, page.stream])
    }

    private func set(_ name: String, _ value: (any DatabaseValueConvertible)?, _ page: OutcomePage) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE stream SET \(name) = ? WHERE source = ? AND stream = ?")
        try statement.execute(arguments: [value, page.source.rawValue, page.stream])
    }

    private static func encoded(_ value: some Encodable) throws -> String {
        String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    }

    private static func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try CanonicalJSON.decode(type, from: Data(text.utf8))
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
