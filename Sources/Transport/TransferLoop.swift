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

    init(policy: TransportPolicy) throws(TransportError) {
        multi = try MultiHandle()
        self.policy = policy
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

    func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return }
            inbox.commands.append(.cancel(id))
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
        var running = RunningTransfers(multi: multi)
        while true {
            let (commands, isStopping) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isStopping)
            }
            for command in commands {
                switch command {
                case .start(let job): running.start(job, policy: policy)
                case .cancel(let id): running.cancel(id)
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

/// The transfers on the wire, by the address of their handle. Lives on the loop's thread.
private struct RunningTransfers {
    private let multi: MultiHandle
    private var transfers: [UInt: Transfer] = [:]

    init(multi: MultiHandle) { self.multi = multi }

    mutating func start(_ job: TransferJob, policy: TransportPolicy) {
        guard !job.isCancelled() else { return job.finish(.failure(.cancelled(job.name))) }
        do throws(TransportError) {
            let transfer = try Transfer(job, policy: policy)
            let code = unsafe curl_multi_add_handle(multi.pointer, transfer.easy.pointer)
            guard code == CURLM_OK else {
                throw TransportError(
                    .misconfigured, request: job.name,
                    detail: unsafe String(cString: curl_multi_strerror(code)))
            }
            unsafe transfers[UInt(bitPattern: transfer.easy.pointer)] = transfer
        } catch {
            job.finish(.failure(error))
        }
    }

    mutating func cancel(_ id: UInt64) {
        guard let (key, transfer) = transfers.first(where: { $0.value.job.id == id }) else { return }
        // The caller goes on first: removing a handle may wait for its name resolution.
        transfer.job.finish(.failure(.cancelled(transfer.job.name)))
        remove(key)
    }

    /// Moves bytes, hands out finished answers, then waits for more to do.
    mutating func perform() {
        var active: Int32 = 0
        let code = unsafe curl_multi_perform(multi.pointer, &active)
        guard code == CURLM_OK else {
            let reason = unsafe String(cString: curl_multi_strerror(code))
            return finishAll { TransportError(.unreachable, request: $0, detail: "libcurl: \(reason)") }
        }
        while true {
            let finished = unsafe fw_multi_next_finished(multi.pointer)
            guard let handle = unsafe finished.handle else { break }
            let key = UInt(bitPattern: handle)
            guard let transfer = transfers[key] else { continue }
            let result = unsafe transfer.result(finished.code)
            remove(key)
            transfer.job.finish(result)
        }
        let wait: Int32 = transfers.isEmpty ? 60_000 : 1000
        _ = unsafe curl_multi_poll(multi.pointer, nil, 0, wait, nil)
    }

    mutating func cancelAll() { finishAll { .shutDown($0) } }

    private mutating func finishAll(_ error: (String) -> TransportError) {
        for (key, transfer) in transfers {
            transfer.job.finish(.failure(error(transfer.job.name)))
            remove(key)
        }
    }

    private mutating func remove(_ key: UInt) {
        guard let transfer = transfers.removeValue(forKey: key) else { return }
        _ = unsafe curl_multi_remove_handle(multi.pointer, transfer.easy.pointer)
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
