import GRDB
package import Model

/// A row that was set aside, with where and when.
package struct SetAsideRow: Sendable, Hashable {
    package var source: Source.Name
    package var stream: String
    /// The source's id of the row, or "line 17" of a file.
    package var place: String
    /// The field and the kind of fault, without any value; empty for rows that Fairway set aside before it told it.
    package var summary: String
    /// What was wrong and what was delivered; `nil` once they were erased or their time was over.
    package var row: QuarantinedRow?
    package var learnedAt: Instant
    /// When its place was read well again; `nil` while it stands.
    package var correctedAt: Instant?
}

extension Transaction {
    /// Keeps the rows of a page that could not be mapped, and closes those of earlier pages whose place the page
    /// has read again.
    ///
    /// A row is known by its place and the hash of what was delivered, also when its text is gone.
    ///
    /// - Returns: how many rows are set aside that were not before.
    func setAside(_ page: OutcomePage, at instant: Instant) throws -> Int {
        let standing = try standingRows(of: page.stream, in: page.source)
        guard !standing.isEmpty || !page.quarantined.isEmpty else { return 0 }
        let rows = page.quarantined.map { (place: Place($0), row: $0) }
        if !standing.isEmpty {
            let delivered = Set(page.records.map(\.nativeID) + page.quarantined.map(\.place))
            let again = Set(rows.map(\.place))
            let correct = try db.cachedStatement(sql: "UPDATE quarantine SET corrected_at = ? WHERE id = ?")
            for (id, place) in standing
            where !again.contains(place) && (page.isWholeStream || delivered.contains(place.name)) {
                try correct.execute(arguments: [instant.milliseconds, id])
            }
        }
        let known = Set(standing.map(\.place))
        let new = rows.filter { !known.contains($0.place) }
        let erased = try new.isEmpty ? nil : Erased(db)
        for (place, row) in new {
            let isKept = try erased?.permits(row, of: page.stream, in: page.source.rawValue) ?? true
            try setAside(row, as: place, of: page, at: instant, withText: isKept)
        }
        return new.count
    }

    private func setAside(
        _ row: QuarantinedRow, as place: Place, of page: OutcomePage, at instant: Instant, withText: Bool
    ) throws {
        let id = try Int64.fetchOne(
            db,
            sql: """
                INSERT INTO quarantine (source, stream, place, payload_hash, summary, learned_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET corrected_at = NULL, summary = excluded.summary
                RETURNING id
                """,
            arguments: [
                page.source.rawValue, page.stream, row.place, place.payloadHash, row.summary,
                instant.milliseconds,
            ])
        guard let id, withText else { return }
        try db.execute(
            sql: """
                INSERT INTO quarantine_text (id, reason, payload, kept_since) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, kept_since = excluded.kept_since
                """,
            arguments: [id, row.reason, row.payload, instant.milliseconds])
    }

    private func standingRows(
        of stream: String, in source: Source.Name
    ) throws -> [(id: Int64, place: Place)] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, place, payload_hash FROM quarantine
                    WHERE source = ? AND stream = ? AND corrected_at IS NULL
                    """), arguments: [source.rawValue, stream]
        ).map { ($0["id"], Place(name: $0["place"], payloadHash: $0["payload_hash"])) }
    }

    /// Rows of payments that stand set aside and whose text is kept, oldest first.
    package func setAsidePayments() throws -> [QuarantinedRow] {
        // A stream is of one kind, so that any of its facts tells which; files are named by their kind.
        try Row.fetchAll(
            db,
            sql: """
                SELECT place, reason, payload, summary FROM quarantine AS q
                LEFT JOIN quarantine_text AS t ON t.id = q.id
                WHERE corrected_at IS NULL AND (stream = 'payment' OR 'payment' =
                    (SELECT kind FROM fact AS f WHERE f.source = q.source AND f.stream = q.stream LIMIT 1))
                ORDER BY q.id
                """
        ).map {
            QuarantinedRow(
                place: $0["place"], reason: $0["reason"] ?? "", payload: $0["payload"] ?? "",
                summary: $0["summary"])
        }
    }

    /// Every row that was ever set aside, oldest first.
    package func setAsideRows() throws -> [SetAsideRow] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT q.*, t.reason, t.payload FROM quarantine AS q
                LEFT JOIN quarantine_text AS t ON t.id = q.id ORDER BY q.id
                """
        ).map { row in
            let place: String = row["place"]
            let summary: String = row["summary"]
            let reason: String? = row["reason"]
            let payload: String? = row["payload"]
            return SetAsideRow(
                source: Source.Name(row["source"] as String), stream: row["stream"], place: place,
                summary: summary,
                row: reason.flatMap { reason in
                    payload.map {
                        QuarantinedRow(place: place, reason: reason, payload: $0, summary: summary)
                    }
                },
                learnedAt: Instant(milliseconds: row["learned_at"]),
                correctedAt: (row["corrected_at"] as Int64?).map { Instant(milliseconds: $0) })
        }
    }
}

/// A row by where it stood and what it said.
private struct Place: Hashable {
    var name: String
    var payloadHash: String

    init(name: String, payloadHash: String) {
        self.name = name
        self.payloadHash = payloadHash
    }

    init(_ row: QuarantinedRow) {
        self.init(name: row.place, payloadHash: ContentHash(of: Array(row.payload.utf8)).hex)
    }
}
