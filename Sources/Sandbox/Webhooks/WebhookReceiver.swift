import Foundation
import HTTPTypes
import Hummingbird
package import Model

/// A place for alerts to go to in practice: it verifies signatures with code of its own and keeps every
/// delivery, so that what was sent can be held against what was promised.
package struct WebhookReceiver: Sendable {
    private let log: DeliveryLog
    private let verifier: WebhookVerifier
    private let host: String
    private let port: Int
    private let now: @Sendable () -> Instant
    private let onRunning: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - path: the file of deliveries; new ones are appended.
    ///   - failFirst: how many verified deliveries are answered 500 before the first is accepted.
    ///   - now: the machine's time; timestamps of webhooks are never business time.
    ///   - onRunning: called with the bound port once connections are accepted.
    package init(
        verifier: WebhookVerifier, path: String, failFirst: Int = 0, host: String = "127.0.0.1",
        port: Int = 0, now: @escaping @Sendable () -> Instant,
        onRunning: @escaping @Sendable (Int) async -> Void
    ) throws {
        log = try DeliveryLog(path: path, failFirst: failFirst)
        self.verifier = verifier
        self.host = host
        self.port = port
        self.now = now
        self.onRunning = onRunning
    }

    package var counts: DeliveryCounts { get async { await log.counts } }

    /// Receives on every path until the task is cancelled or the surrounding service group shuts down.
    package func run() async throws {
        let router = Router()
        router.post("**") { request, _ in try await receive(request) }
        router.post("/") { request, _ in try await receive(request) }
        try await PracticeServer(
            host: host, port: port, responder: router.buildResponder(), now: { now() }, onRunning: onRunning
        ).run()
    }

    private func receive(_ request: Request) async throws -> Response {
        let body = Data(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        func header(_ name: String) -> String? {
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        let id = header("webhook-id")
        let timestamp = header("webhook-timestamp")
        let isVerified = verifier.verifies(
            id: id, timestamp: timestamp, signatures: header("webhook-signature"), body: body,
            now: now().milliseconds.dividedDown(by: 1000))
        let status = try await log.record(
            id: id ?? "", timestamp: timestamp ?? "", verified: isVerified, body: body)
        return Response(status: .init(code: status))
    }
}
