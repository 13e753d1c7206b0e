package import Model

/// What reading a stream until it was complete amounted to.
package struct PullSummary: Sendable, Hashable {
    package var pages = 0
    package var records = 0
    package var quarantined = 0
    /// Failures that were overcome by asking again.
    package var retries = 0
    package var completedThrough: Instant?

    package init() {}
}

/// Reads a stream from `cursor` until the source says everything up to some moment has been delivered.
///
/// Each page is handed to `store`, which keeps its records and its cursor in one transaction; the next page
/// is asked for only after that. A failed request is repeated with growing, random waits; waiting (`sleep`,
/// seconds) and randomness (`random`, uniform in [0, 1)) come from the caller. Throws the last
/// ``SourceError``, or whatever `store` or `sleep` throws; what was stored until then stays valid.
package func pull(
    _ source: some OutcomeSource, stream: String, from cursor: Cursor?, backoff: Backoff = Backoff(),
    maximumEmptyPages: Int = 10, sleep: (Double) async throws -> Void, random: () -> Double,
    store: (OutcomePage) async throws -> Void
) async throws -> PullSummary {
    var summary = PullSummary()
    var cursor = cursor
    var seen: Set<Cursor> = []
    var emptyPages = 0
    while true {
        try Task.checkCancellation()
        let page = try await patiently(backoff, sleep: sleep, random: random, retries: &summary.retries) {
            () async throws(SourceError) in
            try await source.page(of: stream, after: cursor)
        }
        let isLast = page.completedThrough != nil
        emptyPages = page.records.isEmpty && page.quarantined.isEmpty ? emptyPages + 1 : 0
        if let cursor { seen.insert(cursor) }
        if !isLast, seen.contains(page.next) || emptyPages > maximumEmptyPages {
            let reason = seen.contains(page.next) ? "gave the same cursor twice" : "sent only empty pages"
            throw SourceError(
                .pageLoop, source: source.name,
                detail: "stream '\(stream)' \(reason) after \(summary.pages) pages; expected progress")
        }
        try await store(page)
        summary.pages += 1
        summary.records += page.records.count
        summary.quarantined += page.quarantined.count
        summary.completedThrough = page.completedThrough
        if isLast { return summary }
        cursor = page.next
    }
}

private func patiently(
    _ backoff: Backoff, sleep: (Double) async throws -> Void, random: () -> Double, retries: inout Int,
    _ attempt: () async throws(SourceError) -> OutcomePage
) async throws -> OutcomePage {
    var failures = 0
    while true {
        let failure: SourceError
        do throws(SourceError) {
            return try await attempt()
        } catch {
            failure = error
        }
        failures += 1
        var requested: Double?
        if case .throttled(let seconds) = failure.kind { requested = seconds }
        guard failure.isRetryable,
            let delay = backoff.delay(afterFailure: failures, requested: requested, random: random())
        else { throw failure }
        try await sleep(delay)
        retries += 1
    }
}
