import Model

/// A fraction in lowest terms; small enough numbers never lose anything.
struct Fraction: Equatable {
    var numerator: Int128
    /// Above 0.
    var denominator: Int128

    init(_ numerator: Int128, _ denominator: Int128 = 1) {
        var (divisor, rest) = (numerator.magnitude, denominator.magnitude)
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / Int128(divisor)
        self.denominator = sign * denominator / Int128(divisor)
    }

    static func + (left: Self, right: Self) -> Self {
        Self(
            left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator)
    }
    static func - (left: Self, right: Self) -> Self { left + Self(-right.numerator, right.denominator) }
    static func * (left: Self, right: Self) -> Self {
        Self(left.numerator * right.numerator, left.denominator * right.denominator)
    }
    static func < (left: Self, right: Self) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }
}

/// Works out what a statement's `why` says, "8 % × 10,000.00 + round(10 % × 12,345.67)": the four operations,
/// parentheses, per cents, `min(a, b)`, `round(x)` to the currency's digits as the plan rounds, and `cut(x)` that cuts.
struct StatementArithmetic {
    private var rest: Substring
    private let rounding: Rounding
    /// Minor units in one major unit.
    private let scale: Int128

    /// The value of `text`, in minor units; `nil` when it cannot be read or is no whole number of them.
    static func minorUnits(_ text: some StringProtocol, _ rounding: Rounding, in currency: Currency) -> Int64?
    {
        let scale = Int128(currency.minorUnitsPerUnit)
        var reader = StatementArithmetic(
            rest: Substring(text), rounding: rounding, scale: scale)
        guard let value = reader.sum(), reader.rest.allSatisfy(\.isWhitespace) else { return nil }
        let units = value * Fraction(scale)
        return units.denominator == 1 ? Int64(exactly: units.numerator) : nil
    }

    private init(rest: Substring, rounding: Rounding, scale: Int128) {
        self.rest = rest
        self.rounding = rounding
        self.scale = scale
    }

    private mutating func take(_ token: String) -> Bool {
        rest = rest.drop(while: \.isWhitespace)
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    private mutating func sum() -> Fraction? {
        guard var value = product() else { return nil }
        while true {
            if take("+") {
                guard let term = product() else { return nil }
                value = value + term
            } else if take("−") {
                guard let term = product() else { return nil }
                value = value - term
            } else {
                return value
            }
        }
    }

    private mutating func product() -> Fraction? {
        guard var value = factor() else { return nil }
        while true {
            if take("×") {
                guard let factor = factor() else { return nil }
                value = value * factor
            } else if take("/") {
                guard let divisor = factor(), divisor.numerator != 0 else { return nil }
                value = value * Fraction(divisor.denominator, divisor.numerator)
            } else {
                return value
            }
        }
    }

    private mutating func factor() -> Fraction? {
        if take("round(") { return sum().flatMap { rounded($0, rounding) }.flatMap { take(")") ? $0 : nil } }
        if take("cut(") { return sum().flatMap { rounded($0, .towardZero) }.flatMap { take(")") ? $0 : nil } }
        if take("min(") {
            guard let first = sum(), take(","), let second = sum(), take(")") else { return nil }
            return second < first ? second : first
        }
        if take("(") { return sum().flatMap { take(")") ? $0 : nil } }
        return number()
    }

    private func rounded(_ value: Fraction, _ rounding: Rounding) -> Fraction? {
        rounding.quotient(value.numerator * scale, value.denominator).map { Fraction(Int128($0), scale) }
    }

    /// "12,345.67" or "2.5 %"; a comma between digits groups them.
    private mutating func number() -> Fraction? {
        rest = rest.drop(while: \.isWhitespace)
        var (digits, decimals, isAfterPoint): (Int128, Int128, Bool) = (0, 1, false)
        var isEmpty = true
        while let character = rest.first {
            if let digit = character.wholeNumberValue {
                digits = digits * 10 + Int128(digit)
                if isAfterPoint { decimals *= 10 }
                isEmpty = false
            } else if character == "." {
                isAfterPoint = true
            } else if character != "," || rest.dropFirst().first?.isNumber != true {
                break
            }
            rest.removeFirst()
        }
        guard !isEmpty else { return nil }
        return Fraction(digits, take("%") ? decimals * 100 : decimals)
    }
}
