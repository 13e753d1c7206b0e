package import Model

/// One run of a stream: the walks that, all finished, let it claim to be complete through `upper`.
package struct OpenRun: Sendable, Hashable, Codable {
    /// This machine's time; tells runs apart.
    package var startedAt: Instant
    package var upper: Instant
    package var mode: SyncRequest.Mode
    /// What is being read first, then what follows it. Slices of a window that was too large follow each other.
    package var walks: [OpenWalk]
    /// Whether everything is read.
    package var isFull: Bool
    /// Whether it is to bring what the book is known to lack.
    package var bringsLost = false
    /// Fingerprint of the mapping that its rows are read by.
    package var mapping: String
    /// What an operator has looked at and let pass: so much of what vanishes is no mass change.
    package var accepted: MassChange?
    /// Its first page forgets what a run that was given up has collected.
    package var abandons = false
    package var rows = 0
    /// Of these, the ones that were to become facts: not ids, not deletions.
    package var mapped = 0
    package var quarantined = 0
    /// Records said to be gone so far.
    package var gone = 0
    /// The first row set aside, by its place and field; never by its values.
    package var firstQuarantined: String?
    /// Handed out on the last page of the run's full or delta walk.
    package var token: String?

    package init(
        startedAt: Instant, upper: Instant, mode: SyncRequest.Mode, walks: [OpenWalk], isFull: Bool,
        mapping: String, accepted: MassChange? = nil
    ) {
        self.startedAt = startedAt
        self.upper = upper
        self.mode = mode
        self.walks = walks
        self.isFull = isFull
        self.mapping = mapping
        self.accepted = accepted
    }
}

/// A walk that is being read, and how far.
package struct OpenWalk: Sendable, Hashable, Codable {
    package var walk: Walk
    /// Whether what it does not list is missing at the source.
    package var sweeps: Bool
    package var position: Position?
    package var chain: Chain?
    package var rows = 0
    package var pages = 0
    package var emptyPages = 0
    /// How often it was begun again because rows were missing, or because the source forgot the position.
    package var repeats = 0
    package var restarts = 0
    package var positions = PositionGuard()

    /// Rows of one query: how many it found, and how many of them were read.
    package struct Chain: Sendable, Hashable, Codable {
        package var total: Int
        package var read: Int
        /// What another of its pages counted.
        package var other: Int?
    }

    package init(_ walk: Walk, sweeps: Bool = false) {
        self.walk = walk
        self.sweeps = sweeps
    }

    /// Forgets what was read of it.
    mutating func begin() {
        position = nil
        chain = nil
        rows = 0
        pages = 0
        emptyPages = 0
        positions = PositionGuard()
    }

    /// What is being read, for people.
    package var words: String {
        switch walk {
        case .full: "everything"
        case .changes, .delta: "changes"
        case .deletions: "deletions"
        case .identities: "ids"
        }
    }
}

/// Notices positions that come again, in constant space: the latest ones are compared, longer circles are found by
/// a mark that is moved at growing distances (Brent 1980).
package struct PositionGuard: Sendable, Hashable, Codable {
    private var recent: [UInt64] = []
    private var mark: UInt64?
    private var distance = 0
    private var limit = 1
    private static let kept = 16

    package init() {}

    /// Notes a position; whether it was there before.
    package mutating func isRepeated(_ position: Position) -> Bool {
        let hash = Self.hash(position.text)
        if recent.contains(hash) || mark == hash { return true }
        recent.append(hash)
        if recent.count > Self.kept { recent.removeFirst() }
        distance += 1
        if distance >= limit {
            mark = hash
            distance = 0
            limit *= 2
        }
        return false
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
