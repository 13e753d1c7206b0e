/// Something everybody must be told, written in the transaction that caused it and sent afterwards.
package struct OutboxMessage: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case guardrailBreached = "guardrail.breached"
        case recommendationIssued = "recommendation.issued"
        case pilotStarted = "pilot.started"
        case syncFailed = "sync.failed"
    }

    /// Same on every try; the receiver's key against doubles.
    package var id: String
    package var kind: Kind
    package var createdAt: Instant
    /// The exact bytes that are signed and sent, on every try.
    package var body: String

    package init(id: String, kind: Kind, createdAt: Instant, body: String) {
        self.id = id
        self.kind = kind
        self.createdAt = createdAt
        self.body = body
    }
}
