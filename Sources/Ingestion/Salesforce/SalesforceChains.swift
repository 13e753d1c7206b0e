internal import Synchronization

/// The queries this process began: only their locators are followed.
///
/// What another process began may have been found wanting, and that is not known here; it is asked anew from the
/// last row that was kept.
final class SalesforceChains: Sendable {
    private let locators = Mutex<[String: Set<String>]>([:])

    /// Forgets the chain before.
    func begin(_ chain: String) { locators.withLock { $0[chain] = [] } }

    func adopt(_ locator: String, in chain: String) {
        locators.withLock { _ = $0[chain, default: []].insert(locator) }
    }

    func isOwn(_ locator: String, of chain: String) -> Bool {
        locators.withLock { $0[chain]?.contains(locator) ?? false }
    }
}
