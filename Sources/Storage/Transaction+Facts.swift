import Foundation
import GRDB
package import Model

/// What storing a page did.
package struct StoredPage: Sendable, Hashable {
    /// Facts it gave, restatements and deletions among them.
    package var newFacts: Int
    /// Records that said nothing new.
    package var repeated: Int
    /// Rows set aside that were not before.
    package var quarantined: Int
    /// Records that had said something else before.
    package var restated = 0
    /// Records that the source has no longer, and the book had.
    package var deleted = 0
    package var sweep: SweepResult?
}

extension Transaction {
    /// The sequence number of the latest fact; 0 for an empty book.
    package func latestSequence() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT MAX(sequence) FROM fact") ?? 0
    }

    /// Stores a page and the cursor after it, names beside the facts.
    ///
    /// A record becomes a fact if and only if it says something else than the latest fact of the same
    /// (source, stream, native id); so a page that is read twice has no effect the second time. The deletion of a
    /// record that the book does not have says nothing.
    package func store(_ page: OutcomePage, learnedAt: Instant) throws -> StoredPage {
        var stored = StoredPage(newFacts: 0, repeated: 0, quarantined: 0)
        let writer = try FactWriter(db, page: page, learnedAt: learnedAt)
        // How many more records of the stream are live than before.
        var liveChange = 0
        for record in page.records {
            liveChange += stored.note(try writer.write(record) { try loseName(of: $0, at: learnedAt) })
        }
        stored.newFacts = page.records.count - stored.repeated
        try keepNames(of: page.records, at: learnedAt)
        stored.quarantined = try setAside(page, at: learnedAt)
        try applySweep(page, at: learnedAt, writer, &stored, &liveChange)
        try advance(page, stored, liveChange: liveChange, at: learnedAt)
        return stored
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

    /// The book as it was known at sequence `through`: the latest word on each record, with the names known today.
    package func book(through: Int64) throws -> Book {
        var latest: [RecordKey: RecordVersion] = [:]
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT * FROM fact WHERE sequence <= ? ORDER BY sequence", arguments: [through])
        var reader = FactReader()
        while let row = try cursor.next() {
            let key = RecordKey(source: row[1], stream: row[2], nativeID: row[3])
            let body = try reader.body(row)
            if case .deleted = body {
                latest[key]?.deletedOn = Day(Instant(milliseconds: row[6]), in: .gmt)
            } else {
                let version = RecordVersion(sequence: row[0], body: body, deletedOn: nil)
                if let earlier = latest.updateValue(version, forKey: key) {
                    latest[key]?.follow(
                        earlier, learnedOn: Day(Instant(milliseconds: row[6]), in: .gmt))
                }
            }
        }
        var contents = BookContents()
        for (key, version) in latest.sorted(by: { $0.value.sequence < $1.value.sequence }) {
            contents.add(version, from: Source.Name(key.source))
        }
        return contents.book(sequence: through, names: try partnerNames())
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
