/// How long to wait before asking a source again.
///
/// Full jitter: uniform between zero and the exponential step, so that clients that failed together do not
/// come back together (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
package struct Backoff: Sendable {
    /// Upper end of the first wait; doubles with each failure. Seconds.
    package var base: Double
    /// No step is longer. Seconds.
    package var cap: Double
    /// Requests for one page in all, the first included.
    package var attempts: Int
    /// The longest wait a source may ask for within a run; above it the run ends. Seconds.
    package var longestRequestedWait: Double

    package init(
        base: Double = 1, cap: Double = 60, attempts: Int = 6, longestRequestedWait: Double = 900
    ) {
        self.base = base
        self.cap = cap
        self.attempts = attempts
        self.longestRequestedWait = longestRequestedWait
    }

    /// Seconds to wait after failure number `failure` (from 1), or `nil` to give up.
    ///
    /// `random` is uniform in [0, 1); `requested` is a floor the source asked for.
    package func delay(afterFailure failure: Int, requested: Double?, random: Double) -> Double? {
        guard failure < attempts else { return nil }
        let floor = max(0, requested ?? 0)
        guard floor <= longestRequestedWait else { return nil }
        var step = base
        for _ in 1..<failure where step < cap { step *= 2 }
        return max(floor, random * min(step, cap))
    }
}
