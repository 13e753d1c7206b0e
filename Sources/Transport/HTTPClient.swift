internal import Synchronization

/// Sends HTTP requests under one policy, over at most four connections a host and sixteen in all.
///
/// Safe to use from any number of tasks. A status other than 2xx is an answer, not an error; a redirect is
/// an answer too and is never followed.
package final class HTTPClient: Sendable {
    private let loop: TransferLoop
    private let lastID = Atomic<UInt64>(0)

    package init(policy: TransportPolicy) throws(TransportError) {
        loop = try TransferLoop(policy: policy)
        loop.start()
    }

    deinit { loop.stop {} }

    /// The server's complete answer. Cancelling the task ends the transfer and throws `cancelled`.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let origin = HTTPOrigin(url: request.url) else {
            throw TransportError(
                .misconfigured, request: "\(request.method.rawValue) request",
                detail: "the URL is not an absolute http or https URL without user and password")
        }
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        // A cancellation may reach the loop before the request does; the flag tells the loop then.
        let flag = CancellationFlag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(
                    TransferJob(
                        id: id, request: request, origin: origin, isCancelled: { flag.isRaised },
                        finish: { continuation.resume(returning: $0) }))
            }
        } onCancel: {
            flag.raise()
            loop.cancel(id)
        }
        return try result.get()
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
