package import Foundation

/// What somebody answers for. Who has which is configured, never claimed.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case finance, growth, sales, legal, operations

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A quarter whose entries are posted.
package struct ClosedPeriod: Sendable, Hashable, Codable {
    package var period: CalendarPeriod
    package var closedAt: Instant
    /// The two who closed it.
    package var requestedBy: Actor
    package var closedBy: Actor
    /// The last fact that its entries rest on.
    package var sequence: Int64
    /// Of the entries.
    package var contentHash: ContentHash
    package var entries: Int
    /// As first written: closing again gives these bytes.
    package var paymentFile: Data
    package var controlTotals: Data

    package init(
        period: CalendarPeriod, closedAt: Instant, requestedBy: Actor, closedBy: Actor, sequence: Int64,
        contentHash: ContentHash, entries: Int, paymentFile: Data, controlTotals: Data
    ) {
        self.period = period
        self.closedAt = closedAt
        self.requestedBy = requestedBy
        self.closedBy = closedBy
        self.sequence = sequence
        self.contentHash = contentHash
        self.entries = entries
        self.paymentFile = paymentFile
        self.controlTotals = controlTotals
    }
}

/// One person's word that a quarter may be closed with these entries.
package struct PeriodApproval: Sendable, Hashable, Codable {
    package var period: CalendarPeriod
    package var actor: Actor
    /// Of the entries that were about to be posted; an approval of others is void.
    package var contentHash: ContentHash
    package var approvedAt: Instant

    package init(period: CalendarPeriod, actor: Actor, contentHash: ContentHash, approvedAt: Instant) {
        self.period = period
        self.actor = actor
        self.contentHash = contentHash
        self.approvedAt = approvedAt
    }
}
