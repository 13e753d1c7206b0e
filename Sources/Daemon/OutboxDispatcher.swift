import Alerting
import Documents
import Foundation
import Logging
import Model
import Operations
import ServiceLifecycle
import Storage
import Transport

/// Sends what the outbox holds: at least once, same id and body on each try, waits between tries in the store.
struct OutboxDispatcher: Service {
    struct Endpoint: Sendable {
        var url: String
        var secrets: [StandardWebhook.SigningKey]
        var schedule: RetrySchedule
    }

    /// A name that is missing may be a slip of the pen: its messages wait, and are looked at again so often. Seconds.
    private static let missingEndpointPause = 3600.0

    let operations: PilotOperations
    let endpoints: [String: Endpoint]
    let sender: WebhookSender
    let changes: AsyncStream<Void>
    let telemetry: Telemetry
    let logger: Logger

    init(
        configuration: FairwayConfiguration, operations: PilotOperations, environment: [String: String],
        changes: AsyncStream<Void>, telemetry: Telemetry, logger: Logger
    ) throws {
        var policy = TransportPolicy()
        var endpoints: [String: Endpoint] = [:]
        for (name, webhook) in configuration.webhooks {
            guard let origin = HTTPOrigin(url: webhook.url) else {
                throw OperationError(
                    .invalid, "webhook '\(name)' has no usable 'url'; expected https://host/path")
            }
            if webhook.allowPlainHTTP { policy.allowsPlainHTTP.insert(origin.hostPort) }
            if webhook.allowPrivateAddress { policy.allowsPrivateAddresses.insert(origin.hostPort) }
            let secret = Secret(
                try webhook.secret.resolve(
                    for: "webhooks.\(name).secret", environment: environment))
            endpoints[name] = Endpoint(
                url: webhook.url, secrets: [try StandardWebhook.SigningKey(secret)],
                schedule: RetrySchedule(delays: [0] + webhook.schedule.map { $0 / .seconds(1) }))
        }
        self.operations = operations
        self.endpoints = endpoints
        self.changes = changes
        self.telemetry = telemetry
        self.logger = logger
        sender = WebhookSender(client: try HTTPClient(policy: policy))
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var iterator = changes.makeAsyncIterator()
            while !Task.isCancelled {
                do {
                    try await sendDue()
                    try await sleepUntilNext(&iterator)
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("the outbox could not be worked on", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    /// Tries every delivery that is due: each endpoint's one after the other, the endpoints side by side.
    private func sendDue() async throws {
        while !Task.isCancelled {
            let due = try await operations.dueDeliveries(at: Instant(Date()))
            if due.isEmpty { return }
            try await withThrowingDiscardingTaskGroup { group in
                for deliveries in Dictionary(grouping: due, by: \.endpoint).values {
                    group.addTask {
                        for delivery in deliveries { try await operations.update(await attempt(delivery)) }
                    }
                }
            }
        }
    }

    func attempt(_ delivery: Delivery) async -> Delivery {
        var delivery = delivery
        let now = Instant(Date())
        guard let endpoint = endpoints[delivery.endpoint] else {
            delivery.lastResult = "the configuration has no webhook '\(delivery.endpoint)'"
            delivery.nextAttemptAt = now.adding(seconds: Self.missingEndpointPause)
            logger.warning(
                "a message waits for a webhook that the configuration does not have",
                metadata: ["message": "\(delivery.message.id)", "endpoint": "\(delivery.endpoint)"])
            return delivery
        }
        delivery.attempts += 1
        let result = await sender.send(
            DeliveryAttempt(
                id: delivery.message.id, url: endpoint.url, body: Array(delivery.message.body.utf8),
                attempt: delivery.attempts),
            secrets: endpoint.secrets, at: now)
        switch result {
        case .delivered:
            delivery.state = .delivered
            delivery.lastResult = nil
        case .retry(let after, let reason):
            delivery.lastResult = reason
            if let delay = endpoint.schedule.delay(
                beforeAttempt: delivery.attempts + 1, requested: after, random: .random(in: 0..<1))
            {
                delivery.nextAttemptAt = now.adding(seconds: delay)
            } else {
                delivery.state = .dead
            }
        case .gone:
            delivery.state = .dead
            delivery.lastResult = "the receiver wants no more messages (status 410)"
        case .failed(let reason):
            delivery.state = .dead
            delivery.lastResult = reason
        }
        telemetry.didAttempt(
            endpoint: delivery.endpoint,
            result: delivery.state == .pending ? "retry" : delivery.state.rawValue)
        if delivery.state == .dead {
            logger.error(
                "a message was given up",
                metadata: [
                    "message": "\(delivery.message.id)", "endpoint": "\(delivery.endpoint)",
                    "reason": "\(delivery.lastResult ?? "")",
                ])
        }
        return delivery
    }

    /// Waits for the next due time or a change, whichever comes first.
    private func sleepUntilNext(_ iterator: inout AsyncStream<Void>.AsyncIterator) async throws {
        guard let next = try await operations.nextDelivery() else {
            _ = await iterator.next(isolation: nil)
            try Task.checkCancellation()
            return
        }
        let wait = Double(next.milliseconds - Instant(Date()).milliseconds) / 1000
        try await Task.sleep(for: .seconds(min(max(wait, 0.01), 5)))
    }
}
