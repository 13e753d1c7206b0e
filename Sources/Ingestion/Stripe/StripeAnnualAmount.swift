/// What a subscription's items cost in a year, in minor units, without rounding.
///
/// A year has 12 months, 52 weeks or 365 days. Items whose price is not fixed (metered, tiered) have no such
/// amount, and neither has a sum with a fraction of a minor unit: whoever needs a number there must say how to
/// round at the source.
enum StripeAnnualAmount {
    struct Failure: Error, Hashable {
        var reason: String
    }

    static func minorUnits(of items: [JSONValue], currency: String?) throws(Failure) -> Int64 {
        guard !items.isEmpty else { throw Failure(reason: "the subscription has no items") }
        var sum = Fraction(numerator: 0, denominator: 1)
        for item in items {
            guard let next = sum.adding(try amount(of: item)) else { throw tooLarge }
            sum = next
        }
        guard let sum = StripeMinorUnits.standard(sum, currency: currency) else { throw tooLarge }
        guard sum.denominator == 1 else {
            throw Failure(
                reason:
                    "the items cost \(sum.numerator)/\(sum.denominator) minor units a year, not a whole number"
            )
        }
        return sum.numerator
    }

    private static let tooLarge = Failure(reason: "the items cost more than can be counted")

    private static func amount(of item: JSONValue) throws(Failure) -> Fraction {
        let id = item["id"]?.string ?? "?"
        guard let price = item["price"], let recurring = price["recurring"],
            let interval = recurring["interval"]?.string,
            let count = recurring["interval_count"]?.integer, count > 0
        else { throw Failure(reason: "item '\(id)' has no recurring price") }
        guard recurring["usage_type"]?.string != "metered" else {
            throw Failure(reason: "item '\(id)' is metered and has no fixed amount")
        }
        guard let unit = unitAmount(of: price) else {
            throw Failure(reason: "item '\(id)' has no amount a unit (tiers?)")
        }
        let periods: Int64
        switch interval {
        case "year": periods = 1
        case "month": periods = 12
        case "week": periods = 52
        case "day": periods = 365
        default: throw Failure(reason: "item '\(id)' has the unknown interval '\(interval.prefix(20))'")
        }
        let quantity: Int
        switch item["quantity"] {
        case nil, .null: quantity = 1
        case .some(let value):
            guard let whole = value.integer, whole >= 0 else {
                throw Failure(reason: "item '\(id)' has a quantity that is no whole number")
            }
            quantity = whole
        }
        guard let many = unit.multiplied(by: Int64(quantity)), let yearly = many.multiplied(by: periods),
            let amount = yearly.divided(by: Int64(count))
        else { throw tooLarge }
        return amount
    }

    /// `unit_amount_decimal` says more than `unit_amount` where a price has fractions of a minor unit.
    private static func unitAmount(of price: JSONValue) -> Fraction? {
        let decimal: String? =
            switch price["unit_amount_decimal"] {
            case .string(let text): text
            case .number(let literal): literal
            default: price["unit_amount"]?.integer.map { "\($0)" }
            }
        return decimal.flatMap(plainDecimal).flatMap { Fraction(decimal: $0) }
    }
}

/// An exact ratio in lowest terms; operations give `nil` instead of overflowing.
struct Fraction: Hashable {
    private(set) var numerator: Int64
    private(set) var denominator: Int64

    /// - Precondition: `denominator` is above zero.
    init(numerator: Int64, denominator: Int64) {
        let divisor = Fraction.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        self.numerator = numerator / Int64(divisor)
        self.denominator = denominator / Int64(divisor)
    }

    /// Digits with at most one point, as `plainDecimal` writes them.
    init?(decimal text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first else { return nil }
        var fraction = parts.count == 2 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        guard fraction.utf8.count <= 12, let numerator = Int64(whole + fraction) else { return nil }
        let denominator = (0..<fraction.utf8.count).reduce(Int64(1)) { power, _ in power * 10 }
        // Int64.min has no magnitude of its own type.
        guard numerator > .min else { return nil }
        self.init(numerator: numerator, denominator: denominator)
    }

    func adding(_ other: Fraction) -> Fraction? {
        let (left, first) = numerator.multipliedReportingOverflow(by: other.denominator)
        let (right, second) = other.numerator.multipliedReportingOverflow(by: denominator)
        let (sum, third) = left.addingReportingOverflow(right)
        let (product, fourth) = denominator.multipliedReportingOverflow(by: other.denominator)
        guard !(first || second || third || fourth), sum > .min else { return nil }
        return Fraction(numerator: sum, denominator: product)
    }

    func multiplied(by factor: Int64) -> Fraction? {
        let reduced = Fraction(numerator: factor, denominator: denominator)
        let (product, overflow) = numerator.multipliedReportingOverflow(by: reduced.numerator)
        guard !overflow, product > .min else { return nil }
        return Fraction(numerator: product, denominator: reduced.denominator)
    }

    /// - Precondition: `divisor` is above zero.
    func divided(by divisor: Int64) -> Fraction? {
        let reduced = Fraction(numerator: numerator, denominator: divisor)
        let (product, overflow) = denominator.multipliedReportingOverflow(by: reduced.denominator)
        guard !overflow else { return nil }
        return Fraction(numerator: reduced.numerator, denominator: product)
    }

    private static func greatestCommonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return max(left, 1)
    }
}
