import Model
import Statistics

/// A number and the text that stands for it everywhere; without a number, the text is the reason.
struct Quantity: Encodable, Equatable {
    /// In the unit of the field's documentation; `nil` when it could not be computed.
    var value: Double?
    var text: String

    private init(value: Double?, text: String) {
        self.value = value
        self.text = text
    }

    static func missing(_ reason: String) -> Quantity { Quantity(value: nil, text: reason) }

    static func percent(_ fraction: Double?, orElse reason: String) -> Quantity {
        make(fraction, orElse: reason, NumberFormat.percent)
    }

    /// A signed difference of shares, "+6.3 points".
    static func effect(_ difference: Double?, orElse reason: String) -> Quantity {
        make(difference, orElse: reason) { "\(NumberFormat.signedPoints($0)) points" }
    }

    /// A size in percentage points that carries no direction, "2.0 points".
    static func points(_ size: Double?, orElse reason: String) -> Quantity {
        make(size, orElse: reason) { "\(NumberFormat.points($0)) points" }
    }

    static func pValue(_ value: Double?, orElse reason: String) -> Quantity {
        make(value, orElse: reason, NumberFormat.pValue)
    }

    static func decimal(_ value: Double?, decimals: Int, orElse reason: String) -> Quantity {
        make(value, orElse: reason) { NumberFormat.fixed($0, decimals: decimals) }
    }

    static func probability(_ value: Double?, orElse reason: String) -> Quantity {
        make(value, orElse: reason, NumberFormat.smallProbability)
    }

    static func count(_ value: Int) -> Quantity {
        Quantity(value: Double(value), text: NumberFormat.count(value))
    }

    /// An exact amount in minor units.
    static func money(_ minorUnits: Int64, _ currency: Currency) -> Quantity {
        Quantity(value: Double(minorUnits), text: NumberFormat.money(minorUnits, currency))
    }

    /// A signed mean amount in minor units.
    static func signedMoney(_ minorUnits: Double?, _ currency: Currency, orElse reason: String) -> Quantity {
        make(minorUnits, orElse: reason) { NumberFormat.signedMoney($0, currency) }
    }

    private static func make(_ value: Double?, orElse reason: String, _ text: (Double) -> String) -> Quantity
    {
        guard let value, value.isFinite else { return .missing(reason) }
        return Quantity(value: value, text: text(value))
    }
}

/// An interval with its level, the kind of promise it makes and its text; without one, the reason.
struct IntervalText: Encodable, Equatable {
    var lower: Double?
    var upper: Double?
    /// Coverage, for example 0.95.
    var confidenceLevel: Double?
    /// `fixedSample`, `repeated` or `anytime`.
    var validity: Interval.Validity?
    /// "2.1 to 10.5", in the unit the column or the sentence states.
    var text: String

    static func missing(_ reason: String) -> IntervalText { IntervalText(text: reason) }

    /// Differences of shares, in percentage points.
    static func points(_ interval: Interval?, orElse reason: String) -> IntervalText {
        make(interval, orElse: reason, NumberFormat.points)
    }

    /// Mean amounts in minor units.
    static func money(_ interval: Interval?, _ currency: Currency, orElse reason: String) -> IntervalText {
        make(interval, orElse: reason) { NumberFormat.money($0, currency) }
    }

    private static func make(
        _ interval: Interval?, orElse reason: String, _ text: (Double) -> String
    ) -> IntervalText {
        guard let interval, interval.lower.isFinite, interval.upper.isFinite else { return .missing(reason) }
        return IntervalText(
            lower: interval.lower, upper: interval.upper, confidenceLevel: interval.confidenceLevel,
            validity: interval.validity, text: "\(text(interval.lower)) to \(text(interval.upper))")
    }
}
