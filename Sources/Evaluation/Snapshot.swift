package import Model

/// Everything a look concludes from: the book up to a sequence number, and what the pilot has done so far.
package struct Snapshot: Sendable {
    package var book: Book
    package var assignments: [Assignment]
    package var promises: [Promise]
    package var streams: [StreamStatus]
    /// Recorded looks, oldest first.
    package var previousLooks: [Look]

    package init(
        book: Book, assignments: [Assignment], promises: [Promise], streams: [StreamStatus],
        previousLooks: [Look]
    ) {
        self.book = book
        self.assignments = assignments
        self.promises = promises
        self.streams = streams
        self.previousLooks = previousLooks
    }
}

/// Which look is asked for.
package struct LookRequest: Sendable {
    package var pilot: Pilot
    package var snapshot: Snapshot
    /// Which of the plan's look dates, from 1.
    package var plannedIndex: Int
    package var asOf: Day
    package var recordedAt: Instant
    package var isPractice: Bool
    package var engine: String

    package init(
        pilot: Pilot, snapshot: Snapshot, plannedIndex: Int, asOf: Day, recordedAt: Instant,
        isPractice: Bool, engine: String
    ) {
        self.pilot = pilot
        self.snapshot = snapshot
        self.plannedIndex = plannedIndex
        self.asOf = asOf
        self.recordedAt = recordedAt
        self.isPractice = isPractice
        self.engine = engine
    }
}
