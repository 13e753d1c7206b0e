import GRDB
package import Model

extension StoredPage {
    /// Counts a record; returns how many more are live for it.
    mutating func note(_ effect: FactWriter.Effect) -> Int {
        switch effect {
        case .repeated:
            repeated += 1
            return 0
        case .new: return 1
        case .restated:
            restated += 1
            return 0
        case .revived:
            restated += 1
            return 1
        case .deleted:
            deleted += 1
            return -1
        }
    }
}

extension Transaction {
    /// Does what a page says about records being there or gone. Called between the page's records and the
    /// stream's progress, in their transaction.
    ///
    /// - Throws: ``MassChange`` when more vanishes than the page's limits let pass.
    func applySweep(
        _ page: OutcomePage, at instant: Instant, _ writer: FactWriter, _ stored: inout StoredPage,
        _ liveChange: inout Int
    ) throws {
        guard let sweep = page.sweep else { return }
        let ids = SweepIDs(db: db, source: page.source.rawValue, stream: page.stream)
        var result = SweepResult()
        try ids.forgetArrived()
        if sweep.abandons { try ids.forgetAllButLost() }
        if sweep.begins {
            if sweep.confirms {
                result.lost = try ids.settleUnknown()
                try ids.suspectMissing()
            }
            try ids.forgetEarlierWalk()
        }
        if sweep.collects {
            result.duplicates = try ids.collect(sweep.seen)
        } else {
            try ids.takeBack(sweep.seen)
        }
        try ids.add(gone: sweep.gone)
        if sweep.compares { try ids.compare(findsUnknown: sweep.comparesUnknown, at: instant) }
        if sweep.settles || sweep.settlesUnknown { result.lost += try ids.settleUnknown() }
        let missing = sweep.compares || sweep.settles ? try ids.liveRecords(in: "missing") : []
        let confirmed = sweep.settlesConfirmed ? try ids.liveRecords(in: "suspect") : []
        let gone = sweep.appliesGone ? try ids.liveRecords(in: "gone") : []
        result.missing = missing.count + confirmed.count
        let live = try liveRecords(of: page.stream, in: page.source) + liveChange
        let missingForGood = confirmed + (sweep.settles ? missing : [])
        let excess = page.massChangeLimits?.excess(
            missing: result.missing, gone: gone.count, of: live)
        if let excess { throw excess }
        for record in gone + missingForGood {
            let tombstone = MappedRecord(
                nativeID: record.id, nativeVersion: record.version, body: .deleted(record.kind))
            liveChange += stored.note(try writer.write(tombstone) { try loseName(of: $0, at: instant) })
            result.deleted += 1
        }
        if sweep.appliesGone {
            try ids.closeQuarantine(at: instant)
            try ids.forget("gone")
            try ids.forgetLost(marked: .gone)
        }
        if sweep.settlesConfirmed { try ids.forget("suspect") }
        if sweep.settles { try ids.forget("missing") }
        stored.newFacts += result.deleted
        stored.sweep = result
    }

    /// Records of a stream that the source still has, as far as the book knows.
    package func liveRecords(of stream: String, in source: Source.Name) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT live FROM stream WHERE source = ? AND stream = ?",
            arguments: [source.rawValue, stream]) ?? 0
    }

    /// Records that the source is known to list and the book lacks; those that have arrived count no more.
    package func lostRecords(of stream: String, in source: Source.Name) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT COUNT(*) FROM sweep_id
                WHERE source = ? AND stream = ? AND state = 'lost' AND \(SweepIDs.isUnknown)
                """, arguments: [source.rawValue, stream]) ?? 0
    }

    /// Records that the book has and the latest walk over everything did not list.
    package func missingRecords(of stream: String, in source: Source.Name) throws -> Int {
        try Int.fetchOne(
            db,
            sql: "SELECT COUNT(*) FROM sweep_id WHERE source = ? AND stream = ? AND state = 'missing'",
            arguments: [source.rawValue, stream]) ?? 0
    }
}

/// The ids of one stream's sweep.
private struct SweepIDs {
    let db: Database
    let source: String
    let stream: String

    struct LiveRecord {
        var id: String
        var version: String
        var kind: FactKind
    }

    /// What the present walk or run says of an id that is lost, kept as its version.
    enum Mark: String { case seen, gone, none = "" }

    /// What the book is known to lack stays known: giving up a run brings nothing.
    func forgetAllButLost() throws {
        try db.execute(
            sql: "DELETE FROM sweep_id WHERE source = ? AND stream = ? AND state != 'lost'",
            arguments: [source, stream])
        try unmarkLost()
    }

    /// Ids that were lost and have come, as a record or as a row set aside.
    func forgetArrived() throws {
        try db.execute(
            sql: """
                DELETE FROM sweep_id
                WHERE source = ? AND stream = ? AND state = 'lost' AND NOT (\(SweepIDs.isUnknown))
                """, arguments: [source, stream])
    }

    func forgetLost(marked mark: Mark) throws {
        try db.execute(
            sql: "DELETE FROM sweep_id WHERE source = ? AND stream = ? AND state = 'lost' AND version = ?",
            arguments: [source, stream, mark.rawValue])
    }

    private func unmarkLost() throws {
        try db.execute(
            sql: "UPDATE sweep_id SET version = '' WHERE source = ? AND stream = ? AND state = 'lost'",
            arguments: [source, stream])
    }

    func forget(_ state: String) throws {
        try db.execute(
            sql: "DELETE FROM sweep_id WHERE source = ? AND stream = ? AND state = ?",
            arguments: [source, stream, state])
    }

    /// What earlier walks saw; what they left for this one to confirm stays.
    func forgetEarlierWalk() throws {
        try db.execute(
            sql: """
                DELETE FROM sweep_id WHERE source = ? AND stream = ? AND state NOT IN ('gone', 'suspect', 'lost')
                """, arguments: [source, stream])
        try unmarkLost()
    }

    func suspectMissing() throws {
        try db.execute(
            sql:
                "UPDATE sweep_id SET state = 'suspect' WHERE source = ? AND stream = ? AND state = 'missing'",
            arguments: [source, stream])
    }

    /// Returns how many were there already.
    func collect(_ seen: [String]) throws -> Int {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO sweep_id (source, stream, native_id, state, version) VALUES (?, ?, ?, 'seen', '')
                ON CONFLICT DO UPDATE SET
                    state = CASE state WHEN 'lost' THEN 'lost' ELSE 'seen' END,
                    version = CASE state WHEN 'lost' THEN 'seen' ELSE '' END
                WHERE NOT (state = 'seen' OR (state = 'lost' AND version = 'seen'))
                """)
        var duplicates = 0
        for id in seen {
            try statement.execute(arguments: [source, stream, id])
            if db.changesCount == 0 { duplicates += 1 }
        }
        return duplicates
    }

    /// What is seen is neither missing nor gone.
    func takeBack(_ seen: [String]) throws {
        guard !seen.isEmpty,
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM sweep_id WHERE source = ? AND stream = ?)",
                arguments: [source, stream]) == true
        else { return }
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM sweep_id WHERE source = ? AND stream = ? AND native_id = ?
                    AND state IN ('missing', 'suspect', 'gone')
                """)
        for id in seen { try statement.execute(arguments: [source, stream, id]) }
    }

    func add(gone: [Sweep.Gone]) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO sweep_id (source, stream, native_id, state, version) VALUES (?, ?, ?, 'gone', ?)
                ON CONFLICT DO UPDATE SET
                    version = CASE state WHEN 'lost' THEN 'gone' ELSE excluded.version END,
                    state = CASE state WHEN 'lost' THEN 'lost' ELSE 'gone' END
                """)
        for record in gone { try statement.execute(arguments: [source, stream, record.id, record.version]) }
    }

    /// Holds what a walk saw against the book.
    func compare(findsUnknown: Bool, at instant: Instant) throws {
        try db.execute(
            sql: """
                INSERT INTO sweep_id (source, stream, native_id, state, version)
                SELECT source, stream, native_id, 'missing', '' FROM (
                    SELECT source, stream, native_id, is_deleted, MAX(sequence) FROM fact
                    WHERE source = ? AND stream = ? GROUP BY native_id
                ) AS f
                WHERE is_deleted = 0 AND NOT EXISTS (
                    SELECT 1 FROM sweep_id AS s WHERE s.source = f.source AND s.stream = f.stream
                        AND s.native_id = f.native_id)
                """, arguments: [source, stream])
        // A row that could not be read and is no longer listed needs no correction.
        try db.execute(
            sql: """
                UPDATE quarantine SET corrected_at = ?
                WHERE source = ? AND stream = ? AND corrected_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM sweep_id AS s WHERE s.source = quarantine.source
                        AND s.stream = quarantine.stream AND s.native_id = quarantine.place)
                """, arguments: [instant.milliseconds, source, stream])
        if findsUnknown {
            // What was lost and is no longer listed is not there any more.
            try forgetLost(marked: .none)
            try db.execute(
                sql: """
                    UPDATE sweep_id SET state = 'unknown'
                    WHERE source = ? AND stream = ? AND state = 'seen' AND \(SweepIDs.isUnknown)
                    """, arguments: [source, stream])
        }
        try forget("seen")
    }

    /// Ids that were unknown when the walk ended and are still; the others have arrived meanwhile.
    func settleUnknown() throws -> Int {
        try db.execute(
            sql: """
                UPDATE sweep_id SET state = 'lost'
                WHERE source = ? AND stream = ? AND state = 'unknown' AND \(SweepIDs.isUnknown)
                """, arguments: [source, stream])
        let lost = db.changesCount
        try forget("unknown")
        return lost
    }

    /// The book has no live record of the id, and no row of it that was set aside.
    static let isUnknown = """
        (SELECT is_deleted FROM fact AS f WHERE f.source = sweep_id.source AND f.stream = sweep_id.stream
            AND f.native_id = sweep_id.native_id ORDER BY sequence DESC LIMIT 1) IS NOT 0
        AND NOT EXISTS (SELECT 1 FROM quarantine AS q WHERE q.source = sweep_id.source
            AND q.stream = sweep_id.stream AND q.place = sweep_id.native_id AND q.corrected_at IS NULL)
        """

    /// Ids in `state` whose record the book has as live; what it never had cannot go.
    func liveRecords(in state: String) throws -> [LiveRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT s.native_id, s.version, f.kind, f.native_version FROM sweep_id AS s
                JOIN fact AS f ON f.source = s.source AND f.stream = s.stream AND f.native_id = s.native_id
                    AND f.sequence = (
                        SELECT MAX(g.sequence) FROM fact AS g WHERE g.source = s.source
                            AND g.stream = s.stream AND g.native_id = s.native_id)
                WHERE s.source = ? AND s.stream = ? AND s.state = ? AND f.is_deleted = 0
                """, arguments: [source, stream, state]
        ).compactMap { row in
            guard let kind = FactKind(rawValue: row[2]) else { return nil }
            let version: String = row[1]
            return LiveRecord(id: row[0], version: version.isEmpty ? row[3] : version, kind: kind)
        }
    }

    /// Rows set aside of records that are gone need no correction.
    func closeQuarantine(at instant: Instant) throws {
        try db.execute(
            sql: """
                UPDATE quarantine SET corrected_at = ?
                WHERE source = ? AND stream = ? AND corrected_at IS NULL AND place IN (
                    SELECT native_id FROM sweep_id WHERE source = ? AND stream = ? AND state = 'gone')
                """, arguments: [instant.milliseconds, source, stream, source, stream])
    }
}
