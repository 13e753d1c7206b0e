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

    /// Starts the time after which the name of a partner that its source no longer has is purged.
    func loseName(of partner: String, at instant: Instant) throws {
        try db.execute(
            sql: "UPDATE subject_name SET gone_at = ? WHERE kind = 'partner' AND subject = ?",
            arguments: [instant.milliseconds, partner])
    }

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
