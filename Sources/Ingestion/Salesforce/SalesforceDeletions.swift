internal import Model

/// What the log of deletions says about a span of time.
struct SalesforceDeletions: Hashable {
    var rows: [RowIdentity]
    /// What was deleted before is no longer in the log.
    var earliest: Instant
    /// What was deleted later may not be in the answer yet.
    var latest: Instant

    init(parsing bytes: [UInt8]) throws(SalesforcePageFault) {
        let document = try JSONValue(answer: bytes)
        guard case .array(let list)? = document["deletedRecords"],
            let earliest = document["earliestDateAvailable"]?.string.flatMap({ Instant(iso: $0) }),
            let latest = document["latestDateCovered"]?.string.flatMap({ Instant(iso: $0) })
        else {
            throw SalesforcePageFault(
                reason: "the answer lacks 'deletedRecords', 'earliestDateAvailable' or 'latestDateCovered'")
        }
        var rows: [RowIdentity] = []
        for item in list {
            guard let id = item["id"]?.string, SalesforceID.isPlausible(id) else {
                throw SalesforcePageFault(reason: "deleted record \(rows.count + 1) has no 'id'")
            }
            rows.append(
                RowIdentity(
                    id: SalesforceID.long(id), version: item["deletedDate"]?.string ?? "", state: .deleted))
        }
        self.rows = rows
        self.earliest = earliest
        self.latest = latest
    }
}

/// Spans of time as the log of deletions takes them: whole minutes (it ignores seconds), at least one, and at most
/// fifteen days.
struct SalesforceSpan: Hashable {
    var start: Instant
    var end: Instant

    static let longest: Int64 = 15 * 24 * 60

    /// Both ends are rounded down: what was deleted in the last minute is in the next window, which reaches back.
    init(lower: Instant, upper: Instant) {
        start = SalesforceSpan.minute(lower)
        end = SalesforceSpan.minute(upper)
        if end <= start { start = end.adding(seconds: -60) }
    }

    var minutes: Int64 { (end.milliseconds - start.milliseconds) / 60_000 }

    /// The first `count` minutes, if they are fewer.
    func first(minutes count: Int64) -> SalesforceSpan {
        var result = self
        result.end = min(end, Instant(milliseconds: start.milliseconds + max(1, count) * 60_000))
        return result
    }

    private static func minute(_ instant: Instant) -> Instant {
        let remainder = instant.milliseconds % 60_000
        return Instant(milliseconds: instant.milliseconds - (remainder < 0 ? remainder + 60_000 : remainder))
    }
}
