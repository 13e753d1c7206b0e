package import Model

// MARK: Numbers

extension ScalarForm where Value == Int {
    /// A plain decimal number: no leading zeros, no `_`, no `0x`, no exponent.
    package static func integer(in range: ClosedRange<Int>, example: Int? = nil) -> ScalarForm {
        let shown = example.map { " such as \($0)" } ?? ""
        let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)\(shown)"
        return ScalarForm(expectation, acceptsQuotes: false) { text in
            guard let value = exactDecimal(text, digits: 0) else { return nil }
            return range.contains(Int(value)) ? Int(value) : nil
        }
    }
}

extension ScalarForm where Value == Double {
    /// A plain decimal number such as `0.25` or `-3`.
    package static func number(in range: ClosedRange<Double>, example: String) -> ScalarForm {
        let expectation = "a number from \(range.lowerBound) to \(range.upperBound) such as \(example)"
        return ScalarForm(expectation, acceptsQuotes: false) { text in
            guard isPlainDecimal(text), let value = Double(text), range.contains(value) else { return nil }
            return value
        }
    }

    /// A difference of two proportions: `3 points` and `3 pp` are percentage points, `0.03` is the same as
    /// a plain number. `3 %` is refused, since it could mean three per cent of the rate.
    package static func points(_ expectation: String, in range: ClosedRange<Double>) -> ScalarForm {
        ScalarForm(expectation) { text throws(Refusal) in
            if text.hasSuffix("%") {
                throw Refusal(hint: "for percentage points write 'points' instead of '%'")
            }
            let units = [" points", " point", " pp"]
            let unit = units.first(where: text.hasSuffix)
            let number = String(text.dropLast(unit?.count ?? 0))
            guard let ppm = exactDecimal(number, digits: unit == nil ? 6 : 4) else { throw Refusal() }
            let value = Rate(partsPerMillion: ppm).fraction
            guard range.contains(value) else {
                throw Refusal(hint: unit == nil && value >= 1 ? "write '\(number) points'" : nil)
            }
            return value
        }
    }
}

// MARK: Domain quantities

extension ScalarForm where Value == Rate {
    /// A proportion: `5 %`, or `0.05`. Exact to one part in a million.
    package static func rate(
        in range: ClosedRange<Rate> = Rate(partsPerMillion: 0)...Rate(partsPerMillion: 1_000_000),
        example: String = "5 % or 0.05"
    ) -> ScalarForm {
        let bounds = "\(range.lowerBound) to \(range.upperBound)"
        return ScalarForm("a rate from \(bounds) such as \(example)") { text throws(Refusal) in
            let isPercent = text.hasSuffix("%")
            let number = isPercent ? String(text.dropLast().trimmingSuffix(" ")) : text
            guard let ppm = exactDecimal(number, digits: isPercent ? 4 : 6) else { throw Refusal() }
            let rate = Rate(partsPerMillion: ppm)
            guard range.contains(rate) else {
                throw Refusal(hint: isPercent || ppm <= 1_000_000 ? nil : "write '\(number) %' for per cent")
            }
            return rate
        }
    }
}

extension ScalarForm where Value == Day {
    package static var day: ScalarForm {
        ScalarForm("a date such as 2026-01-05", acceptsQuotes: false) { Day(iso: $0) }
    }
}

extension ScalarForm where Value == Currency {
    package static var currency: ScalarForm {
        ScalarForm("an ISO 4217 currency code such as EUR") { Currency($0) }
    }
}

extension ScalarForm where Value == Int64 {
    /// An amount in major units of `currency`, such as 5000 or 49.90, read into minor units.
    package static func amount(in currency: Currency, atLeast minimum: Int64 = 0) -> ScalarForm {
        let expectation = "an amount in \(currency) such as 5000, not below \(minimum)"
        return ScalarForm(expectation, acceptsQuotes: false) { text in
            guard isPlainDecimal(text), let money = Money(decimal: text, currency: currency),
                money.minorUnits >= minimum
            else { return nil }
            return money.minorUnits
        }
    }
}

extension ScalarForm where Value == Duration {
    /// A whole number and a unit, one of s, m, h, d: "5 s", "30 m".
    package static var duration: ScalarForm {
        ScalarForm("a duration such as 5 s, 30 m, 2 h or 1 d") { text in
            let parts = text.split(separator: " ", omittingEmptySubsequences: true)
            let seconds: [Substring: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard parts.count == 2, let unit = seconds[parts[1]],
                let count = exactDecimal(String(parts[0]), digits: 0), (1...1_000_000).contains(count)
            else { return nil }
            return .seconds(count * unit)
        }
    }
}

// MARK: Decimal texts

/// Whether `text` is `-?(0|[1-9][0-9]*)(\.[0-9]+)?`.
func isPlainDecimal(_ text: String) -> Bool {
    let unsigned = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
    let parts = unsigned.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first else { return false }
    let isGrouped = parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
    }
    return isGrouped && (whole == "0" || !whole.hasPrefix("0"))
}

/// The plain decimal `text` times 10^`digits`, when that is a whole number that fits; `nil` otherwise.
func exactDecimal(_ text: String, digits: Int) -> Int64? {
    guard isPlainDecimal(text) else { return nil }
    let parts = text.split(separator: ".", maxSplits: 1)
    var fraction = parts.count == 2 ? parts[1] : ""
    while fraction.utf8.count > digits, fraction.last == "0" { fraction.removeLast() }
    guard fraction.utf8.count <= digits, parts.count == 1 || digits > 0 else { return nil }
    return Int64(parts[0] + fraction + String(repeating: "0", count: digits - fraction.utf8.count))
}

extension Substring {
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}
