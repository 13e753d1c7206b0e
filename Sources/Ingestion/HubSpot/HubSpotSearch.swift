internal import Model

/// The body of a search: a frozen window of time, walked by id.
///
/// `after` stays 0: beyond 10,000 rows HubSpot refuses it. The id of the last row read takes its place; the window's
/// ends never move, so a row edited meanwhile leaves it and is found in the next one.
struct HubSpotSearch {
    var stream: HubSpotStream
    var lower: Instant
    var upper: Instant
    var lastID: String?
    var limit: Int
    var properties: [String]
    /// Beside window and keyset.
    var filters: [JSONValue]

    var body: [UInt8] {
        var all = [
            Self.filter(
                stream.modified, "BETWEEN", value: String(lower.milliseconds),
                highValue: String(upper.milliseconds))
        ]
        if let lastID { all.append(Self.filter("hs_object_id", "GT", value: lastID)) }
        all += filters
        let body = JSONValue.object([
            "filterGroups": .array([.object(["filters": .array(all)])]),
            "sorts": .array([
                .object(["propertyName": .string("hs_object_id"), "direction": .string("ASCENDING")])
            ]),
            "properties": .array(properties.map { .string($0) }),
            "limit": .number(String(limit)),
            "after": .string("0"),
        ])
        return Array(body.text.utf8)
    }

    static func filter(
        _ property: String, _ comparison: String, value: String? = nil, highValue: String? = nil,
        values: [String]? = nil
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "propertyName": .string(property), "operator": .string(comparison),
        ]
        members["value"] = value.map { .string($0) }
        members["highValue"] = highValue.map { .string($0) }
        members["values"] = values.map { .array($0.map { .string($0) }) }
        return .object(members)
    }
}

/// Ids of HubSpot: decimal, beyond 2³¹ and not to be put into a floating-point number.
enum HubSpotID {
    static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 20 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// An id that older answers write as a number.
    static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text)?: text.isEmpty ? nil : text
        case .number(let digits)?: digits
        default: nil
        }
    }

    /// Numeric order of two valid ids.
    static func isOrdered(_ left: String, before right: String) -> Bool {
        let left = left.drop { $0 == "0" }
        let right = right.drop { $0 == "0" }
        return left.utf8.count == right.utf8.count
            ? left.utf8.lexicographicallyPrecedes(right.utf8) : left.utf8.count < right.utf8.count
    }
}
