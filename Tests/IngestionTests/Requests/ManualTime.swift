import Ingestion
import Model
import Synchronization

/// A clock that moves only when somebody sleeps, or by hand; randomness is always one half.
final class ManualTime: Sendable {
    private struct State {
        var now = 1_800_000_000.0
        var sleeps: [Double] = []
    }

    private let state = Mutex(State())
    static let start = 1_800_000_000.0

    /// Seconds since the start.
    var elapsed: Double {
        get { state.withLock { $0.now - ManualTime.start } }
        set { state.withLock { $0.now = ManualTime.start + newValue } }
    }

    var sleeps: [Double] { state.withLock { $0.sleeps } }

    var environment: SourceEnvironment {
        SourceEnvironment(
            now: { self.instant },
            sleep: { seconds in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.sleeps.append(seconds)
                    state.now += seconds
                }
            },
            random: { 0.5 })
    }

    var instant: Instant {
        Instant(milliseconds: Int64(((elapsed + ManualTime.start) * 1000).rounded()))
    }
}

/// Sleeps that last until they are ended by hand, together.
final class HeldSleeps: Sendable {
    private let gates = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let begun = AsyncStream.makeStream(of: Double.self)

    /// Each sleep as it begins.
    var beginnings: AsyncStream<Double> { begun.stream }

    func sleep(_ seconds: Double) async {
        await withCheckedContinuation { continuation in
            gates.withLock { $0.append(continuation) }
            begun.continuation.yield(seconds)
        }
    }

    func end() {
        let held = gates.withLock { gates in
            defer { gates = [] }
            return gates
        }
        for gate in held { gate.resume() }
    }
}
