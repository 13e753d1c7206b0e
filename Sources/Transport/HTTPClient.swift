internal import Synchronization

/// Sends HTTP requests under one policy, over at most four connections a host and sixteen in all.
///
/// Safe to use from any number of tasks. A status other than 2xx is an answer, not an error; a redirect is
/// an answer too and is never followed.
package final class HTTPClient: Sendable {
    private let loop: TransferLoop
    private let lastID = Atomic<UInt64>(0)

    /// `now` decides how long HTTP/2 is left alone after it has failed.
    package init(
        policy: TransportPolicy,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) throws(TransportError) {
        loop = try TransferLoop(policy: policy, now: now)
        loop.start()
    }

    deinit { loop.stop {} }

    /// The server's complete answer. Cancelling the task ends the transfer and throws `cancelled`.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let origin = try HTTPClient.origin(of: request)
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        // A cancellation may reach the loop before the request does; the flag tells the loop then.
        let flag = CancellationFlag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(
                    TransferJob(
                        id: id, request: request, origin: origin, isCancelled: { flag.isRaised },
                        sink: .whole { continuation.resume(returning: $0) }))
            }
        } onCancel: {
            flag.raise()
            loop.cancel(id)
        }
        return try result.get()
    }

    /// The answer as soon as its headers are here, its body to be read piece by piece; at most `buffer` bytes and
    /// one piece more wait in memory.
    package func stream(
        _ request: HTTPRequest, buffer capacity: Int = 1 << 20
    ) async throws(TransportError) -> HTTPStream {
        let origin = try HTTPClient.origin(of: request)
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let flag = CancellationFlag()
        let buffer = StreamBuffer(capacity: capacity)
        let job = TransferJob(
            id: id, request: request, origin: origin, isCancelled: { flag.isRaised }, sink: .stream(buffer))
        let cancel: @Sendable () -> Void = { [loop, name = job.name] in
            flag.raise()
            buffer.finish(.failure(.cancelled(name)))
            loop.cancel(id)
        }
        let result = await withTaskCancellationHandler {
            loop.submit(job)
            do throws(TransportError) {
                return Result<HTTPStream.Head?, TransportError>.success(try await buffer.head())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancel()
        }
        guard let head = try result.get() else {
            throw TransportError(.truncated, request: job.name, detail: "the answer has no head")
        }
        // The stream keeps the client, whose end would end it.
        return HTTPStream(
            head: head, buffer: buffer, cancel: cancel,
            resume: { [self] in loop.resume(id) })
    }

    private static func origin(of request: HTTPRequest) throws(TransportError) -> HTTPOrigin {
        if let origin = HTTPOrigin(url: request.url) { return origin }
        throw TransportError(
            .misconfigured, request: "\(request.method.rawValue) request",
            detail: "the URL is not an absolute http or https URL without user and password")
    }

    /// Ends transfers in flight with `cancelled` and returns when the client's thread has ended.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            loop.stop { continuation.resume() }
        }
    }
}

private final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}
