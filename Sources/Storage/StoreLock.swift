import Foundation

/// The kernel lock that keeps a second writer off a store; it dies with the process that holds it.
package final class StoreLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``StoreError/locked(path:)`` when another process holds it.
    package init(storePath: String) throws {
        let path = storePath + ".lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.failed(
                path: storePath,
                detail: "the lock file '\(path)' cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError.locked(path: storePath)
        }
    }

    deinit { close(descriptor) }
}
