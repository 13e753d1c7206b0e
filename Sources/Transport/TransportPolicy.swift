/// What a client may connect to and how long it waits; fixed for the life of the client.
package struct TransportPolicy: Sendable {
    /// Hosts that may be spoken to without TLS.
    package var allowsPlainHTTP: Set<HostPort>
    /// Hosts that may resolve to loopback, private and other addresses that are not on the public Internet.
    package var allowsPrivateAddresses: Set<HostPort>
    /// The longest answer accepted, in decoded bytes.
    package var maximumBodyBytes: Int
    /// The largest decoded : received ratio of a compressed answer longer than 1 MiB.
    package var maximumRatio: Int
    package var connectTimeout: Duration
    /// A transfer slower than this many bytes a second for `lowSpeedTime` is given up; waiting for the first
    /// byte counts as slow, so this stays above the longest time a server may think.
    package var lowSpeedLimit: Int
    package var lowSpeedTime: Duration
    /// The whole request, including time queued for a connection.
    package var totalTimeout: Duration
    /// A PEM file of certificate authorities used instead of the system's.
    package var caFile: String?

    package init(
        allowsPlainHTTP: Set<HostPort> = [], allowsPrivateAddresses: Set<HostPort> = [],
        maximumBodyBytes: Int = 64 << 20, maximumRatio: Int = 100, connectTimeout: Duration = .seconds(10),
        lowSpeedLimit: Int = 100, lowSpeedTime: Duration = .seconds(150),
        totalTimeout: Duration = .seconds(300), caFile: String? = nil
    ) {
        self.allowsPlainHTTP = allowsPlainHTTP
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumRatio = maximumRatio
        self.connectTimeout = connectTimeout
        self.lowSpeedLimit = lowSpeedLimit
        self.lowSpeedTime = lowSpeedTime
        self.totalTimeout = totalTimeout
        self.caFile = caFile
    }
}

extension Duration {
    /// Whole milliseconds, rounded up: a limit is never shortened to none.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
