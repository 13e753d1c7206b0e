import Model
import Storage
import Synchronization

/// The latest book that was read: several pilots look at the same one in a row.
///
/// Ask it before a transaction writes to what it reads: a transaction that fails must leave nothing here.
final class BookMemory: Sendable {
    private struct Known {
        var book: Book
        /// Names are no facts: they come and go without a new sequence.
        var names: Int64
    }

    private let latest = Mutex<Known?>(nil)

    func book(through sequence: Int64, in transaction: Transaction) throws -> Book {
        let names = try transaction.nameRevision()
        if let known = latest.withLock({ $0 }), known.book.sequence == sequence, known.names == names {
            return known.book
        }
        let book = try transaction.book(through: sequence)
        latest.withLock { $0 = Known(book: book, names: names) }
        return book
    }

    /// Forgets the book, so that no name that was erased stays in memory.
    func forget() { latest.withLock { $0 = nil } }
}

extension PilotOperations {
    func book(through sequence: Int64, _ transaction: Transaction) throws -> Book {
        try books.book(through: sequence, in: transaction)
    }
}
