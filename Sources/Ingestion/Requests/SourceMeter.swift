package import Model

/// What asking a source has cost since its client was made, and what holds it up now.
package struct SourceMeter: Sendable, Hashable {
    /// Why a request was sent again.
    package enum Repeat: String, Sendable, Hashable, CaseIterable {
        case throttled, serverFault, unreachable, expiredToken
    }

    package var requests = 0
    package var repeats: [Repeat: Int] = [:]
    /// Time that requests waited because the source asked them to.
    package var throttledSeconds = 0.0
    /// Time that requests waited for this side's own rates.
    package var pacedSeconds = 0.0
    /// Decoded bytes of answers.
    package var bytes = 0
    /// As last told by an answer.
    package var quota: SourceQuota?
    /// Until when nothing is asked because the source said so; `nil` when nothing is known of it, or it has passed.
    package var throttledUntil: Instant?
    /// Until when nothing is asked because the source is down.
    package var pausedUntil: Instant?

    package init() {}
}
