internal import DequeModule
internal import Synchronization

/// What a streamed transfer has received and its reader has not yet taken: the one place where the loop's thread
/// and a task meet. Bounded: the transfer is paused while the buffer is full.
final class StreamBuffer: Sendable {
    private struct State {
        var head: HTTPStream.Head?
        var chunks: Deque<[UInt8]> = []
        var bytes = 0
        var isPaused = false
        var end: Result<Void, TransportError>?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// What a reader finds.
    private enum Found<Value> {
        case value(Value, resumes: Bool)
        case end(Result<Void, TransportError>)
        case nothing
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    // MARK: The loop's side

    func begin(_ head: HTTPStream.Head) {
        wake { if $0.head == nil { $0.head = head } }
    }

    /// Whether the bytes were taken; when not, the transfer pauses and offers them again.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let isTaken = state.withLock { state in
            guard state.bytes < capacity else {
                state.isPaused = true
                return false
            }
            state.chunks.append(unsafe Array(bytes))
            state.bytes += bytes.count
            return true
        }
        if isTaken { wake { _ in } }
        return isTaken
    }

    /// What was received before an error is still delivered, then the error; a cancelled reader gets nothing more.
    func finish(_ end: Result<Void, TransportError>) {
        wake { state in
            if state.end == nil { state.end = end }
            if case .failure(let error) = end, error.kind == .cancelled {
                state.end = end
                state.chunks = []
                state.bytes = 0
            }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: The reader's side

    func head() async throws(TransportError) -> HTTPStream.Head? {
        while true {
            let found = state.withLock { state -> Found<HTTPStream.Head> in
                if let head = state.head { return .value(head, resumes: false) }
                return state.end.map { .end($0) } ?? .nothing
            }
            switch found {
            case .value(let head, _): return head
            case .end(let end):
                try end.get()
                return nil
            case .nothing: await change { $0.head != nil || $0.end != nil }
            }
        }
    }

    /// The next bytes, `nil` after the last; `resume` is called when a paused transfer should go on.
    func next(resume: () -> Void) async throws(TransportError) -> [UInt8]? {
        while true {
            let found = state.withLock { state -> Found<[UInt8]> in
                guard let chunk = state.chunks.popFirst() else {
                    return state.end.map { .end($0) } ?? .nothing
                }
                state.bytes -= chunk.count
                let resumes = state.isPaused && state.bytes <= capacity / 2
                if resumes { state.isPaused = false }
                return .value(chunk, resumes: resumes)
            }
            switch found {
            case .value(let chunk, let resumes):
                if resumes { resume() }
                return chunk
            case .end(let end):
                try end.get()
                return nil
            case .nothing: await change { !$0.chunks.isEmpty || $0.end != nil }
            }
        }
    }

    /// Returns when `isThere` holds or may hold.
    private func change(_ isThere: @Sendable (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isThereNow = state.withLock { state in
                guard !isThere(state) else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isThereNow { continuation.resume() }
        }
    }
}
