import Model
import TestServers
import Testing
import Transport

@testable import Alerting

@Suite struct WebhookSenderTests {
    private let now = Instant(milliseconds: 1_614_265_330_999)
    private let text = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    @Test func sendsTheSignedBytesUnchanged() async throws {
        let server = try ScriptedServer { _ in .answer(204) }
        defer { server.stop() }
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let result = try await send(to: server, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: body)
        #expect(result == .delivered)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.body == body)
        #expect(request.headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek")
        #expect(request.headers["webhook-timestamp"] == "1614265330")
        #expect(request.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(request.headers["content-type"] == "application/json")
    }

    @Test(arguments: [
        (200, DeliveryResult.delivered), (299, .delivered), (410, .gone),
        (429, .retry(after: 7, reason: "status 429")), (500, .retry(after: 7, reason: "status 500")),
        (404, .retry(after: 7, reason: "status 404")),
    ])
    func readsTheStatus(_ status: Int, _ expected: DeliveryResult) async throws {
        let server = try ScriptedServer { _ in .answer(status, headers: [("Retry-After", "7")]) }
        defer { server.stop() }
        #expect(try await send(to: server) == expected)
    }

    @Test func aRedirectIsAFailureAndIsNotFollowed() async throws {
        let canary = try ScriptedServer { _ in .answer(200) }
        let server = try ScriptedServer { [origin = canary.origin] _ in
            .answer(307, headers: [("Location", origin)])
        }
        defer {
            server.stop()
            canary.stop()
        }
        guard case .failed = try await send(to: server) else {
            Issue.record("a redirect was not a failure")
            return
        }
        #expect(canary.requests.isEmpty)
    }

    @Test func aHugeAnswerIsNotRead() async throws {
        let server = try ScriptedServer { _ in .answer(200, String(repeating: "x", count: 10 << 20)) }
        defer { server.stop() }
        #expect(try await send(to: server) == .delivered)
    }

    @Test func aSilentOrBrokenReceiverIsTriedAgain() async throws {
        for steps: [ScriptedServer.Step] in [[.hang], [.reset], []] {
            let server = try ScriptedServer { _ in steps }
            defer { server.stop() }
            guard case .retry(nil, _) = try await send(to: server, timeout: .milliseconds(200)) else {
                Issue.record("\(steps) was not to be tried again")
                continue
            }
        }
    }

    @Test(arguments: ["http://127.0.0.1:9/", "https://10.0.0.1/", "https://user:pw@h.example/", "ftp://h/"])
    func anAddressThatIsNotAllowedFailsForGood(_ url: String) async throws {
        let client = try HTTPClient(policy: TransportPolicy())
        let result = await WebhookSender(client: client).send(
            DeliveryAttempt(id: "m", url: url, body: [], attempt: 1),
            secrets: [try StandardWebhook.SigningKey(text)], at: now)
        guard case .failed = result else {
            Issue.record("\(url): \(result)")
            return
        }
    }

    @Test func refusesToSendUnsignedOrAmbiguousMessages() async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        defer { server.stop() }
        guard case .failed = try await send(to: server, id: "a.b") else {
            Issue.record("an id with a dot was sent")
            return
        }
        let client = try client(for: server)
        let result = await WebhookSender(client: client).send(
            DeliveryAttempt(id: "m", url: server.origin, body: [], attempt: 1), secrets: [], at: now)
        #expect(result == .failed(reason: "the receiver has no signing key"))
        #expect(server.requests.isEmpty)
    }

    private func client(for server: ScriptedServer) throws -> HTTPClient {
        let allowed: Set = [HostPort(host: "127.0.0.1", port: server.port)]
        return try HTTPClient(
            policy: TransportPolicy(allowsPlainHTTP: allowed, allowsPrivateAddresses: allowed))
    }

    private func send(
        to server: ScriptedServer, id: String = "msg_1", body: [UInt8] = [123, 125],
        timeout: Duration = .seconds(15)
    ) async throws -> DeliveryResult {
        await WebhookSender(client: try client(for: server), timeout: timeout).send(
            DeliveryAttempt(id: id, url: server.origin + "/hook", body: body, attempt: 1),
            secrets: [try StandardWebhook.SigningKey(text)], at: now)
    }
}
