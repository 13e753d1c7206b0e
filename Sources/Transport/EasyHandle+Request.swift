internal import CCurl

extension EasyHandle {
    /// Applies the policy and the request. Nothing is left to libcurl's defaults or to the environment.
    func configure(
        _ request: HTTPRequest, origin: HTTPOrigin, policy: TransportPolicy
    ) throws(TransportError) {
        try set(CURLOPT_URL, request.url)
        try confine(request, origin: origin, policy: policy)
        try limit(request, policy: policy)
        try set(CURLOPT_USERAGENT, "fairway")
        try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // Waiting for a connection that may turn out to be HTTP/2 pays only where one can: over TLS.
        try set(CURLOPT_PIPEWAIT, origin.scheme == "https" ? 1 : 0)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try authenticate(request)
        try attachBody(of: request)
    }

    /// Where the request may go: schemes, redirects, proxies, certificates.
    private func confine(
        _ request: HTTPRequest, origin: HTTPOrigin, policy: TransportPolicy
    ) throws(TransportError) {
        let mayBePlain =
            request.unixSocketPath != nil || policy.allowsPlainHTTP.contains(origin.hostPort)
        try set(CURLOPT_PROTOCOLS_STR, mayBePlain ? "http,https" : "https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // libcurl 7.88 refuses an empty list here; with FOLLOWLOCATION 0 it is a second lock.
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_UNRESTRICTED_AUTH, 0)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = policy.caFile { try set(CURLOPT_CAINFO, caFile) }
        if let path = request.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    }

    /// How long and how slow the request may be.
    private func limit(_ request: HTTPRequest, policy: TransportPolicy) throws(TransportError) {
        try set(CURLOPT_NOSIGNAL, 1)
        try set(
            CURLOPT_CONNECTTIMEOUT_MS, (request.connectTimeout ?? policy.connectTimeout).milliseconds)
        try set(CURLOPT_TIMEOUT_MS, (request.totalTimeout ?? policy.totalTimeout).milliseconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, policy.lowSpeedLimit)
        try set(CURLOPT_LOW_SPEED_TIME, (policy.lowSpeedTime.milliseconds + 999) / 1000)
    }

    private func authenticate(_ request: HTTPRequest) throws(TransportError) {
        if let bearer = request.bearer {
            try set(CURLOPT_HTTPAUTH, fw_auth_bearer)
            try set(CURLOPT_XOAUTH2_BEARER, bearer.reveal())
        }
    }

    private func attachBody(of request: HTTPRequest) throws(TransportError) {
        switch request.method {
        case .get:
            try set(CURLOPT_HTTPGET, 1)
        case .post:
            try set(CURLOPT_POST, 1)
            try copy(request.body ?? [])
        case .delete:
            try set(CURLOPT_HTTPGET, 1)
            try set(CURLOPT_CUSTOMREQUEST, "DELETE")
        }
    }

    /// The size goes first: without it libcurl would read up to a NUL byte.
    private func copy(_ body: [UInt8]) throws(TransportError) {
        try set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
        let bytes = body.isEmpty ? [0] : body
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(TransportError) in
            guard let start = buffer.baseAddress else { return }
            try unsafe set(CURLOPT_COPYPOSTFIELDS, pointer: start)
        }
    }
}
