import Testing
import Transport

@testable import Alerting

@Suite struct StandardWebhookTests {
    private let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let timestamp: Int64 = 1_614_265_330
    private let body = Array(#"{"test": 2432232314}"#.utf8)

    @Test func signsTheSpecificationsExample() throws {
        let key = try StandardWebhook.SigningKey(Secret(text))
        let signature = StandardWebhook.sign(id: id, timestamp: timestamp, body: body, secret: key)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func everyPartChangesTheSignature() throws {
        let key = try StandardWebhook.SigningKey(Secret(text))
        let other = try StandardWebhook.SigningKey(Secret("whsec_" + String(repeating: "QUFB", count: 8)))
        let signatures = Set([
            StandardWebhook.sign(id: id, timestamp: timestamp, body: body, secret: key),
            StandardWebhook.sign(id: id + "x", timestamp: timestamp, body: body, secret: key),
            StandardWebhook.sign(id: id, timestamp: timestamp + 1, body: body, secret: key),
            StandardWebhook.sign(id: id, timestamp: timestamp, body: body + [32], secret: key),
            StandardWebhook.sign(id: id, timestamp: timestamp, body: body, secret: other),
        ])
        #expect(signatures.count == 5)
    }

    @Test func signsWithTheOldAndTheNewKeyDuringRotation() throws {
        let old = try StandardWebhook.SigningKey(Secret(text))
        let new = try StandardWebhook.SigningKey(Secret("whsec_" + String(repeating: "QUFB", count: 8)))
        let headers = StandardWebhook.headers(id: id, timestamp: timestamp, body: body, secrets: [new, old])
        let value = headers.first { $0.name == "webhook-signature" }?.value ?? ""
        let parts = value.split(separator: " ")
        #expect(parts.count == 2 && parts[1] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func refusesKeysOfTheWrongForm() {
        let wrong: [(String, SigningKeyError)] = [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .missingPrefix), ("whsec_****", .notBase64),
            ("whsec_QUFB", .wrongLength(bytes: 3)),
            ("whsec_" + String(repeating: "QUFB", count: 22), .wrongLength(bytes: 66)),
        ]
        for (text, expected) in wrong {
            #expect(throws: expected) { try StandardWebhook.SigningKey(Secret(text)) }
            #expect(!expected.description.contains("MfKQ"))
        }
    }
}

@Suite struct RetryScheduleTests {
    @Test func followsTheListAndThenGivesUp() {
        let delays = (1...10).map { RetrySchedule.standard.delay(beforeAttempt: $0, random: 0.5) }
        #expect(delays == [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400])
        #expect(RetrySchedule.standard.delay(beforeAttempt: 11, random: 0.5) == nil)
        #expect(RetrySchedule.standard.delay(beforeAttempt: 0, random: 0.5) == nil)
    }

    @Test func jitterStaysWithinItsShare() throws {
        let schedule = RetrySchedule(delays: [100], jitter: 0.2)
        #expect(try #require(schedule.delay(beforeAttempt: 1, random: 0)) == 80)
        #expect(abs(try #require(schedule.delay(beforeAttempt: 1, random: 0.999_999)) - 120) < 0.01)
    }

    @Test func theReceiversWishIsAFloorWithinReason() {
        let schedule = RetrySchedule(delays: [100, 100], jitter: 0, longestRequestedWait: 1000)
        #expect(schedule.delay(beforeAttempt: 1, requested: 500, random: 0) == 500)
        #expect(schedule.delay(beforeAttempt: 1, requested: 5, random: 0) == 100)
        #expect(schedule.delay(beforeAttempt: 1, requested: 1e9, random: 0) == 1000)
        #expect(schedule.delay(beforeAttempt: 1, requested: -5, random: 0) == 100)
    }
}
