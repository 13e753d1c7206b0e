package import Transport

/// An answer of a source that is read as it arrives. It is complete only when ``next()`` has returned `nil`.
package struct SourceStream: Sendable {
    /// Status and headers; its body is empty.
    package let head: HTTPResponse
    private let stream: HTTPStream
    private let action: String
    private let client: SourceClient

    init(_ stream: HTTPStream, head: HTTPResponse, action: String, client: SourceClient) {
        self.stream = stream
        self.head = head
        self.action = action
        self.client = client
    }

    /// The next bytes of the body, `nil` after the last.
    package func next() async throws(SourceError) -> [UInt8]? {
        do throws(TransportError) {
            let chunk = try await stream.next()
            if let chunk { await client.count { $0.bytes += chunk.count } }
            return chunk
        } catch {
            let found = SourceError(error, source: client.source)
            throw SourceError(found.kind, source: client.source, detail: "\(action): \(found.detail)")
        }
    }
}
