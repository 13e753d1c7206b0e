/// A server's answer whose body is read as it arrives, in bounded memory: the server is held up while the reader is
/// busy.
///
/// For one reader. Its end is the body's end only when ``next()`` has returned `nil`: an error after part of the
/// body is thrown after that part, so that no cut body is taken for a whole one. Letting go of the stream ends the
/// transfer.
package final class HTTPStream: Sendable, AsyncSequence {
    /// Status and headers of an answer, whatever the status.
    package struct Head: Sendable {
        package var status: Int
        /// In the order received, names as sent.
        package var headers: [(name: String, value: String)]
        /// As ``HTTPResponse/isSelfDelimited``.
        package var isSelfDelimited: Bool
        package var version: HTTPVersion
    }

    package let head: Head
    private let buffer: StreamBuffer
    private let cancel: @Sendable () -> Void
    private let resume: @Sendable () -> Void

    init(
        head: Head, buffer: StreamBuffer, cancel: @escaping @Sendable () -> Void,
        resume: @escaping @Sendable () -> Void
    ) {
        self.head = head
        self.buffer = buffer
        self.cancel = cancel
        self.resume = resume
    }

    deinit { cancel() }

    /// The next bytes of the body, `nil` after the last. Cancelling the task ends the transfer.
    package func next() async throws(TransportError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            do throws(TransportError) {
                return Result<[UInt8]?, TransportError>.success(try await buffer.next(resume: resume))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    /// The answer with all that is left of its body, such as the text of a refusal; fails above `limit` bytes.
    package func response(upTo limit: Int) async throws(TransportError) -> HTTPResponse {
        var body: [UInt8] = []
        while let chunk = try await next() {
            body += chunk
            guard body.count <= limit else {
                cancel()
                throw TransportError(
                    .bodyTooLarge, request: "streamed answer",
                    detail: "the answer is longer than the limit of \(limit) bytes")
            }
        }
        return HTTPResponse(
            status: head.status, headers: head.headers, body: body, isSelfDelimited: head.isSelfDelimited,
            isCut: false, version: head.version)
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let stream: HTTPStream

        package mutating func next() async throws -> [UInt8]? { try await stream.next() }
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(TransportError) -> [UInt8]? { try await stream.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }
}
