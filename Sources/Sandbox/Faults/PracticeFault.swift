import Model

/// A way in which the practice CRM misbehaves on demand, so that a client can be seen to cope.
enum PracticeFault: String, Sendable, Hashable, Codable, CaseIterable {
    /// The session is gone: the vendor's 401 until a new token is fetched.
    case unauthorized
    /// The vendor's way to say "too many requests".
    case throttle
    /// 503, or the status asked for.
    case unavailable
    /// A maintenance page in HTML with status 200.
    case html
    /// The body drips out over some seconds.
    case slow
    /// Half of the promised Content-Length, then the connection closes.
    case truncate
    /// Half of a chunked body without the last chunk.
    case truncateChunked
    /// Half of a body that only the closing of the connection delimits: no transfer layer can tell.
    case truncateClose
    /// The next page is this page again.
    case pageLoop
    /// The next page is on another host.
    case foreignNext
    /// JSON that breaks off, with a Content-Length that agrees.
    case malformed
    /// A small gzip body that swells to `bytes`.
    case gzipBomb
    /// The last rows of this page are the first of the next one again.
    case duplicateRows
    /// No rows, and a link to the page that should have been here.
    case emptyPage
    /// Half as many rows as asked for.
    case changedPageSize
    /// The cursor, locator or delta token of the request is no longer known.
    case expireCursor
    /// Latin-1 in a body that says it is UTF-8.
    case wrongCharset
    /// A text of `bytes` in the first row.
    case hugeField
}

/// Faults asked for by `POST /practice/faults`.
struct FaultOrder: Sendable, Hashable, Codable {
    enum RetryAfterForm: String, Sendable, Codable { case seconds, date }

    var kind: PracticeFault
    /// How many requests it hits.
    var count: Int
    /// Only requests whose path begins so.
    var path: String?
    /// Lets so many matching requests pass first.
    var after: Int?
    /// Of `throttle` and `unavailable`, in seconds; no header without it, unless the vendor always sends one.
    var retryAfter: Int?
    var retryAfterForm: RetryAfterForm?
    /// Of `unavailable`.
    var status: Int?
    /// Of `gzipBomb` and `hugeField`.
    var bytes: Int?

    init(_ kind: PracticeFault, count: Int = 1) {
        self.kind = kind
        self.count = count
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        kind = try fields.decode(PracticeFault.self, forKey: .kind)
        count = try fields.decodeIfPresent(Int.self, forKey: .count) ?? 1
        path = try fields.decodeIfPresent(String.self, forKey: .path)
        after = try fields.decodeIfPresent(Int.self, forKey: .after)
        retryAfter = try fields.decodeIfPresent(Int.self, forKey: .retryAfter)
        retryAfterForm = try fields.decodeIfPresent(RetryAfterForm.self, forKey: .retryAfterForm)
        status = try fields.decodeIfPresent(Int.self, forKey: .status)
        bytes = try fields.decodeIfPresent(Int.self, forKey: .bytes)
    }

    /// What is wrong with it, for the person who asked.
    var complaint: String? {
        if !(1...1000).contains(count) { return "'count' is \(count); expected 1 to 1000" }
        if let after, !(0...1_000_000).contains(after) { return "'after' is \(after); expected 0 to 1000000" }
        if let retryAfter, !(0...86_400).contains(retryAfter) {
            return "'retryAfter' is \(retryAfter); expected 0 to 86400 seconds"
        }
        if let status, !(500...599).contains(status) { return "'status' is \(status); expected 500 to 599" }
        if let bytes, !(1...(1 << 30)).contains(bytes) {
            return "'bytes' is \(bytes); expected 1 to 1073741824"
        }
        return nil
    }

    /// The value of a Retry-After header on an answer dated `now`.
    func retryAfterText(now: Instant, otherwise seconds: Int? = nil) -> String? {
        guard let delay = retryAfter ?? seconds else { return nil }
        guard retryAfterForm == .date else { return String(delay) }
        return Instant(milliseconds: now.milliseconds + Int64(delay) * 1000).httpDate
    }
}

/// Faults waiting for requests to hit, in the order they were asked for.
struct FaultQueue: Sendable {
    private var waiting: [FaultOrder] = []

    mutating func add(_ order: FaultOrder) { waiting.append(order) }

    /// The fault that hits a request, which is the first whose turn it is.
    ///
    /// - Parameters:
    ///   - hasCursor: whether the request names a place to go on from, which is all `expireCursor` can hit.
    ///   - isToken: whether it asks for a token, which is hit only by faults that name its path.
    mutating func next(path: String, hasCursor: Bool = false, isToken: Bool = false) -> FaultOrder? {
        for position in waiting.indices {
            let order = waiting[position]
            guard order.path.map(path.hasPrefix) ?? !isToken, hasCursor || order.kind != .expireCursor else {
                continue
            }
            if let after = order.after, after > 0 {
                waiting[position].after = after - 1
                continue
            }
            waiting[position].count -= 1
            if waiting[position].count == 0 { waiting.remove(at: position) }
            return order
        }
        return nil
    }

    mutating func clear() { waiting = [] }
    var count: Int { waiting.reduce(0) { $0 + $1.count } }
}
