/// An ISO 4217 currency code, upper case.
package struct Currency: Sendable, Hashable, Comparable, Codable, CodingKeyRepresentable,
    CustomStringConvertible
{
    package let code: String

    package var codingKey: any CodingKey { code.codingKey }

    package init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }

    /// `nil` unless `code` is three ASCII capitals.
    package init?(_ code: String) {
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0) }) else { return nil }
        self.code = code
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let currency = Currency(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not an ISO 4217 code such as EUR")
        }
        self = currency
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }

    /// Digits after the decimal point (ISO 4217): 2 for most, 0 for JPY, 3 for KWD.
    package var exponent: Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
            "VUV", "XAF", "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }

    /// Minor units in one major unit: 100 for EUR.
    package var minorUnitsPerUnit: Int64 { (0..<exponent).reduce(1) { product, _ in product * 10 } }

    package var description: String { code }
    package static func < (left: Currency, right: Currency) -> Bool { left.code < right.code }
}

/// An amount in integer minor units (cents) of one currency.
package struct Money: Sendable, Hashable, Codable, CustomStringConvertible {
    package var minorUnits: Int64
    package var currency: Currency

    package init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Parses a decimal number of major units ("1234.50"); `nil` when it is not a plain decimal, has more
    /// digits after the point than the currency carries (other than zeros), or does not fit.
    package init?(decimal text: some StringProtocol, currency: Currency) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let units = Money.digits(whole) else { return nil }
        var fraction = parts.count == 2 ? Substring(parts[1]) : ""
        if parts.count == 2, fraction.isEmpty { return nil }
        while fraction.utf8.count > currency.exponent, fraction.last == "0" { fraction.removeLast() }
        guard fraction.utf8.count <= currency.exponent else { return nil }
        let digits = fraction + String(repeating: "0", count: currency.exponent - fraction.utf8.count)
        guard let minor = digits.isEmpty ? 0 : Money.digits(digits) else { return nil }
        let (scaled, overflow) = units.multipliedReportingOverflow(by: currency.minorUnitsPerUnit)
        let (total, overflowOfSum) = scaled.addingReportingOverflow(minor)
        guard !overflow, !overflowOfSum else { return nil }
        self.init(minorUnits: isNegative ? -total : total, currency: currency)
    }

    private static func digits(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    /// Plain decimal major units and the code, "1234.50 EUR".
    package var description: String {
        let scale = UInt64(currency.minorUnitsPerUnit)
        let magnitude = minorUnits.magnitude
        let sign = minorUnits < 0 ? "-" : ""
        guard scale > 1 else { return "\(sign)\(magnitude) \(currency)" }
        return "\(sign)\(magnitude / scale).\(padded(Int(magnitude % scale), currency.exponent)) \(currency)"
    }
}

/// A proportion in parts per million: 5 % is 50 000. Exact where percentages are written by people.
package struct Rate: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package var partsPerMillion: Int64

    package init(partsPerMillion: Int64) { self.partsPerMillion = partsPerMillion }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        partsPerMillion = try container.decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(partsPerMillion)
    }

    package var fraction: Double { Double(partsPerMillion) / 1_000_000 }

    /// This share of `amount`, rounded half to even to the minor unit.
    package func of(_ amount: Int64) -> Int64 { of(amount, .halfEven) }

    /// Percent without trailing zeros, "7.5 %".
    package var description: String {
        let whole = partsPerMillion.magnitude / 10_000
        var fraction = padded(Int(partsPerMillion.magnitude % 10_000), 4)
        while fraction.last == "0" { fraction.removeLast() }
        let sign = partsPerMillion < 0 ? "-" : ""
        return "\(sign)\(whole)\(fraction.isEmpty ? "" : "." + fraction) %"
    }

    package static func < (left: Rate, right: Rate) -> Bool { left.partsPerMillion < right.partsPerMillion }
}
