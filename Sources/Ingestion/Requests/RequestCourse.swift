internal import Transport

/// How one request has gone so far and what follows: pure, so that every course can be tried by hand.
struct RequestCourse {
    /// How one try ended, when not well.
    enum Trouble {
        case transport(TransportError)
        /// `retryAfter`: seconds asked for by the answer's header.
        case fault(SourceFault, status: Int, retryAfter: Double?)
    }

    enum Step: Equatable {
        /// Ask again not before so many seconds have passed; `shared`: nor may any other request of the source.
        case again(after: Double, shared: Bool, SourceMeter.Repeat)
        /// Ask again with another grant.
        case refresh
        /// The source is to be left alone for longer than anybody waits for.
        case park(seconds: Double)
        /// A token was refused right after it had been fetched.
        case rejectedToken
        /// Nothing more to try; all requests of the source still wait as long as it asked.
        case fail(floor: Double?)
    }

    private let isRepeatable: Bool
    private let pace: SourcePace
    private var failures = 0
    /// How often the request was sent, not counting a replay with another token.
    var tries: Int { max(1, failures) }
    private var hasRefreshed = false

    init(isRepeatable: Bool, pace: SourcePace) {
        self.isRepeatable = isRepeatable
        self.pace = pace
    }

    mutating func step(after trouble: Trouble, random: Double) -> Step {
        switch trouble {
        case .transport(let error):
            guard error.isRetryable, isRepeatable else { return .fail(floor: nil) }
            return again(.unreachable, asked: nil, shared: false, random: random)
        case .fault(let fault, let status, let retryAfter):
            return step(after: fault, status: status, retryAfter: retryAfter, random: random)
        }
    }

    private mutating func step(
        after fault: SourceFault, status: Int, retryAfter: Double?, random: Double
    ) -> Step {
        switch fault.kind {
        case .expiredToken:
            // Refused requests were not carried out, so that any may be repeated.
            if hasRefreshed { return .rejectedToken }
            hasRefreshed = true
            return .refresh
        case .throttled(let seconds):
            return again(.throttled, asked: seconds ?? retryAfter, shared: true, random: random)
        case .transient:
            let asked = status == 429 || status == 503 ? retryAfter : nil
            if let asked, asked > pace.longestWait { return .park(seconds: asked) }
            guard isRepeatable else { return .fail(floor: asked) }
            return again(.serverFault, asked: asked, shared: asked != nil, random: random)
        case .unauthorized, .tooLarge, .forgottenPosition, .forgottenToken, .unmappable, .permanent:
            return .fail(floor: nil)
        }
    }

    private mutating func again(
        _ reason: SourceMeter.Repeat, asked: Double?, shared: Bool, random: Double
    ) -> Step {
        if let asked, asked > pace.longestWait { return .park(seconds: asked) }
        failures += 1
        guard failures < pace.attempts else { return .fail(floor: asked) }
        let delay = max(Backoff.delay(after: failures, random: random), max(asked ?? 0, 0))
        return .again(after: delay, shared: shared, reason)
    }
}
