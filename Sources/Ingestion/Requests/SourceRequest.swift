package import Transport

/// A request of a connector, below its source's base address or at another address of the same source.
package struct SourceRequest: Sendable {
    package var method: HTTPRequest.Method
    /// Absolute. ``SourceClient`` refuses another origin than the source's own and those the operator allows.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// What is being done, for messages: "reading stream 'contracts'".
    package var action: String
    /// Whether it may be sent again after a failure of which nobody knows whether it was received. Searches by
    /// POST may, jobs may not.
    package var isRepeatable: Bool
    /// How the request is counted and paced beside the source's general budget: "search" has its own rate.
    package var lane: String?
    /// Whether it may use the part of the budget that is kept for what cannot wait.
    package var isUrgent = false
    /// Whether the parser of the answer notices that its end is missing, as with JSON. Where it does not (CSV
    /// without a count of rows), an answer that ends where the connection was closed is refused.
    package var parserSeesEnd = true

    package init(
        _ method: HTTPRequest.Method, _ url: String, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, action: String, isRepeatable: Bool? = nil, lane: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.action = action
        self.isRepeatable = isRepeatable ?? (method == .get)
        self.lane = lane
    }
}

/// What an answer other than success means, in terms of what to do next. Each connector reads its protocol's.
package struct SourceFault: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The token has run out: fetch another one, ask once more.
        case expiredToken
        /// Credentials or rights that no repetition mends.
        case unauthorized
        /// Asked to wait; seconds, when the source said how many.
        case throttled(seconds: Double?)
        /// Trouble that passes.
        case transient
        /// The query takes too long: ask for less at a time.
        case tooLarge
        /// The position is no longer known at the source: begin again from the last row that was kept.
        case forgottenPosition
        /// The delta token is no longer known: read everything.
        case forgottenToken
        /// The mapping names what the source does not have.
        case unmappable
        /// Anything else: nothing to be expected from asking again.
        case permanent
    }

    package var kind: Kind
    /// The source's own code and words, printable, at most 200 characters, and its request id where it gives one.
    package var detail: String

    package init(_ kind: Kind, detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// How a protocol tells faults, quotas and times.
package protocol FaultReader: Sendable {
    /// What an answer means; `nil` for success (any 2xx but those the protocol uses for failure).
    func fault(in response: HTTPResponse) -> SourceFault?
    /// The quota the answer tells, if it tells one.
    func quota(in response: HTTPResponse) -> SourceQuota?
}

/// Requests used and allowed in the source's own accounting period.
package struct SourceQuota: Sendable, Hashable, Codable {
    package var used: Int
    package var limit: Int

    package init(used: Int, limit: Int) {
        self.used = used
        self.limit = limit
    }
}
