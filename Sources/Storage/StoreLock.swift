import Foundation

/// The kernel lock that keeps a second writer off a store; it dies with the process that holds it.
package final class StoreLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``StoreError/locked(path:)`` when another process holds it.
    package init(storePath: String) throws {
        // However its path is spelled, a store has one lock.
        let path = URL(fileURLWithPath: storePath).resolvingSymlinksInPath().path + ".lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.failed(
                path: storePath,
                detail: "the lock file '\(path)' cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard StoreLock.take(descriptor) else {
            close(descriptor)
            throw StoreError.locked(path: storePath)
        }
    }

    /// Asks a few times within a tenth of a second: a process that is just being started by another one shares
    /// its parent's locks until it becomes itself.
    private static func take(_ descriptor: Int32) -> Bool {
        for attempt in 0..<6 {
            if attempt > 0 { usleep(20_000) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        }
        return false
    }

    deinit { close(descriptor) }
}
