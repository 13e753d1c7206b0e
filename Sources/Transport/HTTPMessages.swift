/// One HTTP request. Redirects are never followed; credentials go only where the URL points.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What to do with an answer longer than the limit, in decoded bytes.
    package enum BodyLimit: Sendable, Hashable {
        /// The request fails: a partial answer is of no use.
        case failAbove(Int)
        /// The rest is not read: only the status and the first bytes matter.
        case keepFirst(Int)
    }

    package var method: Method
    /// Absolute, http or https, without user or password.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// Sent as `Authorization: Bearer …`.
    package var bearer: Secret?
    /// Sent as `Authorization: Basic …` (RFC 7617); the user holds no colon.
    package var basic: (user: String, password: Secret)?
    /// Headers whose values must not be seen: `x-api-token`.
    package var secretHeaders: [(name: String, value: Secret)] = []
    /// Talk to a local daemon over this socket; the URL is then `http://localhost/…`.
    package var unixSocketPath: String?
    /// Overrides of the policy's.
    package var connectTimeout: Duration?
    package var totalTimeout: Duration?
    package var bodyLimit: BodyLimit?

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, bearer: Secret? = nil, unixSocketPath: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.bearer = bearer
        self.unixSocketPath = unixSocketPath
    }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method and origin only: path, query, headers and body may hold secrets.
    package var description: String {
        "\(method.rawValue) \(HTTPOrigin(url: url)?.description ?? "of a malformed URL")"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The version of HTTP an answer was given in.
package enum HTTPVersion: String, Sendable, Hashable {
    case http1_0 = "HTTP/1.0"
    case http1_1 = "HTTP/1.1"
    case http2 = "HTTP/2"
}

/// What a server answered, whatever the status.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// In the order received, names as sent.
    package var headers: [(name: String, value: String)]
    /// Decoded (gzip and deflate undone).
    package var body: [UInt8]
    /// Whether the protocol itself said where the body ends (a length, chunks, or HTTP/2).
    ///
    /// A body that ends where the connection was closed may have been cut off unseen: accept one only when
    /// its parser would notice.
    package var isSelfDelimited: Bool
    /// Whether the body was cut at ``HTTPRequest/BodyLimit/keepFirst(_:)``.
    package var isCut: Bool
    package var version: HTTPVersion

    package init(
        status: Int, headers: [(name: String, value: String)], body: [UInt8], isSelfDelimited: Bool,
        isCut: Bool, version: HTTPVersion = .http1_1
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isSelfDelimited = isSelfDelimited
        self.isCut = isCut
        self.version = version
    }

    /// The first value of a header; names compare without case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
}
