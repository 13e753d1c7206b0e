import GRDB

/// Why the store could not do something, in the terms of what to do about it.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    case missing(path: String)
    case notAStore(path: String, detail: String)
    case newer(path: String, migrations: [String])
    case alreadyExists(path: String)
    case locked(path: String)
    case diskFull(path: String)
    case failed(path: String, detail: String)
    case notPractice(path: String)

    package var description: String {
        switch self {
        case .missing(let path):
            "opening the store: there is no file '\(path)'; create one with 'fairway init', or restore a backup "
                + "with 'fairway restore'"
        case .notAStore(let path, let detail):
            "opening the store: '\(path)' is not a Fairway store (\(detail)); nothing was changed; restore a backup "
                + "with 'fairway restore'"
        case .newer(let path, let migrations):
            "opening the store: '\(path)' was written by a newer Fairway (it has "
                + migrations.map { "'\($0)'" }.joined(separator: ", ")
                + "); use that version, or restore an older backup"
        case .alreadyExists(let path):
            "creating the store: '\(path)' exists already; nothing was changed"
        case .locked(let path):
            "opening the store: another process holds '\(path)'; stop that daemon, or let the command reach it "
                + "through its socket"
        case .diskFull(let path):
            "writing to '\(path)': the disk is full; nothing was half-written; free some space and repeat the command"
        case .failed(let path, let detail):
            "using the store '\(path)': \(detail)"
        case .notPractice(let path):
            "'\(path)' is a store of real business: the simulated clock is for stores made by 'fairway init --sandbox'"
        }
    }

    /// The store's own error, or `error` translated into one.
    static func from(_ error: any Error, path: String) -> any Error {
        guard let database = error as? DatabaseError else { return error }
        switch database.resultCode.primaryResultCode {
        case .SQLITE_FULL: return StoreError.diskFull(path: path)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError.notAStore(path: path, detail: database.message ?? "damaged file")
        case .SQLITE_CANTOPEN:
            return StoreError.failed(
                path: path,
                detail:
                    "it cannot be opened; check who may read and write it, its folder and the '-wal' file beside it"
            )
        default:
            return StoreError.failed(
                path: path, detail: database.message ?? "SQLite code \(database.resultCode)")
        }
    }
}
