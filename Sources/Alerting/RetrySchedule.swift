/// When a message that was not delivered is tried again. Pure: randomness is an argument.
package struct RetrySchedule: Sendable, Hashable {
    /// Seconds to wait before each attempt, the first included; there are as many attempts as delays.
    package var delays: [Double]
    /// Each wait is drawn from ± this share of it.
    package var jitter: Double
    /// The longest wait a receiver can ask for. Seconds.
    package var longestRequestedWait: Double

    /// The schedule Standard Webhooks suggests, 75.6 hours in all.
    package static let standard = RetrySchedule(
        delays: [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400])

    package init(delays: [Double], jitter: Double = 0.1, longestRequestedWait: Double = 86_400) {
        self.delays = delays
        self.jitter = jitter
        self.longestRequestedWait = longestRequestedWait
    }

    /// Seconds to wait before attempt number `attempt` (from 1), or `nil` when the attempts are used up and
    /// the message is dead.
    ///
    /// `random` is uniform in [0, 1); `requested` is the receiver's Retry-After, a floor.
    package func delay(beforeAttempt attempt: Int, requested: Double? = nil, random: Double) -> Double? {
        guard delays.indices.contains(attempt - 1) else { return nil }
        let drawn = delays[attempt - 1] * (1 + jitter * (2 * random - 1))
        return max(drawn, min(max(0, requested ?? 0), longestRequestedWait))
    }
}
