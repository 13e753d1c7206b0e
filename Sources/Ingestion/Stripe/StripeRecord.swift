/// A Stripe object by the fields a mapping names: members by dotted path, and what has to be worked out.
///
/// A value that cannot be worked out is given as the reason in words, never as none: a mapping then sets the row
/// aside under that reason instead of reading an amount or a discount that is not there.
struct StripeRecord {
    /// What mappings may name besides Stripe's own members.
    enum Derived: String, CaseIterable {
        case annualAmount = "@annualAmount"
        case currentPeriodStart = "@currentPeriodStart"
        case currentPeriodEnd = "@currentPeriodEnd"
        case cancelAt = "@cancelAt"
        case discountPercent = "@discountPercent"
    }

    var object: JSONValue
    /// All items of a subscription, also those its own list was too short for.
    var items: [JSONValue]

    init(_ object: JSONValue, items: [JSONValue]? = nil) {
        self.object = object
        if let items {
            self.items = items
        } else if case .array(let data) = object[pointer: "/items/data"] {
            self.items = data
        } else {
            self.items = []
        }
    }

    private var currency: String? { object["currency"]?.string }

    func value(_ field: String) -> FieldValue {
        guard let derived = Derived(rawValue: field) else {
            let value = FieldValue(object[member: field])
            guard StripeMinorUnits.members.contains(field) else { return value }
            return StripeMinorUnits.standard(value, currency: currency)
        }
        switch derived {
        case .annualAmount:
            do throws(StripeAnnualAmount.Failure) {
                return .number("\(try StripeAnnualAmount.minorUnits(of: items, currency: currency))")
            } catch {
                return .text(error.reason)
            }
        case .currentPeriodStart: return periodEnd("current_period_start") { $0.min() }
        case .currentPeriodEnd: return periodEnd("current_period_end") { $0.max() }
        case .cancelAt: return cancelAt
        case .discountPercent: return discountPercent
        }
    }

    /// On the subscription until 2025-03-31, on each item since; from the first start to the last end then.
    private func periodEnd(_ member: String, _ pick: ([Int]) -> Int?) -> FieldValue {
        if let own = object[member]?.integer { return .number("\(own)") }
        return pick(items.compactMap { $0[member]?.integer }).map { .number("\($0)") } ?? .absent
    }

    /// When an announced cancellation takes effect, whichever way it was announced.
    private var cancelAt: FieldValue {
        if let at = object["cancel_at"]?.integer { return .number("\(at)") }
        guard object["cancel_at_period_end"]?.bool == true else { return .absent }
        return value(Derived.currentPeriodEnd.rawValue)
    }

    private var discountPercent: FieldValue {
        var discounts: [JSONValue] = []
        if case .array(let list) = object["discounts"] { discounts = list }
        if discounts.isEmpty, let single = object["discount"], single != .null { discounts = [single] }
        guard let discount = discounts.first else { return .absent }
        guard discounts.count == 1 else { return .text("\(discounts.count) discounts, not one percentage") }
        let coupon = discount["coupon"] ?? discount[pointer: "/source/coupon"]
        switch coupon?["percent_off"] {
        case .number(let literal): return .number(literal)
        default: break
        }
        guard coupon?["amount_off"]?.integer == nil else {
            return .text("a discount of an amount, not a percentage")
        }
        return .text("a discount whose coupon was not delivered")
    }
}
