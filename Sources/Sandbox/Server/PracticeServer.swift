import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An HTTP/1.1 server whose answers carry the simulation's date.
///
/// Clients of a CRM take their upper bounds from its `Date` header, so the header must tell business time;
/// Hummingbird's `Application` always writes the machine's, which is why this stands on `Server` directly.
struct PracticeServer<Responder: HTTPResponder>: Sendable
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let host: String
    let port: Int
    let responder: Responder
    let now: @Sendable () async -> Instant
    /// HTTPS instead of HTTP.
    var tls: TLSConfiguration?
    /// Called with the bound port once connections are accepted.
    let onRunning: @Sendable (Int) async -> Void

    /// Serves until the task is cancelled or the surrounding service group shuts down.
    func run() async throws {
        var logger = Logger(label: "fairway.practice")
        // A server that is stopped with connections open reports each as an error.
        logger.logLevel = .critical
        let requestLogger = logger
        let channel = HTTP1Channel { request, writer, channel in
            let context = Responder.Context(source: .init(channel: channel, logger: requestLogger))
            var response: Response
            do {
                response = try await responder.respond(to: request, context: context)
            } catch {
                requestLogger.error("answering \(request.uri.path): \(error)")
                response = Response(status: .internalServerError)
            }
            response.headers[.date] = await now().httpDate
            if response.headers[.practiceCloseDelimited] != nil {
                return try await response.sendCloseDelimited(on: channel)
            }
            try await writer.write(response: response.head, body: response.body)
        }
        if let tls {
            try await serve(TLSChannel(channel, tlsConfiguration: tls), logger: logger)
        } else {
            try await serve(channel, logger: logger)
        }
    }

    private func serve(_ channel: some ServerChildChannel, logger: Logger) async throws {
        let server = Server(
            childChannelSetup: channel, configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { await onRunning(port) }
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        do {
            try await server.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw PracticePortInUse(host: host, port: port)
        }
    }
}

/// Another program answers where the practice CRM should.
package struct PracticePortInUse: Error, CustomStringConvertible {
    let host: String
    let port: Int

    package var description: String {
        "another program answers on \(host):\(port) already; stop that one, or choose another port with --port "
            + "(0 takes any free one)"
    }
}

extension Response {
    /// Sends the response without a Content-Length or chunks, and closes the connection: the end of the body is
    /// wherever that happens. It goes past the encoder, which would frame it.
    fileprivate func sendCloseDelimited(on channel: any Channel) async throws {
        var head = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nConnection: close\r\n"
        for field in headers where field.name != .practiceCloseDelimited && field.name != .contentLength {
            head += "\(field.name): \(field.value)\r\n"
        }
        var buffer = ByteBuffer(string: head + "\r\n")
        let collector = BodyCollector()
        try await body.write(collector)
        buffer.writeImmutableBuffer(collector.collected)
        let message = buffer
        try await channel.eventLoop.submit {
            let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
            encoder.writeAndFlush(NIOAny(message), promise: nil)
            encoder.close(promise: nil)
        }.get()
    }
}

extension Instant {
    /// `Mon, 05 Jan 2026 10:00:00 GMT` (RFC 9110 §5.6.7).
    var httpDate: String {
        let day = Day(number: Int32(milliseconds.dividedDown(by: 86_400_000)))
        let (year, month, date) = day.civil
        let time = description.dropFirst(11).prefix(8)
        let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let shownDate = date < 10 ? "0\(date)" : "\(date)"
        return "\(weekdays[day.isoWeekday - 1]), \(shownDate) \(months[month - 1]) \(year) \(time) GMT"
    }
}

/// Keeps a body instead of sending it.
private struct BodyCollector: ResponseBodyWriter {
    private final class Box {
        var buffer = ByteBuffer()
    }

    private let box = Box()

    var collected: ByteBuffer { box.buffer }

    func write(_ buffer: ByteBuffer) async throws { box.buffer.writeImmutableBuffer(buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
