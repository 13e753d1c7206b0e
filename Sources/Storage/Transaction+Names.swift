import GRDB
package import Model

extension Transaction {
    /// Keeps the names that come with records, the later word on each; none of a subject that was erased.
    func keepNames(of records: [MappedRecord], at instant: Instant) throws {
        guard records.contains(where: { $0.name != nil }) else { return }
        let erased = Set(try erasures().map(\.subject))
        let before = db.totalChangesCount
        let keep = try BoundStatement(
            db,
            sql: """
                INSERT INTO subject_name (kind, subject, name, learned_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (kind, subject) DO UPDATE SET
                    name = excluded.name, learned_at = excluded.learned_at, gone_at = NULL
                WHERE name <> excluded.name OR gone_at IS NOT NULL
                """)
        keep.bind(instant.milliseconds, at: 4)
        for case let name? in records.lazy.map(\.name) where !name.name.isEmpty {
            guard erased.isEmpty || !erased.contains(ErasableSubject(kind: name.kind, id: name.id)) else {
                continue
            }
            keep.bind(name.kind.rawValue, at: 1)
            keep.bind(name.id, at: 2)
            keep.bind(name.name, at: 3)
            try keep.run()
        }
        if db.totalChangesCount != before { try changeNames() }
    }

    /// Starts the time after which the name of a partner that a source no longer has is purged, unless another
    /// record, here or in another source, still has the partner.
    func loseName(of partner: String, at instant: Instant) throws {
        try db.cachedStatement(
            sql: """
                UPDATE subject_name SET gone_at = ?
                WHERE kind = 'partner' AND subject = ? AND NOT \(Self.hasPartner)
                """
        ).execute(arguments: [instant.milliseconds, partner])
    }

    /// Whether a record that is still there is about the partner whose name it is.
    static let hasPartner = """
        EXISTS (
            SELECT 1 FROM fact AS f WHERE f.kind = 'partner' AND f.partner = subject_name.subject
                AND NOT EXISTS (
                    SELECT 1 FROM fact AS later WHERE later.source = f.source AND later.stream = f.stream
                        AND later.native_id = f.native_id AND later.sequence > f.sequence))
        """

    /// Counts the changes of names: two books of one sequence have the same names if this is the same.
    package func nameRevision() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT name_revision FROM store") ?? 0
    }

    func changeNames() throws {
        try db.execute(sql: "UPDATE store SET name_revision = name_revision + 1")
    }

    /// The names of partners that are known and were not erased.
    package func partnerNames() throws -> [Partner.ID: String] {
        var names: [Partner.ID: String] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT subject, name FROM subject_name WHERE kind = 'partner'")
        while let row = try rows.next() { names[Partner.ID(row[0] as String)] = row[1] }
        return names
    }
}
