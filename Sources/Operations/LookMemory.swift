import Model
import Storage
import Synchronization

/// Recorded looks, decoded once: they never change, so what was read stays true.
///
/// Ask it before a transaction writes to what it reads: a transaction that fails must leave nothing here.
final class LookMemory: Sendable {
    private let known = Mutex<[Pilot.ID: [Look]]>([:])

    /// A pilot's recorded looks, oldest first.
    func looks(of pilot: Pilot.ID, in transaction: Transaction) throws -> [Look] {
        let cached = known.withLock { $0[pilot] ?? [] }
        let fresh = try transaction.looks(of: pilot, after: cached.last?.index ?? 0)
        guard !fresh.isEmpty else { return cached }
        let looks = cached + fresh
        known.withLock { $0[pilot] = looks }
        return looks
    }
}
