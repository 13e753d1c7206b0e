/// Whether a client may offer HTTP/2.
///
/// libcurl 7.88 loses some requests when a server or a box in between takes back or resets HTTP/2 streams; after
/// two such failures without a success in between, HTTP/1.1 alone is offered for an hour.
struct ProtocolFallback {
    static let failuresAllowed = 2
    static let pause: Duration = .seconds(3600)

    private var failures = 0
    private var until: ContinuousClock.Instant?

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
            until = now + ProtocolFallback.pause
        }
    }
}
