/// Where reading of one stream of a source stands, opaque to everybody but its connector.
package struct Cursor: Sendable, Hashable, Codable {
    package var text: String
    package init(_ text: String) { self.text = text }
}

/// One page of a stream. The page and the cursor after it are stored in one transaction.
package struct OutcomePage: Sendable, Hashable {
    package var source: Source.Name
    package var stream: String
    package var records: [MappedRecord]
    package var quarantined: [QuarantinedRow]
    /// Where to go on; stored with the records.
    package var next: Cursor
    /// Set on the last page of a run: everything the source changed up to here has been delivered.
    package var completedThrough: Instant?
    /// Whether the page is all there is of the stream: a file, read from its first line to its last.
    package var isWholeStream: Bool
    /// What the page says about records that are there or gone without saying what they say.
    package var sweep: Sweep?
    /// How much may vanish before somebody has to look; `nil` lets everything pass.
    package var massChangeLimits: MassChangeLimits?
    /// What is worth telling about the stream.
    package var events: [StreamEvent]
    /// The page's part of its run.
    package var part: RunPart?
    /// The source's description of the object, when it is another than the one stored.
    package var schema: String?

    package init(
        source: Source.Name, stream: String, records: [MappedRecord], quarantined: [QuarantinedRow],
        next: Cursor, completedThrough: Instant?, isWholeStream: Bool = false, sweep: Sweep? = nil,
        massChangeLimits: MassChangeLimits? = nil, events: [StreamEvent] = [], part: RunPart? = nil,
        schema: String? = nil
    ) {
        self.source = source
        self.stream = stream
        self.records = records
        self.quarantined = quarantined
        self.next = next
        self.completedThrough = completedThrough
        self.isWholeStream = isWholeStream
        self.sweep = sweep
        self.massChangeLimits = massChangeLimits
        self.events = events
        self.part = part
        self.schema = schema
    }
}

/// How far a stream of a source has been read completely, and how its reading goes.
package struct StreamStatus: Sendable, Hashable, Codable {
    package var source: Source.Name
    package var stream: String
    /// Everything the source changed up to here is in the book; `nil` before the first complete run.
    package var completedThrough: Instant?
    /// Facts it has given; reading a record again that says nothing new gives none.
    package var facts: Int
    /// Rows set aside and not corrected since.
    package var quarantined: Int
    /// Why the last run failed, if it did.
    package var lastError: String?
    /// What its facts are about; `nil` before the first one.
    package var kind: FactKind?
    /// Records that the source still has.
    package var live: Int?
    /// When a run was last finished (business time).
    package var lastSuccess: Instant?
    /// The source's clock when it was last asked.
    package var lastServerTime: Instant?
    package var lastRun: StreamRun?
    package var quota: Quota?
    /// The source asked to be left alone until then.
    package var throttledUntil: Instant?
    package var lastReconcile: Reconciliation?
    /// Why nothing more is stored until somebody has looked.
    package var hold: String?
    /// Records that the source is known to list and the book lacks.
    package var lost: Int?
    /// Whether everything is being read again, so that part of the book is newer than the rest.
    package var isReadAgain: Bool?

    package init(
        source: Source.Name, stream: String, completedThrough: Instant?, facts: Int, quarantined: Int,
        lastError: String?, kind: FactKind? = nil, live: Int? = nil, lastSuccess: Instant? = nil,
        lastServerTime: Instant? = nil, lastRun: StreamRun? = nil, quota: Quota? = nil,
        throttledUntil: Instant? = nil, lastReconcile: Reconciliation? = nil, hold: String? = nil,
        lost: Int? = nil, isReadAgain: Bool? = nil
    ) {
        self.source = source
        self.stream = stream
        self.completedThrough = completedThrough
        self.facts = facts
        self.quarantined = quarantined
        self.lastError = lastError
        self.kind = kind
        self.live = live
        self.lastSuccess = lastSuccess
        self.lastServerTime = lastServerTime
        self.lastRun = lastRun
        self.quota = quota
        self.throttledUntil = throttledUntil
        self.lastReconcile = lastReconcile
        self.hold = hold
        self.lost = lost
        self.isReadAgain = isReadAgain
    }

    /// What a recorded look keeps: how complete the data were, not how their reading went.
    package var essentials: StreamStatus {
        StreamStatus(
            source: source, stream: stream, completedThrough: completedThrough, facts: facts,
            quarantined: quarantined, lastError: lastError)
    }

    /// Why its data may be neither old nor new, whatever they are complete up to; empty when nothing is known.
    package var doubts: [String] {
        var doubts: [String] = []
        if let hold { doubts.append("held back until somebody has looked: \(hold)") }
        if let lost, lost > 0 {
            doubts.append(
                "\(lost) record\(lost == 1 ? "" : "s") that the source lists \(lost == 1 ? "is" : "are") missing here"
            )
        }
        if isReadAgain == true { doubts.append("everything is being read again and is not complete yet") }
        return doubts
    }

    /// Seconds between `now` and what is completely read.
    package func lag(at now: Instant) -> Double? {
        completedThrough.map { Double(now.milliseconds - $0.milliseconds) / 1000 }
    }
}
