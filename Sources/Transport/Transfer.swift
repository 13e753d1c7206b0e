internal import CCurl

/// One request on the wire and what has been received of its answer. Confined to the loop's thread.
final class Transfer {
    let job: TransferJob
    let easy: EasyHandle
    private let headerList: HeaderList
    /// Whether HTTP/2 was offered, so that a broken connection may have been one of its.
    let offersHTTP2: Bool
    private let mayUsePrivateAddresses: Bool
    private let bodyLimit: HTTPRequest.BodyLimit
    private let maximumRatio: Int

    private var head = ResponseHead()
    private var body: [UInt8] = []
    /// Decoded bytes passed on so far.
    private var decoded = 0
    /// Why this side ended the transfer, when it did.
    private var abort: Abort?

    private enum Abort {
        case refusedAddress(reason: String)
        case headTooLarge
        case bodyTooLarge(limit: Int)
        case ratio(Int)
        case cut
    }

    init(
        _ job: TransferJob, policy: TransportPolicy, choice: ProtocolFallback.Choice
    ) throws(TransportError) {
        self.job = job
        try Transfer.checkHost(job, policy: policy)
        easy = try EasyHandle(request: job.name)
        let secrets = job.request.secretHeaders.map { ($0.name, $0.value.reveal()) }
        headerList = try HeaderList(job.request.headers + secrets, request: job.name)
        offersHTTP2 = choice.mayUseHTTP2 && job.origin.scheme == "https"
        // With a proxy the sockets are the proxy's, which the operator named.
        mayUsePrivateAddresses =
            policy.proxy != nil || policy.allowsPrivateAddresses.contains(job.origin.hostPort)
        bodyLimit = job.bodyLimit(policy)
        maximumRatio = policy.maximumRatio
        try easy.configure(job, policy: policy, choice: choice)
        try unsafe easy.set(CURLOPT_HTTPHEADER, list: headerList.first)
        try connectCallbacks()
    }

    /// Whether the policy lets the host be asked at all; addresses are checked when sockets are opened.
    private static func checkHost(_ job: TransferJob, policy: TransportPolicy) throws(TransportError) {
        guard job.request.unixSocketPath == nil else { return }
        let host = job.origin.hostPort
        if let allowed = policy.allowedHosts, !allowed.contains(host) {
            throw TransportError(
                .refusedHost, request: job.name,
                detail:
                    "'\(host)' is not one of the hosts this client may talk to; allow it if it is intended")
        }
        guard policy.proxy != nil, !policy.allowsPrivateAddresses.contains(host),
            let reason = AddressPolicy.reasonToRefuse(host: job.origin.host)
        else { return }
        throw TransportError(
            .refusedAddress, request: job.name,
            detail: "'\(job.origin.host)' is a \(reason) name or address, which is not asked for through a "
                + "proxy; allow private addresses for '\(host)' if that is intended")
    }

    /// The transfer outlives the handle's use of it: the loop drops both together.
    private func connectCallbacks() throws(TransportError) {
        let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        try unsafe easy.set(CURLOPT_WRITEDATA, pointer: context)
        try unsafe easy.set(CURLOPT_HEADERDATA, pointer: context)
        try unsafe easy.set(CURLOPT_OPENSOCKETDATA, pointer: context)
        try unsafe easy.set(CURLOPT_WRITEFUNCTION, callback: receiveBodyBytes)
        try unsafe easy.set(CURLOPT_HEADERFUNCTION, callback: receiveHeaderLine)
        try unsafe easy.setOpenSocket(openCheckedSocket)
    }

    /// Whether the transfer goes on.
    func receive(headerLine: String) -> Bool {
        head.receive(headerLine)
        guard head.bytes <= ResponseHead.maximumBytes else {
            abort = .headTooLarge
            return false
        }
        if case .stream(let buffer) = job.sink, head.isFinal { buffer.begin(streamHead) }
        return true
    }

    /// What becomes of offered bytes.
    enum Reception { case taken, paused, refused }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
        let total = decoded + bytes.count
        switch bodyLimit {
        case .failAbove(let limit) where total > limit:
            abort = .bodyTooLarge(limit: limit)
            return .refused
        case .keepFirst(let limit) where total > limit:
            unsafe body.append(contentsOf: bytes.prefix(limit - body.count))
            abort = .cut
            return .refused
        case .failAbove, .keepFirst:
            break
        }
        // libcurl counts a chunk as received only after passing it on, hence one buffer of slack.
        let received = easy.offset(CURLINFO_SIZE_DOWNLOAD_T) + 16_384
        if total > 1 << 20, total / received > maximumRatio {
            abort = .ratio(maximumRatio)
            return .refused
        }
        switch job.sink {
        case .whole:
            if body.isEmpty { body.reserveCapacity(announced(atLeast: bytes.count)) }
            unsafe body.append(contentsOf: bytes)
        case .stream(let buffer): guard unsafe buffer.offer(bytes) else { return .paused }
        }
        decoded = total
        return .taken
    }

    /// How long the answer says it is, for as much of it as may be believed before it is here; at least `received`.
    private func announced(atLeast received: Int) -> Int {
        max(received, min(easy.offset(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 4 << 20))
    }

    /// Whether a socket to `address` may be opened (`nil`: a Unix socket).
    func mayConnect(to address: IPAddress?) -> Bool {
        guard let address else { return job.request.unixSocketPath != nil }
        guard !mayUsePrivateAddresses, let reason = AddressPolicy.reasonToRefuse(address) else {
            return true
        }
        abort = .refusedAddress(reason: reason)
        return false
    }

    /// The outcome, given libcurl's result code.
    func result(_ code: CURLcode) -> Result<HTTPResponse, TransportError> {
        switch abort {
        case .headTooLarge:
            return failure(
                .bodyTooLarge,
                "the answer's headers are longer than the limit of \(ResponseHead.maximumBytes) bytes")
        case .cut:
            return .success(response(isCut: true))
        case .bodyTooLarge(let limit):
            return failure(.bodyTooLarge, "the answer is longer than the limit of \(limit) bytes")
        case .ratio(let ratio):
            return failure(
                .bodyTooLarge, "the answer expands to more than \(ratio) times what was received")
        case .refusedAddress(let reason) where code != CURLE_OK:
            return failure(
                .refusedAddress,
                "'\(job.origin.host)' resolves to a \(reason) address; allow private addresses for "
                    + "'\(job.origin.hostPort)' if that is intended")
        case .refusedAddress, nil:
            break
        }
        if code == CURLE_UNSUPPORTED_PROTOCOL, easy.offset(CURLINFO_CONNECT_TIME_T) > 0 {
            return failure(.unreachable, "what answered there does not speak HTTP")
        }
        if code == CURLE_FILESIZE_EXCEEDED {
            return failure(.bodyTooLarge, "the answer announces more than \(limitText)")
        }
        guard code == CURLE_OK else {
            return .failure(TransportError(code, request: job.name, text: easy.lastError))
        }
        return .success(response(isCut: false))
    }

    private func response(isCut: Bool) -> HTTPResponse {
        HTTPResponse(
            status: easy.long(CURLINFO_RESPONSE_CODE), headers: head.headers, body: body,
            isSelfDelimited: isSelfDelimited, isCut: isCut, version: version ?? .http1_1)
    }

    private var streamHead: HTTPStream.Head {
        HTTPStream.Head(
            status: head.status, headers: head.headers, isSelfDelimited: isSelfDelimited,
            version: version ?? .http1_1)
    }

    private var isSelfDelimited: Bool { version == .http2 || head.announcesBodyEnd }

    /// Of the answer; `nil` while there is none.
    var version: HTTPVersion? {
        switch easy.long(CURLINFO_HTTP_VERSION) {
        case Int(CURL_HTTP_VERSION_1_0): .http1_0
        case Int(CURL_HTTP_VERSION_1_1): .http1_1
        case Int(CURL_HTTP_VERSION_2_0): .http2
        default: nil
        }
    }

    private var limitText: String {
        switch bodyLimit {
        case .failAbove(let bytes), .keepFirst(let bytes): "the limit of \(bytes) bytes"
        }
    }

    private func failure(_ kind: TransportError.Kind, _ detail: String) -> Result<
        HTTPResponse, TransportError
    > {
        .failure(TransportError(kind, request: job.name, detail: detail))
    }
}
