import GRDB
package import Model

/// A row that was set aside, with where and when.
package struct SetAsideRow: Sendable, Hashable {
    package var source: Source.Name
    package var stream: String
    package var row: QuarantinedRow
    package var learnedAt: Instant
    /// When its place was read well again; `nil` while it stands.
    package var correctedAt: Instant?
}

extension Transaction {
    /// Keeps the rows of a page that could not be mapped, and closes those of earlier pages whose place the page
    /// has read again.
    ///
    /// - Returns: how many rows are set aside that were not before.
    func setAside(_ page: OutcomePage, at instant: Instant) throws -> Int {
        let standing = try standingRows(of: page.stream, in: page.source)
        let delivered = Set(page.records.map(\.nativeID) + page.quarantined.map(\.place))
        let again = Set(page.quarantined.map { Place($0) })
        for (id, place) in standing
        where !again.contains(place) && (page.isWholeStream || delivered.contains(place.name)) {
            try db.execute(
                sql: "UPDATE quarantine SET corrected_at = ? WHERE id = ?",
                arguments: [instant.milliseconds, id])
        }
        let known = Set(standing.map(\.place))
        let new = page.quarantined.filter { !known.contains(Place($0)) }
        for row in new {
            try db.execute(
                sql: """
                    INSERT INTO quarantine (source, stream, place, reason, payload, learned_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET reason = excluded.reason, corrected_at = NULL
                    """,
                arguments: [
                    page.source.rawValue, page.stream, row.place, row.reason, row.payload,
                    instant.milliseconds,
                ])
        }
        return new.count
    }

    private func standingRows(
        of stream: String, in source: Source.Name
    ) throws -> [(id: Int64, place: Place)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, place, payload FROM quarantine
                WHERE source = ? AND stream = ? AND corrected_at IS NULL
                """, arguments: [source.rawValue, stream]
        ).map { ($0["id"], Place(name: $0["place"], payload: $0["payload"])) }
    }

    /// Rows of payments that stand set aside, oldest first.
    package func setAsidePayments() throws -> [QuarantinedRow] {
        // A stream is of one kind, so that any of its facts tells which; files are named by their kind.
        try Row.fetchAll(
            db,
            sql: """
                SELECT place, reason, payload FROM quarantine AS q
                WHERE corrected_at IS NULL AND (stream = 'payment' OR 'payment' =
                    (SELECT kind FROM fact AS f WHERE f.source = q.source AND f.stream = q.stream LIMIT 1))
                ORDER BY id
                """
        ).map { QuarantinedRow(place: $0["place"], reason: $0["reason"], payload: $0["payload"]) }
    }

    /// Every row that was ever set aside, oldest first.
    package func setAsideRows() throws -> [SetAsideRow] {
        try Row.fetchAll(db, sql: "SELECT * FROM quarantine ORDER BY id").map { row in
            SetAsideRow(
                source: Source.Name(row["source"] as String), stream: row["stream"],
                row: QuarantinedRow(place: row["place"], reason: row["reason"], payload: row["payload"]),
                learnedAt: Instant(milliseconds: row["learned_at"]),
                correctedAt: (row["corrected_at"] as Int64?).map { Instant(milliseconds: $0) })
        }
    }
}

/// A row by where it stood and what it said.
private struct Place: Hashable {
    var name: String
    var payload: String

    init(name: String, payload: String) {
        self.name = name
        self.payload = payload
    }

    init(_ row: QuarantinedRow) { self.init(name: row.place, payload: row.payload) }
}
