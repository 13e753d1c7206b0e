internal import CCurl

/// A request as the loop receives it.
struct TransferJob: Sendable {
    var id: UInt64
    var request: HTTPRequest
    var origin: HTTPOrigin
    var isCancelled: @Sendable () -> Bool
    var finish: @Sendable (Result<HTTPResponse, TransportError>) -> Void

    /// The request as errors name it.
    var name: String { TransferJob.name(request, origin) }

    static func name(_ request: HTTPRequest, _ origin: HTTPOrigin) -> String {
        let place = request.unixSocketPath.map { "socket '\($0)'" } ?? origin.description
        return "\(request.method.rawValue) \(place)"
    }
}

/// One request on the wire and what has been received of its answer. Confined to the loop's thread.
final class Transfer {
    let job: TransferJob
    let easy: EasyHandle
    private let headerList: HeaderList
    private let mayUsePrivateAddresses: Bool
    private let bodyLimit: HTTPRequest.BodyLimit
    private let maximumRatio: Int

    private var head = ResponseHead()
    private var body: [UInt8] = []
    /// Why this side ended the transfer, when it did.
    private var abort: Abort?

    private enum Abort {
        case refusedAddress(reason: String)
        case bodyTooLarge(limit: Int)
        case ratio(Int)
        case cut
    }

    init(_ job: TransferJob, policy: TransportPolicy) throws(TransportError) {
        self.job = job
        easy = try EasyHandle(request: job.name)
        headerList = try HeaderList(job.request.headers, request: job.name)
        mayUsePrivateAddresses = policy.allowsPrivateAddresses.contains(job.origin.hostPort)
        bodyLimit = job.request.bodyLimit ?? .failAbove(policy.maximumBodyBytes)
        maximumRatio = policy.maximumRatio
        try easy.configure(job.request, origin: job.origin, policy: policy)
        try unsafe easy.set(CURLOPT_HTTPHEADER, list: headerList.first)
        try connectCallbacks()
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
        return true
    }

    /// Whether the transfer goes on.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let decoded = body.count + bytes.count
        switch bodyLimit {
        case .failAbove(let limit) where decoded > limit:
            abort = .bodyTooLarge(limit: limit)
            return false
        case .keepFirst(let limit) where decoded > limit:
            unsafe body.append(contentsOf: bytes.prefix(limit - body.count))
            abort = .cut
            return false
        case .failAbove, .keepFirst:
            break
        }
        // libcurl counts a chunk as received only after passing it on, hence one buffer of slack.
        let received = easy.offset(CURLINFO_SIZE_DOWNLOAD_T) + 16_384
        if decoded > 1 << 20, decoded / received > maximumRatio {
            abort = .ratio(maximumRatio)
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
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
        guard code == CURLE_OK else {
            return .failure(TransportError(code, request: job.name, text: easy.lastError))
        }
        return .success(response(isCut: false))
    }

    private func response(isCut: Bool) -> HTTPResponse {
        let isHTTP2 = easy.long(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0)
        return HTTPResponse(
            status: easy.long(CURLINFO_RESPONSE_CODE), headers: head.headers, body: body,
            isSelfDelimited: isHTTP2 || head.announcesBodyEnd, isCut: isCut)
    }

    private func failure(_ kind: TransportError.Kind, _ detail: String) -> Result<
        HTTPResponse, TransportError
    > {
        .failure(TransportError(kind, request: job.name, detail: detail))
    }
}
