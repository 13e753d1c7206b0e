import Foundation
import Model

/// The body of a search: groups of filters, any of which must hold as a whole.
struct HubSpotSearch {
    enum Operator: String {
        case equal = "EQ"
        case notEqual = "NEQ"
        case less = "LT"
        case lessOrEqual = "LTE"
        case greater = "GT"
        case greaterOrEqual = "GTE"
        case between = "BETWEEN"
        case isIn = "IN"
        case notIn = "NOT_IN"
        case has = "HAS_PROPERTY"
        case hasNot = "NOT_HAS_PROPERTY"
    }

    struct Filter {
        var property: HubSpotProperty
        var operation: Operator
        var values: [FieldValue]
    }

    private(set) var groups: [[Filter]] = []
    private var sort: (property: HubSpotProperty, isDescending: Bool)?
    private(set) var properties: [String] = []
    private(set) var limit = 10
    private(set) var after = PageCut.Cursor(0)

    static let largestPage = 200
    /// No search shows more than the first so many results.
    static let wall = 10_000

    init(_ body: [String: Any], of object: HubSpotObject) throws(HubSpotError) {
        let groups = body["filterGroups"] as? [[String: Any]] ?? []
        guard groups.count <= 5 else { throw .invalid("filterGroups: at most 5 groups are allowed") }
        for group in groups {
            var filters: [Filter] = []
            for item in group["filters"] as? [[String: Any]] ?? [] {
                filters.append(try HubSpotSearch.filter(item, of: object))
            }
            guard filters.count <= 6 else {
                throw .invalid("filters: at most 6 filters in a group are allowed")
            }
            self.groups.append(filters)
        }
        guard self.groups.joined().count <= 18 else {
            throw .invalid("at most 18 filters in all are allowed")
        }
        let sorts = body["sorts"] as? [Any] ?? []
        guard sorts.count <= 1 else { throw .invalid("sorts: at most one sort is allowed") }
        if let item = sorts.first {
            let fields = item as? [String: Any]
            let name = (item as? String) ?? fields?["propertyName"] as? String ?? ""
            guard let property = object.property(name) else { throw .unknown(property: name) }
            sort = (property, (fields?["direction"] as? String)?.uppercased() == "DESCENDING")
        }
        properties = body["properties"] as? [String] ?? []
        if let number = body["limit"] as? NSNumber { limit = number.intValue }
        guard (1...HubSpotSearch.largestPage).contains(limit) else {
            throw .invalid("limit: expected 1 to \(HubSpotSearch.largestPage), got \(limit)")
        }
        if let text = HubSpotSearch.text(body["after"]), !text.isEmpty {
            guard let cursor = PageCut.Cursor(text) else { throw .invalid("after: '\(text)' is no offset") }
            after = cursor
        }
        guard after.offset + limit <= HubSpotSearch.wall else {
            throw .invalid(
                "The search query is limited to \(HubSpotSearch.wall) total results; after + limit is beyond that"
            )
        }
    }

    private static func filter(_ item: [String: Any], of object: HubSpotObject) throws(HubSpotError) -> Filter
    {
        let name = item["propertyName"] as? String ?? ""
        guard let property = object.property(name) else { throw .unknown(property: name) }
        guard let operation = (item["operator"] as? String).flatMap(Operator.init(rawValue:)) else {
            throw .invalid("operator: '\(item["operator"] ?? "")' is none that is spoken here")
        }
        let texts: [Any?] =
            switch operation {
            case .has, .hasNot: []
            case .isIn, .notIn: (item["values"] as? [Any] ?? []).map { $0 }
            case .between: [item["value"], item["highValue"]]
            default: [item["value"]]
            }
        var values: [FieldValue] = []
        for text in texts {
            guard let text = HubSpotSearch.text(text), let value = property.parsed(text) else {
                throw .invalid(
                    "value of a filter on '\(name)': '\(text ?? "")' is no \(property.kind.rawValue)")
            }
            values.append(value)
        }
        if operation == .isIn || operation == .notIn, values.isEmpty {
            throw .invalid("operator \(operation.rawValue) on '\(name)' needs 'values'")
        }
        return Filter(property: property, operation: operation, values: values)
    }

    /// A JSON string, or a number as text.
    static func text(_ value: Any?) -> String? { (value as? String) ?? (value as? NSNumber)?.stringValue }

    /// The records found, sorted; without a wish by creation.
    func found(in rows: [any RecordRow], created: HubSpotProperty?) -> [any RecordRow] {
        let matching = rows.filter { row in
            groups.isEmpty || groups.contains { $0.allSatisfy { $0.matches(row) } }
        }
        guard let property = sort?.property ?? created else { return matching }
        let isDescending = sort?.isDescending ?? false
        let keyed = matching.map { (key: property.value($0), row: $0) }
        return keyed.sorted { left, right in
            let order = left.key.order(against: right.key) ?? (left.key == .null ? -1 : 1)
            if order == 0 || left.key == right.key { return left.row.id < right.row.id }
            return (order < 0) != isDescending
        }.map(\.row)
    }
}

extension HubSpotSearch.Filter {
    func matches(_ row: any RecordRow) -> Bool {
        let value = property.value(row)
        func order(_ position: Int) -> Int? { value.order(against: values[position]) }
        return switch operation {
        case .has: value != .null
        case .hasNot: value == .null
        case .equal: order(0) == 0
        case .notEqual: value != .null && order(0) != 0
        case .less: order(0).map { $0 < 0 } ?? false
        case .lessOrEqual: order(0).map { $0 <= 0 } ?? false
        case .greater: order(0).map { $0 > 0 } ?? false
        case .greaterOrEqual: order(0).map { $0 >= 0 } ?? false
        case .between: (order(0).map { $0 >= 0 } ?? false) && (order(1).map { $0 <= 0 } ?? false)
        case .isIn: values.contains { value.order(against: $0) == 0 }
        case .notIn: value != .null && !values.contains { value.order(against: $0) == 0 }
        }
    }
}

extension HubSpotProperty {
    /// The value a filter's text stands for; dates and times as ISO texts or milliseconds since 1970.
    func parsed(_ text: String) -> FieldValue? {
        switch kind {
        case .string, .enumeration:
            if name.hasSuffix("_id"), let prefix = HubSpotProperty.referred[name] {
                return RecordID(hubSpot: text, prefix).map { .id($0) }
            }
            return .text(text)
        case .number: return FieldValue.decimal(text)
        case .datetime:
            if let milliseconds = Int64(text) { return .dateTime(milliseconds) }
            return Instant(iso: text).map { .dateTime($0.milliseconds) }
                ?? Day(iso: text).map { .dateTime(Int64($0.number) * 86_400_000) }
        case .date:
            if let day = Day(iso: text) { return .date(day) }
            return Int64(text).map { .date(Day(number: Int32(clamping: $0.dividedDown(by: 86_400_000)))) }
        }
    }

    private static let referred: [String: RecordID.Prefix] = [
        "fw_customer_id": .account, "fw_partner_id": .account, "fw_renews_id": .contract,
    ]
}

extension FieldValue {
    /// A plain decimal of at most 18 digits.
    static func decimal(_ text: String) -> FieldValue? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = String(whole) + String(fraction)
        guard digits.utf8.count <= 18, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let units = Int64(digits)
        else { return nil }
        let scale = fraction.utf8.reduce(Int64(1)) { product, _ in product * 10 }
        return .number(units: isNegative ? -units : units, scale: scale)
    }
}

extension HubSpotError {
    fileprivate static func unknown(property name: String) -> HubSpotError {
        .invalid("There was a problem with the request: property '\(name)' does not exist")
    }
}
