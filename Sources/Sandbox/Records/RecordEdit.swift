/// What was done to a record through the practice's controls, on top of what the simulation says of it. The
/// simulation itself, and so its truth, does not know.
struct RecordEdit: Sendable, Hashable {
    /// In minor units.
    var amount: Int64?
    var partner: RecordID?
    /// In points; what a formula field shows, changed without a stamp.
    var health: Int64?
    /// The record this one was merged into.
    var master: RecordID?
    /// Seconds since 1970; `nil` when the record is there.
    var deletedAt: Int64?
    /// Whether it left the recycle bin too.
    var isPurged = false
    /// The stamp of the last change of content, which may be older than `committedAt`.
    var stampedAt: Int64?
    /// Seconds since 1970 at which the last change other than a formula's became visible.
    var committedAt: Int64
    /// Counts changes: distinguishes two within a second.
    var ordinal: Int
}

/// Where a record stands among the changes of the whole CRM: a database's row version.
struct RecordVersion: Sendable, Hashable, Comparable {
    var committedAt: Int64
    /// 0 for the simulation's own changes.
    var ordinal: Int

    static func < (left: RecordVersion, right: RecordVersion) -> Bool {
        (left.committedAt, left.ordinal) < (right.committedAt, right.ordinal)
    }

    /// A number that grows with it, as Dataverse's `versionnumber`.
    var number: Int64 { committedAt * 4096 + Int64(ordinal % 4096) }
}

extension RecordRow {
    var isDeleted: Bool { edit?.deletedAt != nil }
    /// Whether no bin holds it either.
    var isPurged: Bool { isDeleted && edit?.isPurged == true }

    /// When its content last changed, in seconds since 1970; deleting is no change of content.
    var contentStamp: Int64 {
        guard let edit, let stamp = edit.stampedAt, edit.committedAt >= simulatedStamp else {
            return simulatedStamp
        }
        return stamp
    }

    /// `SystemModstamp` in seconds since 1970, which deleting moves.
    var stampedAt: Int64 { max(contentStamp, edit?.deletedAt ?? contentStamp) }

    var version: RecordVersion {
        guard let edit, edit.committedAt >= simulatedStamp else {
            return RecordVersion(committedAt: simulatedStamp, ordinal: 0)
        }
        return RecordVersion(committedAt: edit.committedAt, ordinal: edit.ordinal)
    }
}
