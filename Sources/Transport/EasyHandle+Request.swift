internal import CCurl

extension EasyHandle {
    /// Applies the policy and the request. Nothing is left to libcurl's defaults or to the environment.
    func configure(
        _ job: TransferJob, policy: TransportPolicy, choice: ProtocolFallback.Choice
    ) throws(TransportError) {
        let request = job.request
        let origin = job.origin
        try set(CURLOPT_URL, request.url)
        try confine(request, origin: origin, policy: policy)
        try route(request.unixSocketPath == nil ? policy.proxy : nil, policy)
        try limit(job, policy: policy)
        try set(CURLOPT_USERAGENT, "fairway")
        try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        try selectVersion(origin, choice)
        try keepConnections()
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
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_UNRESTRICTED_AUTH, 0)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_HTTP09_ALLOWED, 0)
        // Cookies and Alt-Svc are off as long as no option of theirs is set; libcurl takes no "off" for them.
        try set(CURLOPT_HSTS_CTRL, 0)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = policy.caFile { try set(CURLOPT_CAINFO, caFile) }
        if let path = request.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    }

    /// Through this proxy or none, whatever the environment says.
    private func route(_ proxy: HTTPProxy?, _ policy: TransportPolicy) throws(TransportError) {
        guard let proxy else {
            try set(CURLOPT_PROXY, "")
            return try set(CURLOPT_NOPROXY, "*")
        }
        try set(CURLOPT_PROXY, proxy.origin.description(withPort: true))
        try set(CURLOPT_NOPROXY, "")
        // Through a tunnel the proxy sees no header, so that none can leak to it.
        try set(CURLOPT_HTTPPROXYTUNNEL, 1)
        try set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_PROXY_SSL_VERIFYPEER, 1)
        try set(CURLOPT_PROXY_SSL_VERIFYHOST, 2)
        try set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = policy.caFile { try set(CURLOPT_PROXY_CAINFO, caFile) }
        guard let credentials = proxy.credentials else { return }
        try set(CURLOPT_PROXYAUTH, fw_auth_basic)
        try set(CURLOPT_PROXYUSERNAME, credentials.user)
        try set(CURLOPT_PROXYPASSWORD, credentials.password.reveal())
    }

    /// How long, how slow and how large the answer may be.
    private func limit(_ job: TransferJob, policy: TransportPolicy) throws(TransportError) {
        let request = job.request
        let total = request.totalTimeout ?? (job.isStreamed ? policy.streamTimeout : policy.totalTimeout)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(
            CURLOPT_CONNECTTIMEOUT_MS, (request.connectTimeout ?? policy.connectTimeout).milliseconds)
        try set(CURLOPT_TIMEOUT_MS, total.milliseconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, policy.lowSpeedLimit)
        try set(CURLOPT_LOW_SPEED_TIME, (policy.lowSpeedTime.milliseconds + 999) / 1000)
        // Ends an answer early that announces its length; `Transfer` counts what arrives. Packed bytes may be a
        // little more than the plain ones.
        if case .failAbove(let bytes) = job.bodyLimit(policy) {
            try set(CURLOPT_MAXFILESIZE_LARGE, offset: min(bytes, 1 << 48) + 65_536)
        }
    }

    private func selectVersion(
        _ origin: HTTPOrigin, _ choice: ProtocolFallback.Choice
    ) throws(TransportError) {
        let version = choice.mayUseHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        try set(CURLOPT_HTTP_VERSION, Int(version))
        // Waiting for a connection that may turn out to be HTTP/2 pays only where one can: over TLS.
        try set(CURLOPT_PIPEWAIT, origin.scheme == "https" && choice.mayUseHTTP2 ? 1 : 0)
        try set(CURLOPT_FRESH_CONNECT, choice.isFresh ? 1 : 0)
    }

    private func keepConnections() throws(TransportError) {
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_MAXAGE_CONN, 118)
        // Names are resolved anew now and then.
        try set(CURLOPT_MAXLIFETIME_CONN, 3600)
    }

    private func authenticate(_ request: HTTPRequest) throws(TransportError) {
        if let bearer = request.bearer {
            try set(CURLOPT_HTTPAUTH, fw_auth_bearer)
            try set(CURLOPT_XOAUTH2_BEARER, bearer.reveal())
        } else if let (user, password) = request.basic {
            try set(CURLOPT_HTTPAUTH, fw_auth_basic)
            try set(CURLOPT_USERNAME, user)
            try set(CURLOPT_PASSWORD, password.reveal())
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
