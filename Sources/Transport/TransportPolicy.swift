/// What a client may connect to and how long it waits; fixed for the life of the client.
package struct TransportPolicy: Sendable {
    /// Hosts that may be spoken to without TLS.
    package var allowsPlainHTTP: Set<HostPort>
    /// Hosts that may resolve to loopback, private and other addresses that are not on the public Internet.
    package var allowsPrivateAddresses: Set<HostPort>
    /// The only hosts that may be spoken to; `nil`: every host whose addresses are public.
    package var allowedHosts: Set<HostPort>?
    /// The longest answer accepted, in decoded bytes.
    package var maximumBodyBytes: Int
    /// The longest answer accepted by ``HTTPClient/stream(_:)``, in decoded bytes.
    package var maximumStreamBytes: Int
    /// The largest decoded : received ratio of a compressed answer longer than 1 MiB.
    package var maximumRatio: Int
    package var connectTimeout: Duration
    /// A transfer slower than this many bytes a second for `lowSpeedTime` is given up; waiting for the first
    /// byte counts as slow, so this stays above the longest time a server may think.
    package var lowSpeedLimit: Int
    package var lowSpeedTime: Duration
    /// The whole request, including time queued for a connection.
    package var totalTimeout: Duration
    /// The whole of a streamed answer, including the time its reader takes.
    package var streamTimeout: Duration
    /// What all requests go through; the environment's proxies are never used.
    package var proxy: HTTPProxy?
    /// A PEM file of certificate authorities used instead of the system's.
    package var caFile: String?

    package init(
        allowsPlainHTTP: Set<HostPort> = [], allowsPrivateAddresses: Set<HostPort> = [],
        allowedHosts: Set<HostPort>? = nil, maximumBodyBytes: Int = 64 << 20,
        maximumStreamBytes: Int = 1 << 30, maximumRatio: Int = 100, connectTimeout: Duration = .seconds(10),
        lowSpeedLimit: Int = 100, lowSpeedTime: Duration = .seconds(150),
        totalTimeout: Duration = .seconds(300), streamTimeout: Duration = .seconds(3600),
        proxy: HTTPProxy? = nil, caFile: String? = nil
    ) {
        self.allowsPlainHTTP = allowsPlainHTTP
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.allowedHosts = allowedHosts
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumStreamBytes = maximumStreamBytes
        self.maximumRatio = maximumRatio
        self.connectTimeout = connectTimeout
        self.lowSpeedLimit = lowSpeedLimit
        self.lowSpeedTime = lowSpeedTime
        self.totalTimeout = totalTimeout
        self.streamTimeout = streamTimeout
        self.proxy = proxy
        self.caFile = caFile
    }
}

/// An HTTP proxy that requests are tunnelled through (CONNECT), so that it sees host and port and nothing else.
///
/// Its own address may be private: the operator named it.
package struct HTTPProxy: Sendable {
    package var origin: HTTPOrigin
    package var credentials: (user: String, password: Secret)?

    package init(_ origin: HTTPOrigin, credentials: (user: String, password: Secret)? = nil) {
        self.origin = origin
        self.credentials = credentials
    }
}

extension Duration {
    /// Whole milliseconds, rounded up: a limit is never shortened to none.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
