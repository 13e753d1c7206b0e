import GRDB
package import Model

/// How much text went.
package struct ErasedText: Sendable, Hashable, Codable {
    package var names: Int
    /// Texts of rows that were set aside.
    package var rows: Int

    package init(names: Int, rows: Int) {
        self.names = names
        self.rows = rows
    }

    package var isEmpty: Bool { names == 0 && rows == 0 }
}

extension Transaction {
    /// Whose names are never kept again, by kind and id.
    package func erasures() throws -> [Erasure] {
        try Row.fetchAll(db, sql: "SELECT * FROM erasure ORDER BY kind, subject").compactMap { row in
            SubjectName.Kind(rawValue: row["kind"]).map { kind in
                Erasure(
                    subject: ErasableSubject(kind: kind, id: row["subject"]),
                    erasedAt: Instant(milliseconds: row["erased_at"]), by: Actor(row["erased_by"]))
            }
        }
    }

    /// Whether a fact, a name or an earlier erasure is about the subject, or a set-aside row's text mentions it.
    package func knows(_ subject: ErasableSubject) throws -> Bool {
        let (kind, id) = (subject.kind.rawValue, subject.id.rawValue)
        let isTold = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM subject_name WHERE kind = ? AND subject = ?)
                    OR EXISTS (SELECT 1 FROM erasure WHERE kind = ? AND subject = ?)
                    OR EXISTS (SELECT 1 FROM fact WHERE \(kind) = ?)
                """, arguments: [kind, id, kind, id, id])
        return try isTold == true || isSetAside(mentioning: id)
    }

    private func isSetAside(mentioning id: String) throws -> Bool {
        let mention = Mention(of: [id])
        let texts = try Row.fetchCursor(
            db,
            sql: "SELECT place, reason, payload FROM quarantine_text AS t JOIN quarantine AS q ON q.id = t.id"
        )
        while let row = try texts.next() {
            let (place, reason, payload): (String, String, String) = (row[0], row[1], row[2])
            if [place, reason, payload].contains(where: mention.isFound) { return true }
        }
        return false
    }

    /// Every id of the kind that facts or names speak of.
    package func subjects(_ kind: SubjectName.Kind) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT \(kind.rawValue) FROM fact WHERE \(kind.rawValue) IS NOT NULL
                UNION SELECT subject FROM subject_name WHERE kind = ?
                """, arguments: [kind.rawValue])
    }

    /// Takes out the subject's name and the text of every set-aside row that mentions its id or name or is not known
    /// to be about others, and sees to it that a later reading keeps none of it. Facts stay as they are.
    package func erase(_ erasure: Erasure) throws -> ErasedText {
        let subject = erasure.subject
        let name = try String.fetchOne(
            db, sql: "SELECT name FROM subject_name WHERE kind = ? AND subject = ?",
            arguments: [subject.kind.rawValue, subject.id.rawValue])
        try overwriteWhatIsDeleted()
        try db.execute(
            sql: "DELETE FROM subject_name WHERE kind = ? AND subject = ?",
            arguments: [subject.kind.rawValue, subject.id.rawValue])
        let names = db.changesCount
        try db.execute(
            sql: """
                INSERT INTO erasure (kind, subject, erased_at, erased_by) VALUES (?, ?, ?, ?)
                ON CONFLICT (kind, subject) DO NOTHING
                """,
            arguments: [
                subject.kind.rawValue, subject.id.rawValue, erasure.erasedAt.milliseconds, erasure.by.name,
            ])
        if names > 0 { try changeNames() }
        return ErasedText(names: names, rows: try forgetTexts(named: [name].compactMap(\.self)))
    }

    /// Takes out the texts of set-aside rows that may speak of somebody erased; see ``Erased``.
    private func forgetTexts(named names: [String]) throws -> Int {
        guard let erased = try Erased(db, names: names) else { return 0 }
        var forgotten: [Int64] = []
        let texts = try Row.fetchCursor(
            db,
            sql: """
                SELECT t.id, source, stream, place, reason, payload
                FROM quarantine_text AS t JOIN quarantine AS q ON q.id = t.id
                """)
        while let row = try texts.next() {
            let text = QuarantinedRow(place: row[3], reason: row[4], payload: row[5])
            if try !erased.permits(text, of: row[2], in: row[1]) { forgotten.append(row[0]) }
        }
        for id in forgotten {
            try db.execute(sql: "DELETE FROM quarantine_text WHERE id = ?", arguments: [id])
        }
        return forgotten.count
    }

    /// Takes out the text of rows set aside before `instant`, and the names of partners whom no source had any
    /// longer by then.
    package func purgeText(keptBefore instant: Instant) throws -> ErasedText {
        let arguments: StatementArguments = [instant.milliseconds]
        let isDue =
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM quarantine_text WHERE kept_since < ?)
                        OR EXISTS (SELECT 1 FROM subject_name WHERE gone_at IS NOT NULL AND gone_at < ?)
                    """, arguments: arguments + arguments) ?? false
        guard isDue else { return ErasedText(names: 0, rows: 0) }
        try overwriteWhatIsDeleted()
        try db.execute(sql: "DELETE FROM quarantine_text WHERE kept_since < ?", arguments: arguments)
        let rows = db.changesCount
        try db.execute(
            sql: """
                DELETE FROM subject_name
                WHERE gone_at IS NOT NULL AND gone_at < ? AND NOT \(Self.hasPartner)
                """, arguments: arguments)
        let names = db.changesCount
        if names > 0 { try changeNames() }
        return ErasedText(names: names, rows: rows)
    }

    /// Has SQLite write zeros over what is deleted, so that no copy of it stays in free pages.
    private func overwriteWhatIsDeleted() throws { try db.execute(sql: "PRAGMA secure_delete = ON") }
}
