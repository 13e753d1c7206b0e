/// What a list is asked for, read strictly: a parameter that Stripe does not know is refused.
struct StripeListQuery: Sendable {
    var limit = 10
    var startingAfter: String?
    var endingBefore: String?
    /// Filters by name: `status`, `customer` and so on.
    private var filters: [String: String] = [:]
    private var types: [String] = []
    private var isAfter: [@Sendable (Int64) -> Bool] = []

    static let largestLimit = 100
    static let largestTypes = 20
    private static let paging: Set<String> = ["limit", "starting_after", "ending_before", "expand"]
    /// Members that answers show whole anyway.
    private static let whole: Set<String> = [
        "discounts", "discount", "items", "lines", "price", "default_tax_rates",
    ]

    /// - Parameter filters: the names that this list filters by; `created` and `types` among them.
    init(_ fields: FormFields, filters known: Set<String>) throws(StripeError) {
        for name in fields.names.sorted() {
            let base = String(name.prefix { $0 != "[" })
            guard known.contains(base) || StripeListQuery.paging.contains(base) else {
                throw .unknown(parameter: name)
            }
            let value = fields[name] ?? ""
            switch base {
            case "limit": limit = try StripeListQuery.limit(value)
            case "starting_after": startingAfter = value.isEmpty ? nil : value
            case "ending_before": endingBefore = value.isEmpty ? nil : value
            case "expand": try StripeListQuery.check(expansions: fields.list(name))
            case "created": try filter(created: name, value)
            case "types": types += fields.list(name)
            default: filters[name] = value
            }
        }
        if startingAfter != nil, endingBefore != nil {
            throw .invalid(
                "You can only specify one of these parameters: starting_after, ending_before.",
                "starting_after")
        }
        if types.count > StripeListQuery.largestTypes {
            throw .invalid("types: expected at most \(StripeListQuery.largestTypes) event types", "types")
        }
        if !types.isEmpty, filters["type"] != nil {
            throw .invalid("You may only specify one of these parameters: type, types.", "types")
        }
    }

    subscript(name: String) -> String? { filters[name].flatMap { $0.isEmpty ? nil : $0 } }

    func admits(created: Int64) -> Bool { isAfter.allSatisfy { $0(created) } }

    /// Whether an event's type is among those asked for; `customer.*` names a group.
    func admits(type: String) -> Bool {
        if let wanted = self["type"] {
            return wanted.hasSuffix("*") ? type.hasPrefix(wanted.dropLast()) : type == wanted
        }
        return types.isEmpty || types.contains(type)
    }

    private mutating func filter(created name: String, _ value: String) throws(StripeError) {
        guard let time = Int64(value) else {
            throw .invalid("Invalid integer: \(value)", name, code: "parameter_invalid_integer")
        }
        switch name {
        case "created": isAfter.append { $0 == time }
        case "created[gt]": isAfter.append { $0 > time }
        case "created[gte]": isAfter.append { $0 >= time }
        case "created[lt]": isAfter.append { $0 < time }
        case "created[lte]": isAfter.append { $0 <= time }
        default: throw .unknown(parameter: name)
        }
    }

    private static func limit(_ text: String) throws(StripeError) -> Int {
        guard let limit = Int(text) else {
            throw .invalid("Invalid integer: \(text)", "limit", code: "parameter_invalid_integer")
        }
        guard limit >= 1 else {
            throw .invalid(
                "This value must be greater than or equal to 1.", "limit", code: "parameter_invalid_integer")
        }
        guard limit <= largestLimit else {
            throw .invalid(
                "This value must be less than or equal to \(largestLimit) (it is currently '\(limit)').",
                "limit",
                code: "parameter_invalid_integer")
        }
        return limit
    }

    static func check(expansions: [String]) throws(StripeError) {
        for path in expansions {
            guard let last = path.split(separator: ".").last, whole.contains(String(last)) else {
                throw .invalid("This property cannot be expanded (\(path)).", "expand")
            }
        }
    }
}
