import Model

// MARK: Money and factors

extension Currency {
    /// ISO 4217's code for no currency: that of a file whose own is faulty.
    static let unknown: Currency = {
        guard let none = Currency("XXX") else { preconditionFailure("XXX is three capitals") }
        return none
    }()

    /// " in EUR"; nothing where the currency is unknown.
    var inWords: String { self == .unknown ? "" : " in \(self)" }
}

extension ScalarForm where Value == Int64 {
    /// The largest amount of a plan, in major units: products with any factor of a plan fit into 64 bits.
    static var largestAmount: Int64 { 1_000_000_000_000 }

    /// An amount of a plan above nothing.
    static func positiveAmount(in currency: Currency) -> ScalarForm {
        amount(in: currency, atLeast: 1, expecting: "an amount\(currency.inWords) above 0 such as 5000")
    }

    /// A volume: an amount of a plan that may be nothing.
    static func volume(in currency: Currency) -> ScalarForm {
        amount(in: currency, atLeast: 0, expecting: "an amount\(currency.inWords) such as 50000, 0 or more")
    }

    private static func amount(
        in currency: Currency, atLeast minimum: Int64, expecting expectation: String
    ) -> ScalarForm {
        let largest = largestAmount * currency.minorUnitsPerUnit
        return ScalarForm(expectation, acceptsQuotes: false) { text throws(Refusal) in
            if text.hasSuffix(" \(currency)") { throw Refusal(hint: "write the number alone") }
            guard isPlainDecimal(text), let money = Money(decimal: text, currency: currency),
                money.minorUnits >= minimum
            else { throw Refusal() }
            guard money.minorUnits <= largest else { throw Refusal(hint: "at most \(largestAmount)") }
            return money.minorUnits
        }
    }

    /// A value of a measure in its own unit, in millionths.
    static var measureValue: ScalarForm {
        decimal(
            "a value of the measure such as 60 or 0.6, at most six digits after the point",
            in: -1_000_000_000_000_000...1_000_000_000_000_000)
    }

    /// How far a measure rises, in millionths.
    static var rise: ScalarForm {
        decimal("a rise above 0 in the measure's unit such as 10", in: 1...1_000_000_000_000_000)
    }

    /// Units of a currency for one unit of the plan's, in millionths.
    static var exchangeRate: ScalarForm {
        decimal(
            "a rate above 0 such as 1.085, at most six digits after the point", in: 1...1_000_000_000_000_000)
    }

    private static func decimal(_ expectation: String, in range: ClosedRange<Int64>) -> ScalarForm {
        ScalarForm(expectation, acceptsQuotes: false) { text in
            exactDecimal(text, digits: 6).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarForm where Value == Multiplier {
    /// A plain number such as 1.25.
    static func multiplier(from minimum: Int64 = 0) -> ScalarForm {
        ScalarForm("a factor from \(minimum) to 10 such as 1.25", acceptsQuotes: false) {
            text throws(Refusal) in
            if text.hasSuffix("%") { throw Refusal(hint: "write 1.25 for 125 %") }
            guard let ppm = exactDecimal(text, digits: 6), (minimum * 1_000_000...10_000_000).contains(ppm)
            else { throw Refusal() }
            return Multiplier(partsPerMillion: ppm)
        }
    }

    /// A rate that does something.
    static func positiveRate(example: String = "5 % or 0.05") -> ScalarForm {
        .rate(in: Rate(partsPerMillion: 1)...Rate(partsPerMillion: 1_000_000), example: example)
            .named("a rate above 0 % and up to 100 % such as \(example)")
    }
}

// MARK: Time and names

extension ScalarForm where Value == Int {
    /// A number of days after something; ten years are for ever.
    static func days(from minimum: Int = 1, example: Int = 90) -> ScalarForm {
        .integer(in: minimum...3650, example: example)
    }
}

extension ScalarForm where Value == Day {
    /// Within the years that a plan can reckon with: an open end is left out, never written as 9999.
    static var planDay: ScalarForm {
        ScalarForm("a date of 1970 to 2999 such as 2027-01-01", acceptsQuotes: false) {
            text throws(Refusal) in
            guard let day = Day(iso: text) else { throw Refusal() }
            guard (1970...2999).contains(day.civil.year) else {
                throw Refusal(hint: "leave the key out for an open end")
            }
            return day
        }
    }
}

extension ScalarForm where Value == String {
    /// Milestones, measures and attributes have the names that mappings give them: no rule but one line.
    static var milestone: ScalarForm { .text(example: "go-live", maxLength: 200) }
    static var measure: ScalarForm { .text(example: "health", maxLength: 200) }
    static var attribute: ScalarForm { .text(example: "region", maxLength: 200) }
}

extension ScalarForm where Value == PlanComponent {
    static func component(of candidates: [PlanComponent]) -> ScalarForm {
        .choice(candidates.map { ($0.rawValue, $0) })
    }
}

extension ScalarForm {
    /// The same form with another expectation.
    fileprivate func named(_ expectation: String) -> ScalarForm {
        ScalarForm(expectation, acceptsQuotes: acceptsQuotes, parse: parse)
    }
}
