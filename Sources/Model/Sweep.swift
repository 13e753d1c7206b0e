/// What a page says about which records a source has, beside what they say.
///
/// Deletions are collected while a run goes on and become facts with its last page, all or none, so that a mass
/// change can be held. What a complete walk did not list is not gone at once where rows may leave a walk that is
/// bounded by stamps: it waits until a window that ends after the walk has not delivered it either.
package struct Sweep: Sendable, Hashable {
    /// A record the source says it no longer has.
    package struct Gone: Sendable, Hashable {
        package var id: String
        package var version: String

        package init(id: String, version: String) {
            self.id = id
            self.version = version
        }
    }

    /// Forgets what earlier walks collected: the page is the first of a walk that lists everything.
    package var begins: Bool
    /// The page is the first of a walk that lists everything, and what the walk before it did not list may be
    /// gone: whatever this one does not list either is, for certain.
    package var confirms: Bool
    /// Keeps the seen ids until the walk ends, to be held against the book.
    package var collects: Bool
    /// Ids that the source has: deletions noted of them are taken back.
    package var seen: [String]
    package var gone: [Gone]
    /// The walk has listed everything: what the book has and the walk did not is missing.
    package var compares: Bool
    /// The walk listed ids only: what it has and the book has not is missing here.
    package var comparesUnknown: Bool
    /// The walk has listed everything, and so had one before it: what neither listed becomes deleted.
    package var settlesConfirmed: Bool
    /// The run is complete: what the source said is gone becomes deleted.
    package var appliesGone: Bool
    /// What is missing is missing for certain: it becomes deleted, and what the book lacks is told.
    package var settles: Bool
    /// Only what the book lacks is told; what is missing waits for a second walk.
    package var settlesUnknown: Bool
    /// Forgets everything collected, deletions of the run included: the run begins anew. What the book is known
    /// to lack stays known.
    package var abandons: Bool

    package init(
        begins: Bool = false, confirms: Bool = false, collects: Bool = false, seen: [String] = [],
        gone: [Gone] = [],
        compares: Bool = false, comparesUnknown: Bool = false, settlesConfirmed: Bool = false,
        appliesGone: Bool = false, settles: Bool = false, settlesUnknown: Bool = false,
        abandons: Bool = false
    ) {
        self.begins = begins
        self.confirms = confirms
        self.collects = collects
        self.seen = seen
        self.gone = gone
        self.compares = compares
        self.comparesUnknown = comparesUnknown
        self.settlesConfirmed = settlesConfirmed
        self.appliesGone = appliesGone
        self.settles = settles
        self.settlesUnknown = settlesUnknown
        self.abandons = abandons
    }
}

/// What a page's sweep came to.
package struct SweepResult: Sendable, Hashable, Codable {
    /// Records that became deleted.
    package var deleted = 0
    /// Records that the book has and the source did not list, not yet certain.
    package var missing = 0
    /// Records that the source lists and the book lacks, for certain.
    package var lost = 0
    /// Ids that a walk listed more than once.
    package var duplicates = 0

    package init() {}
}

/// How much of a stream may vanish in one run before nothing of it is stored until somebody has looked.
package struct MassChangeLimits: Sendable, Hashable, Codable {
    /// Share of the live records that may be deleted in one run, or that a complete walk may lack.
    package var share: Double
    /// Fewer than these are never a mass.
    package var fewest: Int
    /// What somebody has looked at and let pass; only what comes on top of it is measured.
    package var accepted: MassChange?

    package init(share: Double = 0.05, fewest: Int = 3, accepted: MassChange? = nil) {
        self.share = share
        self.fewest = fewest
        self.accepted = accepted
    }

    /// Why `missing` and `gone` of `live` records are too many to pass unseen; `nil` when they are not.
    ///
    /// What is missing becomes deleted once that is certain, so it counts as a deletion from the walk on that lacks
    /// it: a stream must not look complete meanwhile.
    package func excess(missing: Int, gone: Int, of live: Int) -> MassChange? {
        let lost = max(0, missing - (accepted?.missing ?? 0)) + max(0, gone - (accepted?.gone ?? 0))
        return lost >= fewest && Double(lost) > share * Double(live)
            ? MassChange(missing: missing, gone: gone, live: live) : nil
    }
}

/// More vanished at once than may pass unseen; thrown inside the page's transaction, so that nothing of it stays.
package struct MassChange: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// Records that a complete walk did not list.
    package var missing: Int
    /// Records that the source said it deleted.
    package var gone: Int
    package var live: Int

    package init(missing: Int, gone: Int, live: Int) {
        self.missing = missing
        self.gone = gone
        self.live = live
    }

    package var description: String {
        var words: [String] = []
        if missing > 0 { words.append("\(missing) of \(live) records are no longer listed") }
        if gone > 0 { words.append("\(gone) of \(live) records were deleted in one run") }
        return words.joined(separator: ", ")
    }
}
