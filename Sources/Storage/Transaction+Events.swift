import GRDB
package import Model

extension Transaction {
    /// How many events of a stream are kept.
    private static let keptEvents = 500

    /// Notes what happened to a stream; its oldest events make room.
    package func append(
        _ events: [StreamEvent], of stream: String, in source: Source.Name, at instant: Instant
    ) throws {
        guard !events.isEmpty else { return }
        for event in events {
            try db.execute(
                sql: "INSERT INTO stream_event (source, stream, at, kind, detail) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    source.rawValue, stream, instant.milliseconds, event.kind.rawValue, event.detail,
                ])
        }
        try db.execute(
            sql: """
                DELETE FROM stream_event WHERE source = ? AND stream = ? AND number <= (
                    SELECT number FROM stream_event WHERE source = ? AND stream = ?
                    ORDER BY number DESC LIMIT 1 OFFSET \(Self.keptEvents))
                """, arguments: [source.rawValue, stream, source.rawValue, stream])
    }

    /// The latest events of all streams, newest first.
    package func streamEvents(limit: Int) throws -> [RecordedEvent] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM stream_event ORDER BY number DESC LIMIT ?", arguments: [limit]
        ).compactMap { row in
            guard let kind = StreamEvent.Kind(rawValue: row["kind"]) else { return nil }
            return RecordedEvent(
                source: Source.Name(row["source"] as String), stream: row["stream"],
                at: Instant(milliseconds: row["at"]), event: StreamEvent(kind, row["detail"]))
        }
    }
}
