/// Stops asking a source that is down: after so many failures in a row nothing is asked for a while, then one
/// request tries.
struct CircuitBreaker {
    enum State: Hashable {
        case closed
        case open(until: Double)
        /// One request is trying.
        case halfOpen
    }

    private(set) var state = State.closed
    private(set) var failures = 0
    private var pause: Double
    private let pace: SourcePace

    init(_ pace: SourcePace) {
        self.pace = pace
        pause = pace.breakFor
    }

    /// Whether a request may be sent now. One that is let through after a pause must report how it went.
    mutating func admits(at now: Double) -> Bool {
        switch state {
        case .closed: return true
        case .halfOpen: return false
        case .open(let until):
            // The second condition is for clocks set back.
            guard now >= until || now < until - pause else { return false }
            state = .halfOpen
            return true
        }
    }

    mutating func succeed() {
        state = .closed
        failures = 0
        pause = pace.breakFor
    }

    mutating func fail(at now: Double) {
        failures += 1
        switch state {
        case .closed:
            guard failures >= pace.breakAfter else { return }
        case .halfOpen:
            pause = min(pause * 2, max(pace.longestWait, pace.breakFor))
        case .open:
            // A request that was under way when it opened tells nothing new.
            return
        }
        state = .open(until: now + pause)
    }

    /// A request ended without telling anything about the source; the next one tries.
    mutating func abandon(at now: Double) {
        if state == .halfOpen { state = .open(until: now) }
    }
}
