internal import CCurl
internal import DequeModule
internal import Foundation
internal import Synchronization

/// The one thread that runs all transfers of a client.
///
/// Other threads leave commands in the inbox and wake the loop; every libcurl call but the wake-up is made
/// on the loop's thread. Once the inbox is closed the multi handle may be gone, so waking up happens under
/// the inbox's lock.
final class TransferLoop: Sendable {
    private enum Command {
        case start(TransferJob)
        case cancel(UInt64)
        case resume(UInt64)
    }

    private struct Inbox {
        var commands: Deque<Command> = []
        var isStopping = false
        var isClosed = false
        var onClosed: [@Sendable () -> Void] = []
    }

    private let inbox = Mutex(Inbox())
    private let multi: MultiHandle
    private let policy: TransportPolicy
    private let now: @Sendable () -> ContinuousClock.Instant

    init(
        policy: TransportPolicy, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(TransportError) {
        multi = try MultiHandle()
        self.policy = policy
        self.now = now
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "fairway-http"
        thread.start()
    }

    func submit(_ job: TransferJob) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.commands.append(.start(job))
            multi.wake()
            return true
        }
        if !isAccepted { job.finish(.failure(.shutDown(job.name))) }
    }

    func cancel(_ id: UInt64) { send(.cancel(id)) }

    /// A paused transfer's reader has room again.
    func resume(_ id: UInt64) { send(.resume(id)) }

    private func send(_ command: Command) {
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return }
            inbox.commands.append(command)
            multi.wake()
        }
    }

    /// Ends all transfers; `onClosed` is called once the thread has let go of everything.
    func stop(onClosed: @escaping @Sendable () -> Void) {
        let wasClosed = inbox.withLock { inbox in
            guard !inbox.isClosed else { return true }
            inbox.isStopping = true
            inbox.onClosed.append(onClosed)
            multi.wake()
            return false
        }
        if wasClosed { onClosed() }
    }

    private func run() {
        var running = RunningTransfers(multi: multi, policy: policy, now: now)
        while true {
            let (commands, isStopping) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isStopping)
            }
            for command in commands {
                switch command {
                case .start(let job): running.start(job)
                case .cancel(let id): running.cancel(id)
                case .resume(let id): running.resume(id)
                }
            }
            if isStopping { break }
            running.perform()
        }
        running.cancelAll()
        let onClosed = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.onClosed
        }
        _ = unsafe curl_multi_cleanup(multi.pointer)
        for closed in onClosed { closed() }
    }
}

extension TransportError {
    static func cancelled(_ request: String) -> TransportError {
        TransportError(.cancelled, request: request, detail: "the request was cancelled")
    }

    static func shutDown(_ request: String) -> TransportError {
        TransportError(.cancelled, request: request, detail: "the HTTP client has been shut down")
    }
}
