package import Model
import Storage

/// What an erasure took out.
package struct ErasureSummary: Sendable, Hashable, Codable {
    package var kind: SubjectName.Kind
    package var id: String
    /// Names of the subject that were kept: one or none.
    package var names: Int
    /// Set-aside rows that mentioned it, by id or name.
    package var rows: Int
    /// What the journal calls the subject.
    package var subjectHash: ContentHash
    /// When it was erased before; its names have not been kept since.
    package var erasedBefore: Instant?
}

/// What went because its time was over.
package struct PurgeSummary: Sendable, Hashable, Codable {
    package var names: Int
    package var rows: Int
}

extension PilotOperations {
    /// How long the text of set-aside rows, and the names of partners that are gone, are kept.
    package static let retentionDays = 90

    /// Takes a partner's or a customer's name out of the store, and the text of set-aside rows that mention it, for
    /// good: no later reading keeps a name of it.
    ///
    /// Facts, sums, assignments, looks and the journal's chain stay as they are; a look replays to the same bytes.
    package func erase(_ subject: ErasableSubject, by actor: Actor) async throws -> ErasureSummary {
        let summary = try await store.write { transaction in
            guard try transaction.knows(subject) else {
                throw try unknown(subject, transaction)
            }
            let now = try now(transaction)
            let before = try transaction.erasures().first { $0.subject == subject }
            let erased = try transaction.erase(Erasure(subject: subject, erasedAt: now, by: actor))
            try transaction.journal(
                .subjectErased, of: subject.kind.rawValue, at: now, by: actor,
                detail: [
                    "subject": subject.hash.hex, "names": String(erased.names), "rows": String(erased.rows),
                ])
            return ErasureSummary(
                kind: subject.kind, id: subject.id.rawValue, names: erased.names, rows: erased.rows,
                subjectHash: subject.hash, erasedBefore: before?.erasedAt)
        }
        books.forget()
        store.emptyLog()
        return summary
    }

    private func unknown(_ subject: ErasableSubject, _ transaction: Transaction) throws -> OperationError {
        let id = subject.id.rawValue
        let length = id.count
        let near = try transaction.subjects(subject.kind).filter {
            abs($0.count - length) <= max(1, length / 3)
        }
        return OperationError(
            .notFound,
            "there is no \(subject.kind.rawValue) '\(id)' in the store\(suggestion(for: id, among: near)); "
                + "ids are the source's own, upper and lower case included; nothing was erased")
    }

    /// Takes out text that has been kept for `days`; for every round.
    package func purgeErasable(
        keptLongerThan days: Int = PilotOperations.retentionDays
    ) async throws -> PurgeSummary {
        let purged = try await store.write { transaction in
            let now = try now(transaction)
            let purged = try transaction.purgeText(keptBefore: now.adding(seconds: -Double(days) * 86_400))
            if !purged.isEmpty {
                try transaction.journal(
                    .textPurged, of: "text kept for \(days) days", at: now, by: .daemon,
                    detail: ["names": String(purged.names), "rows": String(purged.rows)])
            }
            return purged
        }
        if !purged.isEmpty {
            books.forget()
            store.emptyLog()
        }
        return PurgeSummary(names: purged.names, rows: purged.rows)
    }
}
