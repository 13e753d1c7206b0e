/// How fast and how much one source is asked, and how patiently.
package struct SourcePace: Sendable, Hashable {
    /// At most so many requests in any so many seconds.
    package struct Rate: Sendable, Hashable {
        package var requests: Int
        package var seconds: Double

        /// - Precondition: at least one request, in a time that is not negative.
        package init(requests: Int, seconds: Double) {
            precondition(requests > 0 && seconds >= 0, "a rate lets at least one request pass")
            self.requests = requests
            self.seconds = seconds
        }
    }

    /// Requests under way at once.
    package var concurrency: Int
    /// For all requests together.
    package var rates: [Rate]
    /// For the requests of a lane, beside `rates`: "search" at HubSpot is 5 a second.
    package var lanes: [String: [Rate]]
    /// Requests made in 24 hours at most; `nil`: no limit of this side's own.
    package var requestsPerDay: Int?
    /// Share of the daily budget, and of the source's own quota, that only urgent requests may use.
    package var reserve: Double
    /// How often one request is tried.
    package var attempts: Int
    /// Seconds: a source that asks to wait longer is left alone until then, and so is its stream.
    package var longestWait: Double
    /// So many failures in a row open the breaker.
    package var breakAfter: Int
    /// Seconds until the breaker lets one request through; doubled, up to `longestWait`, when that fails too.
    package var breakFor: Double

    package init(
        concurrency: Int = 4, rates: [Rate] = [], lanes: [String: [Rate]] = [:], requestsPerDay: Int? = nil,
        reserve: Double = 0.2, attempts: Int = 6, longestWait: Double = 900, breakAfter: Int = 10,
        breakFor: Double = 60
    ) {
        self.concurrency = concurrency
        self.rates = rates
        self.lanes = lanes
        self.requestsPerDay = requestsPerDay
        self.reserve = reserve
        self.attempts = attempts
        self.longestWait = longestWait
        self.breakAfter = breakAfter
        self.breakFor = breakFor
    }
}

/// Full jitter: anything between nothing and a bound that doubles, so that clients that failed together do not
/// come back together.
package enum Backoff {
    static let base = 1.0
    static let cap = 60.0

    /// Seconds to wait after failure number `failure` (1, 2, …); `random` in [0, 1).
    package static func delay(after failure: Int, random: Double) -> Double {
        let doublings = Double(min(max(failure, 1) - 1, 10))
        return random * min(cap, base * exp2(doublings))
    }

    private static func exp2(_ power: Double) -> Double {
        (0..<Int(power)).reduce(1) { bound, _ in bound * 2 }
    }
}
