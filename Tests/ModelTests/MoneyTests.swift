import Model
import Testing

@Suite struct MoneyTests {
    private func currency(_ code: String) throws -> Currency { try #require(Currency(code), "\(code)") }

    @Test(
        arguments: [
            ("1234.50", "EUR", 123_450), ("1234.5", "EUR", 123_450), ("1234", "EUR", 123_400),
            ("0.01", "EUR", 1), ("-0.01", "EUR", -1), ("-12.30", "USD", -1230), ("007.00", "EUR", 700),
            ("1.5000", "EUR", 150), ("1500", "JPY", 1500), ("1500.00", "JPY", 1500), ("1.234", "KWD", 1234),
            ("999999999999999999", "JPY", 999_999_999_999_999_999),
        ] as [(String, String, Int64)])
    func readsPlainDecimals(text: String, code: String, minorUnits: Int64) throws {
        #expect(try #require(Money(decimal: text, currency: try currency(code))).minorUnits == minorUnits)
    }

    @Test(arguments: [
        ("", "EUR"), ("-", "EUR"), (".5", "EUR"), ("1.", "EUR"), ("1.234", "EUR"), ("1.5", "JPY"),
        ("1,234.50", "EUR"), ("1e3", "EUR"), ("+1", "EUR"), ("--1", "EUR"), (" 1", "EUR"), ("1.2.3", "EUR"),
        ("١", "EUR"), ("999999999999999999", "EUR"), ("9999999999999999999", "JPY"), ("NaN", "EUR"),
    ])
    func refusesWhatIsNoAmountOfTheCurrency(text: String, code: String) throws {
        #expect(Money(decimal: text, currency: try currency(code)) == nil)
    }

    @Test(
        arguments: [
            (123_450, "EUR", "1234.50 EUR"), (5, "EUR", "0.05 EUR"), (-5, "EUR", "-0.05 EUR"),
            (0, "EUR", "0.00 EUR"),
            (1500, "JPY", "1500 JPY"), (-1500, "JPY", "-1500 JPY"), (1_234_007, "KWD", "1234.007 KWD"),
            (Int64.min, "EUR", "-92233720368547758.08 EUR"),
        ] as [(Int64, String, String)])
    func printsMajorUnits(minorUnits: Int64, code: String, text: String) throws {
        #expect(Money(minorUnits: minorUnits, currency: try currency(code)).description == text)
    }

    @Test func whatIsPrintedCanBeRead() throws {
        for code in ["EUR", "JPY", "KWD", "CLF"] {
            let currency = try currency(code)
            for step in -500...500 as ClosedRange<Int64> {
                let money = Money(minorUnits: step * 10_007, currency: currency)
                #expect(Money(decimal: money.description.dropLast(4), currency: currency) == money)
            }
        }
    }

    @Test func currenciesAreThreeCapitals() {
        #expect(["eur", "EURO", "EU", "E1R", "ÉUR", ""].allSatisfy { Currency($0) == nil })
    }
}

@Suite struct RateTests {
    @Test(
        arguments: [
            (500_000, 1, 0), (500_000, 3, 2), (500_000, 5, 2), (500_000, 7, 4), (500_000, -1, 0),
            (500_000, -3, -2), (500_000, -5, -2), (50_000, 30, 2), (50_000, 29, 1), (50_000, 31, 2),
            (50_000, 10, 0), (333_333, 3, 1), (1_000_000, 17, 17), (0, 17, 0), (-500_000, 3, -2),
            (1_000_000, Int64.max, Int64.max), (1_000_000, Int64.min, Int64.min),
        ] as [(Int64, Int64, Int64)])
    func roundsHalfToEven(partsPerMillion: Int64, amount: Int64, share: Int64) {
        #expect(Rate(partsPerMillion: partsPerMillion).of(amount) == share)
    }

    @Test(
        arguments: [
            (50_000, "5 %"), (75_000, "7.5 %"), (1, "0.0001 %"), (1_000_000, "100 %"), (0, "0 %"),
            (-12_500, "-1.25 %"), (1_234_567, "123.4567 %"),
        ] as [(Int64, String)])
    func printsPercentWithoutTrailingZeros(partsPerMillion: Int64, text: String) {
        #expect(Rate(partsPerMillion: partsPerMillion).description == text)
    }

    @Test func isAWholeNumberInJSON() throws {
        let bytes = try CanonicalJSON.encode(["rate": Rate(partsPerMillion: 75_000)])
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"rate":75000}"#)
    }
}
