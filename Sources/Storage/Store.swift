import Foundation
import GRDB
package import Model

/// Fairway's memory: one SQLite file with one writing connection.
///
/// Everything that belongs together is written in one ``write(_:)``; a power cut leaves all of it or
/// nothing (WAL with `synchronous=FULL`).
package final class Store: Sendable {
    /// What the store is, fixed when it was made.
    package struct Identity: Sendable, Hashable {
        package var id: String
        /// Made by `init --sandbox`: accepts a simulated business clock, and says so in everything it reports.
        package var isPractice: Bool
    }

    package enum Access: Sendable {
        case readOnly
        /// Holds the lock on the store for as long as it is open.
        case readWrite
    }

    package let path: String
    package let identity: Identity
    private let database: any DatabaseWriter
    private let lock: StoreLock?
    /// The file that was opened, however its path is used later.
    private let file: FileIdentity?

    private init(path: String, database: any DatabaseWriter, lock: StoreLock?) throws {
        self.path = path
        self.database = database
        self.lock = lock
        file = FileIdentity(path: path)
        guard let row = try database.read({ try Row.fetchOne($0, sql: "SELECT id, is_practice FROM store") })
        else {
            throw StoreError.notAStore(path: path, detail: "it has no identity")
        }
        identity = Identity(id: row["id"], isPractice: row["is_practice"])
    }

    /// Makes a new store; never touches an existing file.
    package static func create(at path: String, isPractice: Bool, at instant: Instant, by actor: Actor) throws
        -> Store
    {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError.alreadyExists(path: path)
        }
        try makeFolder(of: path)
        let lock = try StoreLock(storePath: path)
        // Somebody else may have made it while this process waited for the lock.
        try refuseRemains(at: path)
        do {
            return try translatingErrors(path) {
                try make(at: path, isPractice: isPractice, at: instant, by: actor, lock: lock)
            }
        } catch {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            throw error
        }
    }

    private static func make(
        at path: String, isPractice: Bool, at instant: Instant, by actor: Actor, lock: StoreLock
    ) throws -> Store {
        try makeFile(at: path)
        let database = try DatabasePool(path: path, configuration: configuration(.readWrite))
        try Migrations.migrator.migrate(database)
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO store (id, is_practice, clock) VALUES (?, ?, ?)",
                arguments: [
                    UUID().uuidString.lowercased(), isPractice, isPractice ? instant.milliseconds : nil,
                ])
            try Transaction(db).journal(
                .storeCreated, of: path.split(separator: "/").last.map(String.init) ?? path, at: instant,
                by: actor, detail: ["practice": isPractice ? "yes" : "no"])
        }
        return try Store(path: path, database: database, lock: lock)
    }

    /// Opens an existing store. With `.readWrite` an older schema is brought up to date after a backup beside it.
    package static func open(at path: String, _ access: Access) throws -> Store {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes else { throw StoreError.missing(path: path) }
        guard (attributes[.size] as? Int ?? 0) > 0 else {
            throw StoreError.notAStore(path: path, detail: "it is empty")
        }
        let lock = access == .readWrite ? try StoreLock(storePath: path) : nil
        return try translatingErrors(path) {
            switch access {
            case .readOnly:
                let database = try DatabaseQueue(path: path, configuration: configuration(.readOnly))
                try refuseForeignSchema(database, path: path)
                guard try database.read({ try Migrations.migrator.hasCompletedMigrations($0) }) else {
                    throw StoreError.older(path: path)
                }
                return try Store(path: path, database: database, lock: nil)
            case .readWrite:
                // A pool switches the file to WAL when it opens it: somebody else's file must not get that far.
                let inspection = try DatabaseQueue(path: path, configuration: configuration(.readOnly))
                try refuseForeignSchema(inspection, path: path)
                try inspection.close()
                let database = try DatabasePool(path: path, configuration: configuration(.readWrite))
                if try database.read({ try !Migrations.migrator.hasCompletedMigrations($0) }) {
                    try Backup.copy(database, to: path + ".before-migration.\(UUID().uuidString.prefix(8))")
                    try Migrations.migrator.migrate(database)
                    emptyLog(of: database)
                }
                return try Store(path: path, database: database, lock: lock)
            }
        }
    }

    static func makeFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        guard !folder.isEmpty else { return }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError.failed(
                path: path, detail: "its folder '\(folder)' cannot be made; check who may write there")
        }
    }

    /// An empty file that only its owner may read: a store holds names, money and the lots' seeds. SQLite gives
    /// its log and its shared memory the same rights.
    static func makeFile(at path: String) throws {
        let descriptor = Foundation.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.failed(
                path: path, detail: "it cannot be created: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
    }

    private static func refuseForeignSchema(_ database: any DatabaseReader, path: String) throws {
        let applied = try database.read { db -> Set<String> in
            guard try db.tableExists("grdb_migrations") else { return [] }
            return try Migrations.migrator.appliedIdentifiers(db)
        }
        guard !applied.isEmpty else {
            throw StoreError.notAStore(path: path, detail: "it has no Fairway tables")
        }
        let unknown = applied.subtracting(Migrations.migrator.migrations)
        guard unknown.isEmpty else { throw StoreError.newer(path: path, migrations: unknown.sorted()) }
    }

    private static func configuration(_ access: Access) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = access == .readOnly
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 4
        if access == .readWrite {
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // Pages: 32 MB instead of 4, so that a first load moves what it wrote into the file less often.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
            }
        }
        return configuration
    }

    /// Refuses to go on with a file that is no longer at its path: what is written there would be lost.
    package func refuseIfMoved() throws(StoreError) {
        guard FileIdentity(path: path) == file else { throw .moved(path: path) }
    }

    /// Runs `body` in one transaction: all of it is stored, or nothing.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try refuseIfMoved()
        do {
            return try await database.write { db in try body(Transaction(db)) }
        } catch {
            throw StoreError.from(error, path: path)
        }
    }

    /// Runs `body` on a view of the store that does not change meanwhile.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await database.read { db in try body(Transaction(db)) }
        } catch {
            throw StoreError.from(error, path: path)
        }
    }

    /// Moves everything from the log into the file and empties the log, in which text that was erased may still stand;
    /// left to the next checkpoint while somebody reads an earlier state.
    package func emptyLog() { Store.emptyLog(of: database) }

    private static func emptyLog(of database: any DatabaseWriter) {
        _ = try? database.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    }

    /// Copies the store into a new file while it is in use, and proves the copy by counts and journal head.
    package func backUp(to destination: String) throws -> StoreSummary {
        guard !FileManager.default.fileExists(atPath: destination) else {
            throw StoreError.alreadyExists(path: destination)
        }
        return try Store.translatingErrors(destination) { try Backup.copy(database, to: destination) }
    }

    static func translatingErrors<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw StoreError.from(error, path: path) }
    }
}

/// One transaction's view of the store; valid only inside the closure that receives it.
package struct Transaction {
    let db: Database
    init(_ db: Database) { self.db = db }
}
