/// Stripe's minor units where they are not those of ISO 4217.
///
/// Source: docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases": ISK and UGX are written in
/// hundredths although they have none, MGA in whole units although it has fifths, which ISO counts as hundredths.
enum StripeMinorUnits {
    /// Members that hold amounts, of the objects that are read.
    static let members: Set<String> = [
        "amount_due", "amount_overpaid", "amount_paid", "amount_remaining", "amount_shipping", "balance",
        "ending_balance", "starting_balance", "subtotal", "subtotal_excluding_tax", "total",
        "total_excluding_tax",
    ]

    /// An amount in ISO 4217's minor units; `nil` when it is too large.
    static func standard(_ amount: Fraction, currency: String?) -> Fraction? {
        switch currency?.lowercased() {
        case "isk", "ugx": amount.divided(by: 100)
        case "mga": amount.multiplied(by: 100)
        default: amount
        }
    }

    /// A member's value; the reason in words when it has no whole number of minor units.
    static func standard(_ value: FieldValue, currency: String?) -> FieldValue {
        guard case .number(let literal) = value, let amount = Fraction(decimal: literal),
            let standard = standard(amount, currency: currency), standard != amount
        else { return value }
        guard standard.denominator == 1 else {
            return .text("\(literal) in hundredths of a currency that has none")
        }
        return .number("\(standard.numerator)")
    }
}
