import Model
import Storage
import Synchronization

/// The latest book that was read: several pilots look at the same one in a row.
///
/// Ask it before a transaction writes to what it reads: a transaction that fails must leave nothing here.
final class BookMemory: Sendable {
    private let latest = Mutex<Book?>(nil)

    func book(through sequence: Int64, in transaction: Transaction) throws -> Book {
        if let book = latest.withLock({ $0 }), book.sequence == sequence { return book }
        let book = try transaction.book(through: sequence)
        latest.withLock { $0 = book }
        return book
    }
}

extension PilotOperations {
    func book(through sequence: Int64, _ transaction: Transaction) throws -> Book {
        try books.book(through: sequence, in: transaction)
    }
}
