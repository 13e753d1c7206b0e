internal import CCurl

/// Scheme, host and port of a URL, read by the same parser that will connect to it.
///
/// Two parsers that disagree about where a host name ends are how requests are sent to the wrong host; this
/// one is libcurl's own.
package struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
    /// "http" or "https".
    package let scheme: String
    /// Lower case; an IPv6 literal keeps its brackets.
    package let host: String
    package let port: Int

    /// `nil` for a relative URL, one with a user or password in it, or another scheme than http and https.
    package init?(url: String) {
        guard !url.utf8.contains(0), let handle = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(handle) }
        let flags = UInt32(CURLU_DISALLOW_USER)
        guard unsafe curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK else { return nil }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            let code = unsafe curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT))
            guard code == CURLUE_OK, let text = unsafe text else { return nil }
            defer { unsafe curl_free(text) }
            return unsafe String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST), let port = part(CURLUPART_PORT).flatMap(Int.init)
        else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    package var hostPort: HostPort { HostPort(host: host, port: port) }

    /// Without the port when it is the scheme's own.
    package var description: String {
        let isDefault = (scheme == "https" && port == 443) || (scheme == "http" && port == 80)
        return description(withPort: !isDefault)
    }

    func description(withPort: Bool) -> String {
        withPort ? "\(scheme)://\(host):\(port)" : "\(scheme)://\(host)"
    }
}

/// A host and a port an exception is made for.
package struct HostPort: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host.lowercased()
        self.port = port
    }

    /// Parses "host:port" or "[::1]:port"; `nil` when the port is missing or out of range.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        self.init(host: String(text[..<colon]), port: port)
    }

    package var description: String { "\(host):\(port)" }
}
