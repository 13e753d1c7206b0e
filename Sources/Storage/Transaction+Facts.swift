import Foundation
import GRDB
package import Model

/// What storing a page did.
package struct StoredPage: Sendable, Hashable {
    package var newFacts: Int
    package var repeated: Int
    package var quarantined: Int
}

extension Transaction {
    /// The sequence number of the latest fact; 0 for an empty book.
    package func latestSequence() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT MAX(sequence) FROM fact") ?? 0
    }

    /// Stores a page and the cursor after it.
    ///
    /// A record becomes a fact if and only if it says something else than the latest fact of the same
    /// (source, stream, native id); so a page that is read twice has no effect the second time.
    package func store(_ page: OutcomePage, learnedAt: Instant) throws -> StoredPage {
        var stored = StoredPage(newFacts: 0, repeated: 0, quarantined: 0)
        let latest = try db.cachedStatement(
            sql: """
                SELECT payload_hash FROM fact WHERE source = ? AND stream = ? AND native_id = ?
                ORDER BY sequence DESC LIMIT 1
                """)
        for record in page.records {
            let hash = try ContentHash(ofCanonicalJSON: record.body).hex
            let known = try String.fetchOne(
                latest, arguments: [page.source.rawValue, page.stream, record.nativeID])
            if known == hash {
                stored.repeated += 1
            } else {
                try insert(record, hash: hash, page: page, learnedAt: learnedAt)
                stored.newFacts += 1
            }
        }
        stored.quarantined = try setAside(page, at: learnedAt)
        try advance(page, facts: stored.newFacts)
        return stored
    }

    private func insert(_ record: MappedRecord, hash: String, page: OutcomePage, learnedAt: Instant) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO fact (source, stream, native_id, native_version, payload_hash, learned_at, kind,
                    \(FactColumns.names.joined(separator: ", ")))
                VALUES (?,?,?,?,?,?,?\(String(repeating: ",?", count: FactColumns.names.count)))
                """)
        var values: [(any DatabaseValueConvertible)?] = [
            page.source.rawValue, page.stream, record.nativeID, record.nativeVersion, hash,
            learnedAt.milliseconds, record.body.kind.rawValue,
        ]
        values += try FactColumns(record.body).values
        try statement.execute(arguments: StatementArguments(values))
    }

    private func advance(_ page: OutcomePage, facts: Int) throws {
        try db.execute(
            sql: """
                INSERT INTO stream (source, stream, cursor, completed_through, facts, last_error)
                VALUES (?, ?, ?, ?, ?, NULL)
                ON CONFLICT (source, stream) DO UPDATE SET
                    cursor = excluded.cursor,
                    completed_through = COALESCE(excluded.completed_through, completed_through),
                    facts = facts + excluded.facts,
                    last_error = NULL
                """,
            arguments: [
                page.source.rawValue, page.stream, page.next.text, page.completedThrough?.milliseconds, facts,
            ])
    }

    /// Facts with a sequence above `after` and up to `through`, in order.
    package func facts(after: Int64 = 0, through: Int64 = .max) throws -> [Fact] {
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT * FROM fact WHERE sequence > ? AND sequence <= ? ORDER BY sequence",
            arguments: [after, through])
        var facts: [Fact] = []
        var reader = FactReader()
        while let row = try cursor.next() { facts.append(try reader.fact(row)) }
        return facts
    }

    /// The book as it was known at sequence `through`: the latest word on each record.
    package func book(through: Int64) throws -> Book {
        var latest: [RecordKey: RecordVersion] = [:]
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT * FROM fact WHERE sequence <= ? ORDER BY sequence", arguments: [through])
        var reader = FactReader()
        while let row = try cursor.next() {
            let key = RecordKey(source: row[1], stream: row[2], nativeID: row[3])
            let body = try reader.body(row)
            if case .deleted = body {
                let learnedAt = Instant(milliseconds: row[6])
                latest[key]?.deletedOn = Day(learnedAt, in: .gmt)
            } else {
                latest[key] = RecordVersion(sequence: row[0], body: body, deletedOn: nil)
            }
        }
        var contents = BookContents()
        for (key, version) in latest.sorted(by: { $0.value.sequence < $1.value.sequence }) {
            contents.add(version, from: Source.Name(key.source))
        }
        return contents.book(sequence: through)
    }
}

/// The identity of a record across its versions.
private struct RecordKey: Hashable {
    var source: String
    var stream: String
    var nativeID: String

    static func == (left: Self, right: Self) -> Bool {
        left.nativeID.isByteEqual(to: right.nativeID) && left.stream == right.stream
            && left.source == right.source
    }

    func hash(into hasher: inout Hasher) { nativeID.hashBytes(into: &hasher) }
}
