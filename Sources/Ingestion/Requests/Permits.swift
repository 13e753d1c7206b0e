internal import DequeModule
internal import Synchronization

/// So many at once, first come first served.
final class Permits: Sendable {
    private struct State {
        var free: Int
        var waiting: Deque<(id: UInt64, continuation: CheckedContinuation<Bool, Never>)> = []
        var lastID: UInt64 = 0
        /// Cancelled before they began to wait.
        var gone: Set<UInt64> = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: max(1, count))) }

    /// Whether a permit was given; not when the task is cancelled.
    func acquire() async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isGiven = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.gone.remove(id) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.gone.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            waiting?.resume(returning: false)
        }
        state.withLock { _ = $0.gone.remove(id) }
        return isGiven
    }

    func release() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            if let first = state.waiting.popFirst() { return first.continuation }
            state.free += 1
            return nil
        }
        next?.resume(returning: true)
    }
}
