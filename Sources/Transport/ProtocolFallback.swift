/// Whether a client may offer HTTP/2.
///
/// libcurl 7.88 loses some requests when a server or a box in between takes back or resets HTTP/2 streams; after
/// two such failures without a success in between, HTTP/1.1 alone is offered for an hour.
struct ProtocolFallback {
    static let failuresAllowed = 2
    static let pause: Duration = .seconds(3600)

    private var failures = 0
    private var until: ContinuousClock.Instant?
    /// Where HTTP/1.1 has answered since HTTP/2 was left alone.
    private var settled: Set<HTTPOrigin> = []

    /// How a transfer connects.
    struct Choice {
        var mayUseHTTP2: Bool
        /// No connection of before is used: it might be one of the HTTP/2 connections that fail.
        var isFresh = false
    }

    func choice(for origin: HTTPOrigin, at now: ContinuousClock.Instant) -> Choice {
        guard !mayUseHTTP2(at: now) else { return Choice(mayUseHTTP2: true) }
        return Choice(
            mayUseHTTP2: false, isFresh: origin.scheme == "https" && !settled.contains(origin))
    }

    /// Once HTTP/1.1 has answered there are connections that can be kept; an HTTP/2 one among them after all means
    /// beginning anew.
    mutating func noteAnswer(
        _ version: HTTPVersion?, from origin: HTTPOrigin, at now: ContinuousClock.Instant
    ) {
        guard !mayUseHTTP2(at: now) else { return }
        switch version {
        case .http1_0?, .http1_1?: settled.insert(origin)
        case .http2?: settled.remove(origin)
        default: break
        }
    }

    func mayUseHTTP2(at now: ContinuousClock.Instant) -> Bool { until.map { now >= $0 } ?? true }

    /// How a transfer ended.
    enum Ending {
        case answered
        /// The connection or the stream broke.
        case broken
        case other
    }

    /// `version`: of the answer, `nil` when there was none. A connection that broke before any answer may have
    /// been HTTP/2 when that was offered over TLS.
    mutating func note(
        _ ending: Ending, version: HTTPVersion?, offeredHTTP2: Bool, at now: ContinuousClock.Instant
    ) {
        guard offeredHTTP2 else { return }
        if ending == .answered, version == .http2 { failures = 0 }
        guard ending == .broken, version == nil || version == .http2 else { return }
        failures += 1
        if failures >= ProtocolFallback.failuresAllowed {
            failures = 0
            settled = []
            until = now + ProtocolFallback.pause
        }
    }
}
