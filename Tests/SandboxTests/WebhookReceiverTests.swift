import Foundation
import Model
import Testing

@testable import Sandbox

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct WebhookReceiverTests {
    /// The example of the Standard Webhooks specification's reference libraries.
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let body = Data("{\"test\": 2432232314}".utf8)
    private let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    private let sentAt: Int64 = 1_614_265_330

    private func verifies(
        timestamp: String? = nil, signatures: String? = nil, body: Data? = nil, now: Int64? = nil
    ) throws -> Bool {
        try #require(WebhookVerifier(secret: secret)).verifies(
            id: id, timestamp: timestamp ?? String(sentAt), signatures: signatures ?? signature,
            body: body ?? self.body, now: now ?? sentAt)
    }

    @Test func acceptsTheReferenceSignatureAmongSeveral() throws {
        #expect(try verifies())
        #expect(try verifies(signatures: "v1,AAAA v1a,xyz \(signature)"))
        #expect(try verifies(now: sentAt + 300))
    }

    @Test func refusesWhatWasChangedOrIsOld() throws {
        #expect(try !verifies(body: Data("{\"test\": 2432232315}".utf8)))
        #expect(try !verifies(signatures: "v1,AAAA"))
        #expect(try !verifies(signatures: ""))
        #expect(try !verifies(signatures: signature.replacingOccurrences(of: "v1", with: "v2")))
        #expect(try !verifies(timestamp: String(sentAt + 1)))
        #expect(try !verifies(now: sentAt + 301))
        #expect(try !verifies(now: sentAt - 301))
        #expect(try !verifies(timestamp: "\(Int64.min)"))
        #expect(try !verifies(timestamp: "soon"))
        #expect(WebhookVerifier(secret: "whsec_***") == nil)
    }

    @Test func keepsEveryDeliveryAndFailsWhenTold() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("deliveries-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let now = Instant(milliseconds: sentAt * 1000)
        let receiver = try WebhookReceiver(
            verifier: try #require(WebhookVerifier(secret: secret)), path: path, failFirst: 1, now: { now },
            onRunning: { continuation.yield($0) })
        let serving = Task { try await receiver.run() }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        func send(signature: String) async throws -> Int {
            var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/alerts")))
            request.httpMethod = "POST"
            request.httpBody = body
            request.setValue(id, forHTTPHeaderField: "webhook-id")
            request.setValue(String(sentAt), forHTTPHeaderField: "webhook-timestamp")
            request.setValue(signature, forHTTPHeaderField: "webhook-signature")
            let (_, response) = try await URLSession.shared.data(for: request)
            return try #require(response as? HTTPURLResponse).statusCode
        }
        #expect(try await send(signature: signature) == 500)
        #expect(try await send(signature: signature) == 204)
        #expect(try await send(signature: signature) == 204)
        #expect(try await send(signature: "v1,AAAA") == 401)
        #expect(
            await receiver.counts
                == DeliveryCounts(verified: 3, refused: 1, failedOnPurpose: 1, uniqueIDs: 1))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let deliveries = try lines.map {
            try JSONDecoder().decode(ReceivedDelivery.self, from: Data($0.utf8))
        }
        #expect(deliveries.map(\.attempt) == [1, 2, 3, 4])
        #expect(deliveries.map(\.verified) == [true, true, true, false])
        #expect(deliveries.allSatisfy { Data($0.body.utf8) == body })

        let later = try WebhookReceiver(
            verifier: try #require(WebhookVerifier(secret: secret)), path: path, now: { now },
            onRunning: { _ in })
        #expect(await later.counts == DeliveryCounts(verified: 3, refused: 1, uniqueIDs: 1), "it goes on")
    }
}
