import Model

/// A way in which the practice CRM misbehaves on demand, so that a client can be seen to cope.
enum PracticeFault: String, Sendable, Hashable, Codable, CaseIterable {
    /// The session is gone: 401 INVALID_SESSION_ID until a new token is fetched.
    case unauthorized
    /// 403 REQUEST_LIMIT_EXCEEDED.
    case throttle
    /// 503 SERVER_UNAVAILABLE.
    case unavailable
    /// The connection closes after half the body.
    case truncate
    /// A maintenance page in HTML with status 200.
    case html
    /// The next page is this page again.
    case pageLoop
    /// The next page is on another host.
    case foreignNext
    /// The answer waits for some seconds.
    case slow
}

/// Faults waiting for requests to hit, in the order they were asked for.
struct FaultQueue: Sendable {
    private var waiting: [PracticeFault] = []

    mutating func add(_ fault: PracticeFault, count: Int) {
        waiting += Array(repeating: fault, count: count)
    }

    mutating func next() -> PracticeFault? { waiting.isEmpty ? nil : waiting.removeFirst() }
    mutating func clear() { waiting = [] }
    var count: Int { waiting.count }
}
