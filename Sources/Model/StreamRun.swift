/// How the last run of a stream went; a run may be spread over several tries.
package struct StreamRun: Sendable, Hashable, Codable {
    package var startedAt: Instant
    /// `nil` while it is not complete.
    package var endedAt: Instant?
    package var rows = 0
    package var pages = 0
    package var newFacts = 0
    /// New facts about records that had said something else before.
    package var restated = 0
    package var repeated = 0
    package var quarantined = 0
    /// Rows of records that the same walk had delivered before.
    package var duplicates = 0
    package var deleted = 0
    /// Requests sent again, by why: "throttled", "serverFault".
    package var retries: [String: Int] = [:]
    package var throttledSeconds = 0.0

    package init(startedAt: Instant) { self.startedAt = startedAt }
}

/// One page's part of a run, as far as the reader knows; what storing it did is added when it is stored.
package struct RunPart: Sendable, Hashable {
    package var startedAt: Instant
    package var rows: Int
    package var duplicates: Int
    /// Set on the last page.
    package var isLast: Bool
    package var usage: SourceUsage
    package var serverTime: Instant?
    /// Set by the page that ends a walk over everything.
    package var reconciledAt: Instant?
    /// Set by the page that gives up on a run whose changes are too many.
    package var hold: String?
    /// Whether part of the book is already read anew and the rest is not: everything is being read again.
    package var isReadAgain = false

    package init(
        startedAt: Instant, rows: Int, duplicates: Int, isLast: Bool, usage: SourceUsage = SourceUsage(),
        serverTime: Instant? = nil, reconciledAt: Instant? = nil, hold: String? = nil
    ) {
        self.startedAt = startedAt
        self.rows = rows
        self.duplicates = duplicates
        self.isLast = isLast
        self.usage = usage
        self.serverTime = serverTime
        self.reconciledAt = reconciledAt
        self.hold = hold
    }
}

/// What asking a source has cost so far, or in some part of a run.
package struct SourceUsage: Sendable, Hashable, Codable {
    package var requests = 0
    package var retries: [String: Int] = [:]
    package var throttledSeconds = 0.0
    package var quota: Quota?
    package var throttledUntil: Instant?

    package init() {}

    package init(
        requests: Int, retries: [String: Int], throttledSeconds: Double, quota: Quota?,
        throttledUntil: Instant?
    ) {
        self.requests = requests
        self.retries = retries
        self.throttledSeconds = throttledSeconds
        self.quota = quota
        self.throttledUntil = throttledUntil
    }

    /// What was added since `earlier`.
    package func since(_ earlier: SourceUsage) -> SourceUsage {
        SourceUsage(
            requests: requests - earlier.requests,
            retries: retries.reduce(into: [:]) { rest, entry in
                let more = entry.value - (earlier.retries[entry.key] ?? 0)
                if more > 0 { rest[entry.key] = more }
            },
            throttledSeconds: throttledSeconds - earlier.throttledSeconds, quota: quota,
            throttledUntil: throttledUntil)
    }
}

/// Requests used and allowed in a source's own accounting period.
package struct Quota: Sendable, Hashable, Codable {
    package var used: Int
    package var limit: Int

    package init(used: Int, limit: Int) {
        self.used = used
        self.limit = limit
    }
}

/// What holding the book against everything the source lists came to.
package struct Reconciliation: Sendable, Hashable, Codable {
    package var at: Instant
    /// Records the book had and the source lacks.
    package var missingAtSource: Int
    /// Records the source has and the book lacked.
    package var missingInBook: Int
    /// Whether later changes have confirmed it.
    package var isSettled: Bool

    package init(at: Instant, missingAtSource: Int, missingInBook: Int, isSettled: Bool) {
        self.at = at
        self.missingAtSource = missingAtSource
        self.missingInBook = missingInBook
        self.isSettled = isSettled
    }
}

/// Something about a stream that its operator may want to know.
package struct StreamEvent: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case clockMovedBack, clockSkew
        case newField, typeChanged
        case fullReading, missingInBook
        case walkRepeated, walkRestarted, tokenForgotten, sliceHalved, pageRepeated
        case held, stopped
    }

    package var kind: Kind
    package var detail: String

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// Whether somebody should look.
    package var isWarning: Bool {
        switch kind {
        case .clockMovedBack, .clockSkew, .typeChanged, .missingInBook, .held, .stopped: true
        case .newField, .fullReading, .walkRepeated, .walkRestarted, .tokenForgotten, .sliceHalved,
            .pageRepeated:
            false
        }
    }
}

/// A stream's event with where and when.
package struct RecordedEvent: Sendable, Hashable, Codable {
    package var source: Source.Name
    package var stream: String
    package var at: Instant
    package var event: StreamEvent

    package init(source: Source.Name, stream: String, at: Instant, event: StreamEvent) {
        self.source = source
        self.stream = stream
        self.at = at
        self.event = event
    }
}

/// What the store knows of a stream when its reading goes on.
package struct StreamStanding: Sendable, Hashable {
    /// `nil` from the beginning.
    package var cursor: Cursor?
    /// The source's description of the object when it was last read.
    package var schema: String?
    /// Records that the source still has.
    package var live: Int
    /// Records that the source is known to list and the book lacks.
    package var lost: Int
    /// Records that the book has and the latest walk did not list, not yet certain.
    package var missing: Int

    package init(
        cursor: Cursor? = nil, schema: String? = nil, live: Int = 0, lost: Int = 0, missing: Int = 0
    ) {
        self.cursor = cursor
        self.schema = schema
        self.live = live
        self.lost = lost
        self.missing = missing
    }
}

/// What storing a page did, for whoever reads on.
package struct PageReceipt: Sendable, Hashable {
    package var newFacts: Int
    package var repeated: Int
    package var restated: Int
    package var quarantined: Int
    package var sweep: SweepResult?

    package init(
        newFacts: Int, repeated: Int, restated: Int = 0, quarantined: Int = 0, sweep: SweepResult? = nil
    ) {
        self.newFacts = newFacts
        self.repeated = repeated
        self.restated = restated
        self.quarantined = quarantined
        self.sweep = sweep
    }
}
