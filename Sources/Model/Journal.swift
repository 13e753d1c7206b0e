import Foundation

/// Who changed what: append-only, each entry sealed with the hash of the one before.
package struct JournalEntry: Sendable, Hashable, Codable {
    package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        case storeCreated, pilotStarted, partnersAssigned, holdoutDrawn, promisesGranted
        case lookRecorded, guardrailBreached, variantPaused, pilotConcluded
        case factsImported, storeRestored, clockAdvanced, massChangeAccepted
        case periodApproved, periodClosed
        case subjectErased, textPurged
    }

    package var number: Int64
    package var at: Instant
    package var actor: Actor
    package var action: Action
    /// What it was done to: a pilot's id, a file's name.
    package var subject: String
    /// Short facts for the auditor, by name.
    package var detail: [String: String]
    package var previousHash: String
    package var hash: String

    /// Seals a new entry onto the chain whose head has `previousHash` (empty for the first entry).
    package init(
        number: Int64, at: Instant, actor: Actor, action: Action, subject: String,
        detail: [String: String], previousHash: String
    ) throws {
        self.number = number
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
        self.previousHash = previousHash
        hash = ""
        hash = try ContentHash(ofCanonicalJSON: self).hex
    }

    /// Whether the entry's hash is the one its content has.
    package var isSealed: Bool {
        var unsealed = self
        unsealed.hash = ""
        return (try? ContentHash(ofCanonicalJSON: unsealed).hex) == hash
    }
}

/// Who did something: the operating system's user, a token's owner, or the daemon itself.
package struct Actor: Sendable, Hashable, Codable, CustomStringConvertible {
    package var name: String
    package init(_ name: String) { self.name = name }
    package static let daemon = Actor("daemon")
    package var description: String { name }

    package init(from decoder: any Decoder) throws {
        name = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
