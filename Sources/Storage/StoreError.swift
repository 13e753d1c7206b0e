import Foundation
import GRDB

/// Why the store could not do something, in the terms of what to do about it.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    case missing(path: String)
    case noBackup(path: String)
    case notAStore(path: String, detail: String)
    case newer(path: String, migrations: [String])
    /// Readers change nothing, so that they cannot bring it up to date.
    case older(path: String)
    case alreadyExists(path: String)
    case locked(path: String)
    case diskFull(path: String)
    case failed(path: String, detail: String)
    case notPractice(path: String)
    case moved(path: String)

    package var description: String {
        switch self {
        case .missing(let path):
            "opening the store: there is no file '\(path)'; create one with 'fairway init', or restore a backup "
                + "with 'fairway restore'"
        case .noBackup(let path):
            "restoring a backup: there is no file '\(path)'; name one that 'fairway backup' wrote"
        case .notAStore(let path, let detail):
            "opening the store: '\(path)' is not a Fairway store (\(detail)); nothing was changed; restore a backup "
                + "with 'fairway restore'"
        case .newer(let path, let migrations):
            "opening the store: '\(path)' was written by a newer Fairway (it has "
                + migrations.map { "'\($0)'" }.joined(separator: ", ")
                + "); use that version, or restore an older backup"
        case .older(let path):
            "opening the store: '\(path)' was written by an older Fairway; 'fairway serve', or any command that changes "
                + "something, brings it up to date and keeps a copy beside it"
        case .alreadyExists(let path):
            "creating '\(path)': something is there already, and nothing was changed; stop what uses it and move it away, "
                + "or name another file"
        case .locked(let path):
            "opening the store: another process holds '\(path)'; stop that daemon, or let the command reach it "
                + "through its socket"
        case .diskFull(let path):
            "using the store '\(path)': the disk it is on is full; nothing was half-written; free some space and repeat"
        case .failed(let path, let detail):
            "using the store '\(path)': \(detail)"
        case .notPractice(let path):
            "'\(path)' is a store of real business: the simulated clock is for stores made by 'fairway init --sandbox'"
        case .moved(let path):
            "using the store '\(path)': the file was moved away or replaced while this process had it open; nothing "
                + "more was written to it; start the daemon again on the store that is to be used"
        }
    }

    /// The store's own error, or `error` translated into one.
    ///
    /// - Parameter freeBytes: What is left of the disk; tells a full one from one that fails, as SQLite's codes
    ///   do not where its log or its shared memory cannot grow.
    static func from(
        _ error: any Error, path: String, freeBytes: (String) -> Int64? = { freeBytes(onDiskOf: $0) }
    ) -> any Error {
        guard let database = error as? DatabaseError else { return error }
        let code = database.resultCode.primaryResultCode
        let mayBeFull = code == .SQLITE_IOERR || code == .SQLITE_CANTOPEN
        if mayBeFull, let free = freeBytes(path), free < leastFreeBytes {
            return StoreError.diskFull(path: path)
        }
        switch code {
        case .SQLITE_FULL: return StoreError.diskFull(path: path)
        case .SQLITE_IOERR:
            return StoreError.failed(
                path: path,
                detail:
                    "\(database.message ?? "reading or writing failed") (\(database.extendedResultCode)); "
                    + "check the disk and its mount, then repeat; if it stays so, restore a backup on another disk"
            )
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

extension StoreError {
    /// SQLite's log and shared memory grow by less than this at a time.
    private static let leastFreeBytes: Int64 = 128 * 1024

    /// What an ordinary user may still write to the disk of `path`; `nil` when the system does not say.
    static func freeBytes(onDiskOf path: String) -> Int64? {
        var status = statvfs()
        let folder = (path as NSString).deletingLastPathComponent
        guard statvfs(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }
}
