import Foundation
import Model

/// The one place where numbers become text: no locale, U+2212 for minus, the same text for the same number
/// in every format.
enum NumberFormat {
    static let minus = "\u{2212}"

    /// Decimal notation with thousands separators, rounded half away from zero; never "−0.0".
    ///
    /// A magnitude of 10¹⁵ or more, which no rate or amount reaches, is written in full without grouping.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "not a finite number" }
        let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return (value < 0 ? minus : "") + String(format: "%.0f", value.magnitude) }
        let units = Int64(scaled)
        let sign = value < 0 && units > 0 ? minus : ""
        guard decimals > 0 else { return sign + grouped(units) }
        let divisor = Int64(scale)
        let fraction = String(units % divisor)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(grouped(units / divisor)).\(zeros)\(fraction)"
    }

    /// "12,345"; negative numbers carry U+2212.
    static func grouped(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? minus : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    static func count(_ value: Int) -> String { grouped(Int64(value)) }

    /// A share as a percentage, "81.2%".
    static func percent(_ fraction: Double) -> String { fixed(fraction * 100, decimals: 1) + "%" }

    /// A confidence level, "95%" or "97.5%".
    static func level(_ fraction: Double) -> String {
        let text = fixed(fraction * 100, decimals: 2)
        return text.hasSuffix(".00") ? "\(text.dropLast(3))%" : "\(trimmed(text))%"
    }

    /// A difference of shares in percentage points, without its unit: "6.3", "−2.1".
    static func points(_ fraction: Double) -> String { fixed(fraction * 100, decimals: 1) }

    /// A difference of shares in percentage points with its sign, without its unit: "+6.3", "−2.1", "0.0".
    static func signedPoints(_ fraction: Double) -> String {
        signed(points(fraction), isPositive: fraction > 0)
    }

    /// "p = 0.012"; "p < 0.001" and "p > 0.999" where three decimals would claim certainty.
    static func pValue(_ value: Double) -> String {
        if value < 0.001 { return "p < 0.001" }
        if value > 0.999 { return "p > 0.999" }
        return "p = \(fixed(value, decimals: 3))"
    }

    /// A level or rate too small for three decimals keeps two significant digits: "0.025", "0.00031".
    static func smallProbability(_ value: Double) -> String {
        guard value > 0 else { return fixed(value, decimals: 3) }
        var decimals = 3
        while decimals < 12, value * pow(10, Double(decimals)) < 10 { decimals += 1 }
        let text = fixed(value, decimals: decimals)
        return decimals == 12 && !text.contains(where: { ("1"..."9").contains($0) }) ? "below 1e-11" : text
    }

    /// Major units with the currency's own decimals and its code, "1,234.50 EUR".
    static func money(_ minorUnits: Int64, _ currency: Currency) -> String {
        let scale = currency.minorUnitsPerUnit
        guard scale > 1 else { return "\(grouped(minorUnits)) \(currency)" }
        let fraction = String(minorUnits.magnitude % UInt64(scale))
        let zeros = String(repeating: "0", count: currency.exponent - fraction.count)
        let whole = grouped(Int64(minorUnits.magnitude / UInt64(scale)))
        return "\(minorUnits < 0 ? minus : "")\(whole).\(zeros)\(fraction) \(currency)"
    }

    /// A mean amount in minor units, rounded to the minor unit.
    static func money(_ minorUnits: Double, _ currency: Currency) -> String {
        guard minorUnits.magnitude < 9e18 else { return "not a finite amount" }
        return money(Int64(minorUnits.rounded()), currency)
    }

    /// A mean amount with its sign, "+12.40 EUR".
    static func signedMoney(_ minorUnits: Double, _ currency: Currency) -> String {
        signed(money(minorUnits, currency), isPositive: minorUnits > 0)
    }

    /// An exact amount with its sign.
    static func signedMoney(_ minorUnits: Int64, _ currency: Currency) -> String {
        signed(money(minorUnits, currency), isPositive: minorUnits > 0)
    }

    private static func signed(_ text: String, isPositive: Bool) -> String {
        isPositive && text.contains(where: { ("1"..."9").contains($0) }) ? "+" + text : text
    }

    private static func trimmed(_ decimal: String) -> Substring {
        var text = Substring(decimal)
        while text.last == "0" { text.removeLast() }
        return text
    }
}
