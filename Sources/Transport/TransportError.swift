/// Why a request got no usable answer, in terms of what the caller can do about it.
///
/// Names the method and the origin only: never a path, a query, a header or a body, which may hold secrets.
package struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// No connection, or one that broke before the answer was complete.
        case unreachable
        case timedOut
        /// The server's certificate was not accepted, or the CA file is unusable.
        case tls
        /// The host resolved to an address this client may not connect to.
        case refusedAddress
        /// The host is not one of those this client is confined to.
        case refusedHost
        /// A scheme this client may not use with this host.
        case protocolRefused
        /// The answer ended before its announced length.
        case truncated
        /// The answer, or its headers, is longer than the limit.
        case bodyTooLarge
        /// The answer's compression could not be undone.
        case badEncoding
        /// The task was cancelled or the client shut down.
        case cancelled
        /// The request or the policy cannot be carried out as written.
        case misconfigured
    }

    package let kind: Kind
    /// What was being done: "GET https://example.com".
    package let request: String
    package let detail: String

    package init(_ kind: Kind, request: String, detail: String) {
        self.kind = kind
        self.request = request
        self.detail = detail
    }

    /// Whether the same request may succeed later without anybody changing anything.
    package var isRetryable: Bool {
        switch kind {
        case .unreachable, .timedOut, .truncated, .badEncoding: true
        case .tls, .refusedAddress, .refusedHost, .protocolRefused, .bodyTooLarge, .cancelled, .misconfigured:
            false
        }
    }

    package var description: String { "\(request): \(detail)" }
}
