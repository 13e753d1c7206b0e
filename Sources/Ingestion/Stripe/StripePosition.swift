/// Where reading of a Stripe list goes on.
struct StripePosition: Codable, Hashable {
    /// The last object delivered.
    var after: String?
    /// Seconds when the last object was created: lists run from new to old, so that reading can go on from here
    /// when `after` is not there any more.
    var created: Int?
    /// Upper bound of the list instead of the walk's.
    var bound: Int?
}

/// An answer of a list endpoint.
struct StripeList {
    var data: [JSONValue]
    var hasMore: Bool

    init(parsing bytes: [UInt8]) throws(JSONFault) {
        let document = try JSONValue(parsing: bytes)
        guard case .array(let data) = document["data"], let hasMore = document["has_more"]?.bool
        else { throw JSONFault(offset: 0, reason: "expected a list with 'data' and 'has_more'") }
        self.data = data
        self.hasMore = hasMore
    }
}
