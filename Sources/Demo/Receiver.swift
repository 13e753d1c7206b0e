import Foundation
import Model
import Operations
import Sandbox

/// The webhook receiver of a demo, running in this process.
struct Receiver {
    let address: String
    private let receiver: WebhookReceiver
    private let task: Task<Void, any Error>

    init(directory: DemoDirectory) async throws {
        guard let verifier = WebhookVerifier(secret: try directory.secret("webhook")) else {
            throw OperationError(.invalid, "the webhook's secret is unusable; expected 'whsec_' and base64")
        }
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let receiver = try WebhookReceiver(
            verifier: verifier, path: directory.deliveries, failFirst: 1, now: { Instant(Date()) },
            onRunning: { continuation.yield($0) })
        self.receiver = receiver
        task = Task {
            // A receiver that cannot start must not be waited for.
            defer { continuation.finish() }
            try await receiver.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            throw OperationError(.invalid, "the webhook receiver did not start")
        }
        address = "http://127.0.0.1:\(port)"
    }

    func counts() async -> DeliveryCounts { await receiver.counts }

    func stop() async {
        task.cancel()
        _ = try? await task.value
    }
}
