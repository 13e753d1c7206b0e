package import Model
package import Transport

/// A message on its way to one receiver.
package struct DeliveryAttempt: Sendable, Hashable {
    /// The same on every attempt; the receiver's key against doubles. Without '.'.
    package var id: String
    package var url: String
    /// Sent and signed as they are, on every attempt.
    package var body: [UInt8]
    /// From 1.
    package var attempt: Int

    package init(id: String, url: String, body: [UInt8], attempt: Int) {
        self.id = id
        self.url = url
        self.body = body
        self.attempt = attempt
    }
}

/// What became of one attempt, in terms of what to do next.
package enum DeliveryResult: Sendable, Hashable {
    case delivered
    /// Try again by the schedule, no earlier than `after` seconds from now.
    case retry(after: Double?, reason: String)
    /// The receiver wants no more messages (410): disable it and tell somebody.
    case gone
    /// Trying again cannot help until the receiver's address is corrected.
    case failed(reason: String)
}

/// Posts signed messages. Any 2xx is delivery; redirects are not followed; what the receiver says beyond
/// its status and Retry-After is not read.
package struct WebhookSender: Sendable {
    private let client: HTTPClient
    private let timeout: Duration
    private static let answerLimit = 64 << 10

    package init(client: HTTPClient, timeout: Duration = .seconds(15)) {
        self.client = client
        self.timeout = timeout
    }

    /// One attempt, signed with every one of `secrets` at `now`, a moment of the real clock.
    package func send(
        _ delivery: DeliveryAttempt, secrets: [StandardWebhook.SigningKey], at now: Instant
    ) async -> DeliveryResult {
        guard !secrets.isEmpty else { return .failed(reason: "the receiver has no signing key") }
        guard !delivery.id.isEmpty, !delivery.id.utf8.contains(46) else {
            return .failed(reason: "the message id '\(delivery.id)' must not be empty or contain '.'")
        }
        var request = HTTPRequest(
            .post, delivery.url,
            headers: [("Content-Type", "application/json")]
                + StandardWebhook.headers(
                    id: delivery.id, timestamp: now.milliseconds / 1000, body: delivery.body,
                    secrets: secrets),
            body: delivery.body)
        request.totalTimeout = timeout
        request.bodyLimit = .keepFirst(WebhookSender.answerLimit)
        do throws(TransportError) {
            return WebhookSender.result(try await client.send(request))
        } catch {
            return WebhookSender.result(error)
        }
    }

    private static func result(_ response: HTTPResponse) -> DeliveryResult {
        switch response.status {
        case 200..<300: .delivered
        case 410: .gone
        case 300..<400:
            .failed(reason: "status \(response.status): redirects are not followed; use the final address")
        default: .retry(after: response.retryAfter, reason: "status \(response.status)")
        }
    }

    private static func result(_ error: TransportError) -> DeliveryResult {
        switch error.kind {
        // A truncated or garbled answer may follow a message that was taken: the id tells the receiver.
        case .unreachable, .timedOut, .tls, .truncated, .badEncoding, .bodyTooLarge, .cancelled:
            .retry(after: nil, reason: error.description)
        case .refusedAddress, .refusedHost, .protocolRefused, .misconfigured:
            .failed(reason: error.description)
        }
    }
}
