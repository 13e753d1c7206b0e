import Foundation
import Model
import Testing

@testable import Storage

@Suite struct OutboxTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    @Test func aMessageIsQueuedOnceForEachEndpoint() async throws {
        let first = message("msg_1")
        let (isNew, isNewAgain) = try await store.write { transaction in
            (
                try transaction.enqueue(first, to: ["https://a.example", "https://b.example"]),
                try transaction.enqueue(first, to: ["https://a.example", "https://c.example"])
            )
        }
        #expect(isNew && !isNewAgain)
        let deliveries = try await store.read { try $0.deliveries() }
        #expect(deliveries.map(\.endpoint) == ["https://a.example", "https://b.example"])
        #expect(deliveries.allSatisfy { $0.message == first && $0.state == .pending && $0.attempts == 0 })
    }

    @Test func onlyWhatIsPendingAndDueIsOffered() async throws {
        try await store.write { transaction in
            for id in ["msg_1", "msg_2", "msg_3"] {
                try transaction.enqueue(message(id), to: ["https://a.example"])
            }
        }
        var deliveries = try await store.read { try $0.deliveries() }
        deliveries[0].state = .delivered
        deliveries[1].nextAttemptAt = noon.adding(seconds: 30)
        deliveries[1].attempts = 1
        deliveries[1].lastResult = "503"
        let changed = deliveries
        try await store.write { transaction in for delivery in changed { try transaction.update(delivery) } }
        let due = try await store.read { try $0.dueDeliveries(at: noon, limit: 10) }
        #expect(due.map(\.message.id) == ["msg_3"])
        let later = try await store.read { try $0.dueDeliveries(at: noon.adding(seconds: 30), limit: 10) }
        #expect(later.map(\.message.id) == ["msg_3", "msg_2"], "the longest waiting first")
        #expect(
            try await store.read { try $0.deliveries() }.map(\.message.id) == ["msg_1", "msg_2", "msg_3"])
    }

    @Test func theNextAttemptIsTheEarliestOfThosePending() async throws {
        #expect(try await store.read { try $0.nextDelivery() } == nil)
        _ = try await store.write { try $0.enqueue(message("msg_1"), to: ["https://a.example"]) }
        var delivery = try #require(try await store.read { try $0.deliveries() }.first)
        delivery.nextAttemptAt = noon.adding(seconds: 5)
        let waiting = delivery
        try await store.write { try $0.update(waiting) }
        #expect(try await store.read { try $0.nextDelivery() } == noon.adding(seconds: 5))
        delivery.state = .dead
        let dead = delivery
        try await store.write { try $0.update(dead) }
        #expect(try await store.read { try $0.nextDelivery() } == nil)
    }

    @Test func onlyAPracticeStoreHasAClock() async throws {
        try await store.write { try $0.setClock(noon) }
        #expect(try await store.read { try $0.clock() } == nil)
        let practice = try directory.makeStore("practice.db", isPractice: true)
        #expect(try await practice.read { try $0.clock() } == noon)
        try await practice.write { try $0.setClock(noon.adding(seconds: 1)) }
        #expect(try await practice.read { try $0.clock() } == noon.adding(seconds: 1))
    }
}

private func message(_ id: String) -> OutboxMessage {
    OutboxMessage(id: id, kind: .guardrailBreached, createdAt: noon, body: #"{"data":{}}"#)
}
