/// What somebody wants read now.
package struct SyncRequest: Sendable, Hashable, Codable {
    package enum Mode: Sendable, Hashable, Codable {
        /// What is due.
        case routine
        /// Everything, from the beginning.
        case full
        /// What changed from a moment on, beside what is due.
        case since(Instant)
    }

    /// `nil`: all that are configured.
    package var sources: Set<Source.Name>?
    /// `nil`: all of each source.
    package var streams: Set<String>?
    package var mode: Mode
    /// Lets a mass change of these sources pass, once.
    package var acceptMassChange: Bool
    /// Shows what the first page would become; stores nothing.
    package var dryRun: Bool

    package init(
        sources: Set<Source.Name>? = nil, streams: Set<String>? = nil, mode: Mode = .routine,
        acceptMassChange: Bool = false, dryRun: Bool = false
    ) {
        self.sources = sources
        self.streams = streams
        self.mode = mode
        self.acceptMassChange = acceptMassChange
        self.dryRun = dryRun
    }

    package func includes(_ source: Source.Name) -> Bool { sources?.contains(source) ?? true }
    package func includes(stream: String) -> Bool { streams?.contains(stream) ?? true }
}

/// How far a reading has come.
package struct SyncProgress: Sendable, Hashable, Codable {
    package var source: Source.Name
    package var stream: String
    /// What is being read: "everything", "changes", "deletions", "ids".
    package var walk: String
    /// Of this reading.
    package var rows: Int
    package var pages: Int
    /// Rows the source counted for what is being read, where it counts.
    package var total: Int?
    /// Rows of what is being read so far.
    package var walkRows: Int
    package var elapsedSeconds: Double
    package var throttledSeconds: Double
    package var isFinished: Bool

    package init(
        source: Source.Name, stream: String, walk: String, rows: Int, pages: Int, total: Int?, walkRows: Int,
        elapsedSeconds: Double, throttledSeconds: Double, isFinished: Bool
    ) {
        self.source = source
        self.stream = stream
        self.walk = walk
        self.rows = rows
        self.pages = pages
        self.total = total
        self.walkRows = walkRows
        self.elapsedSeconds = elapsedSeconds
        self.throttledSeconds = throttledSeconds
        self.isFinished = isFinished
    }

    /// Rows a second of this reading.
    package var rate: Double { elapsedSeconds > 0 ? Double(rows) / elapsedSeconds : 0 }

    /// Seconds until the counted rows are read at this rate; `nil` where nothing is counted.
    package var secondsLeft: Double? {
        guard let total, rate > 0, total >= walkRows else { return nil }
        return Double(total - walkRows) / rate
    }
}

/// What a reading tells while it goes on.
package enum SyncNews: Sendable, Hashable, Codable {
    case progress(SyncProgress)
    case event(source: Source.Name, stream: String, StreamEvent)
}
