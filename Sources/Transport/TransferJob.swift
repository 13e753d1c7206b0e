/// A request as the loop receives it.
struct TransferJob: Sendable {
    /// Where the answer goes.
    enum Sink: Sendable {
        case whole(@Sendable (Result<HTTPResponse, TransportError>) -> Void)
        case stream(StreamBuffer)
    }

    var id: UInt64
    var request: HTTPRequest
    var origin: HTTPOrigin
    var isCancelled: @Sendable () -> Bool
    var sink: Sink

    /// The request as errors name it.
    var name: String { TransferJob.name(request, origin) }

    static func name(_ request: HTTPRequest, _ origin: HTTPOrigin) -> String {
        let place = request.unixSocketPath.map { "socket '\($0)'" } ?? origin.description
        return "\(request.method.rawValue) \(place)"
    }

    var isStreamed: Bool {
        if case .stream = sink { true } else { false }
    }

    func finish(_ result: Result<HTTPResponse, TransportError>) {
        switch sink {
        case .whole(let finish): finish(result)
        case .stream(let buffer): buffer.finish(result.map { _ in })
        }
    }

    /// A stream is never cut: its reader would take the part for the whole.
    func bodyLimit(_ policy: TransportPolicy) -> HTTPRequest.BodyLimit {
        switch (request.bodyLimit, isStreamed) {
        case (.keepFirst(let bytes), true): .failAbove(bytes)
        case (let limit?, _): limit
        case (nil, true): .failAbove(policy.maximumStreamBytes)
        case (nil, false): .failAbove(policy.maximumBodyBytes)
        }
    }
}
