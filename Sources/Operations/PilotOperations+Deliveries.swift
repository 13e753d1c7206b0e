package import Model
package import Storage

extension PilotOperations {
    /// Messages that may be sent at `instant` (transport time).
    package func dueDeliveries(at instant: Instant, limit: Int = 32) async throws -> [Delivery] {
        try await store.read { try $0.dueDeliveries(at: instant, limit: limit) }
    }

    /// When the next pending delivery is due (transport time).
    package func nextDelivery() async throws -> Instant? { try await store.read { try $0.nextDelivery() } }

    /// Every delivery, in the order its message was written.
    package func deliveries() async throws -> [Delivery] { try await store.read { try $0.deliveries() } }

    /// Notes what an attempt came to.
    package func update(_ delivery: Delivery) async throws {
        try await store.write { try $0.update(delivery) }
    }
}
