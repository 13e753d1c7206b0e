import Foundation
import GRDB
import GRDBSQLite
import Model

/// A prepared statement whose parameters are bound one by one, without a value's box around each.
///
/// Bindings stay from one run to the next, so that what is the same for many rows is bound once. Valid inside the
/// transaction that made it.
struct BoundStatement {
    private let statement: Statement
    private let connection: SQLiteConnection
    private let lent: LentTexts
    private var handle: SQLiteStatement { statement.sqliteStatement }

    init(_ db: Database, sql: String) throws {
        guard let connection = db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the connection is closed")
        }
        statement = try db.cachedStatement(sql: sql)
        self.connection = connection
        lent = LentTexts(statement)
        sqlite3_reset(statement.sqliteStatement)
        sqlite3_clear_bindings(statement.sqliteStatement)
    }

    // Places are counted from 1.

    func bind(_ text: String, at place: Int32) {
        let isBound: Void? = text.utf8.withContiguousStorageIfAvailable { bind($0, at: place) }
        if isBound == nil { bind(Array(text.utf8), at: place) }
    }

    func bind(_ text: String?, at place: Int32) {
        if let text { bind(text, at: place) } else { sqlite3_bind_null(handle, place) }
    }

    /// Binds a text for the next run only, without asking for memory: it has to be bound anew for each run.
    func lend(_ text: String, at place: Int32) {
        let isLent: Void? = text.utf8.withContiguousStorageIfAvailable { lend($0, at: place) }
        if isLent == nil { bind(text, at: place) }
    }

    func lend(_ text: String?, at place: Int32) {
        if let text { lend(text, at: place) } else { sqlite3_bind_null(handle, place) }
    }

    /// - Parameter text: UTF-8.
    func lend(_ text: [UInt8], at place: Int32) {
        text.withUnsafeBufferPointer { lend($0, at: place) }
    }

    private func lend(_ text: UnsafeBufferPointer<UInt8>, at place: Int32) {
        guard let copy = lent.copy(text) else { return bind(text, at: place) }
        sqlite3_bind_text(handle, place, copy, Int32(text.count), nil)
    }

    /// - Parameter text: UTF-8.
    func bind(_ text: [UInt8], at place: Int32) {
        text.withUnsafeBufferPointer { bind($0, at: place) }
    }

    private func bind(_ text: UnsafeBufferPointer<UInt8>, at place: Int32) {
        // An empty buffer may have no address, which SQLite would take for NULL.
        guard let base = text.baseAddress, !text.isEmpty else {
            sqlite3_bind_text(handle, place, "", 0, transient)
            return
        }
        base.withMemoryRebound(to: CChar.self, capacity: text.count) { bytes in
            _ = sqlite3_bind_text(handle, place, bytes, Int32(text.count), transient)
        }
    }

    func bind(_ number: Int64, at place: Int32) { sqlite3_bind_int64(handle, place, number) }

    func bind(_ number: Int64?, at place: Int32) {
        if let number { bind(number, at: place) } else { sqlite3_bind_null(handle, place) }
    }

    func bind(_ number: Double?, at place: Int32) {
        if let number { sqlite3_bind_double(handle, place, number) } else { sqlite3_bind_null(handle, place) }
    }

    func bind(_ day: Day?, at place: Int32) { bind(day.map { Int64($0.number) }, at: place) }

    /// Runs a statement that gives no rows.
    func run() throws {
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        lent.giveBack()
        if code != SQLITE_DONE { throw failure(code) }
    }

    /// Runs a query for its first row; `read` gets the row's values while they last.
    func first<Result>(_ read: (Values) throws -> Result) throws -> Result? {
        let code = sqlite3_step(handle)
        defer {
            sqlite3_reset(handle)
            lent.giveBack()
        }
        switch code {
        case SQLITE_ROW: return try read(Values(handle: handle))
        case SQLITE_DONE: return nil
        default: throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)),
            sql: statement.sql)
    }

    /// A row's values; columns are counted from 0.
    struct Values {
        fileprivate let handle: SQLiteStatement

        /// Whether a text has exactly these UTF-8 bytes.
        func text(_ column: Int32, equals bytes: [UInt8]) -> Bool {
            let count = Int(sqlite3_column_bytes(handle, column))
            guard count == bytes.count, let text = sqlite3_column_text(handle, column) else { return false }
            return UnsafeBufferPointer(start: text, count: count).elementsEqual(bytes)
        }

        func text(_ column: Int32) -> String? {
            sqlite3_column_text(handle, column).map { String(cString: $0) }
        }

        func number(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    }
}

/// The texts of one run, where they stay until it is over. What does not fit is not lent.
private final class LentTexts {
    private static let capacity = 8192
    private let statement: Statement
    private let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    private var used = 0

    init(_ statement: Statement) { self.statement = statement }

    deinit {
        // The statement outlives what was lent to it.
        sqlite3_clear_bindings(statement.sqliteStatement)
        bytes.deallocate()
    }

    func copy(_ text: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar>? {
        guard text.count <= Self.capacity - used else { return nil }
        let copy = bytes + used
        if let base = text.baseAddress { memcpy(copy, base, text.count) }
        used += text.count
        return UnsafePointer(copy)
    }

    func giveBack() { used = 0 }
}

/// Tells SQLite to copy what is bound.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
