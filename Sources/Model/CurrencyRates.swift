/// Exchange rates fixed in a plan: nothing is ever looked up when a plan runs.
package struct CurrencyRates: Sendable, Hashable, Codable {
    /// Which day's rate a line is paid at.
    package enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// The latest table of the day the line was earned or before.
        case earned
        /// The latest table of the last day of the line's calendar quarter or before.
        case quarterEnd
        /// The table that effects are computed at.
        case effects
    }

    /// The rates of one day.
    package struct Table: Sendable, Hashable, Codable {
        package var on: Day
        /// Units of each currency for one unit of the plan's, in millionths: 1.085 USD for a euro is 1 085 000.
        package var perUnit: [Currency: Int64]

        package init(on: Day, perUnit: [Currency: Int64]) {
            self.on = on
            self.perUnit = perUnit
        }
    }

    /// Who published them, "ECB euro reference rates".
    package var source: String
    package var rule: Rule
    /// The day whose table effects are computed at, so that no rate moves an estimate.
    package var effectsOn: Day
    /// Ascending by day.
    package var tables: [Table]

    package init(source: String, rule: Rule, effectsOn: Day, tables: [Table]) {
        self.source = source
        self.rule = rule
        self.effectsOn = effectsOn
        self.tables = tables
    }

    /// The table of `effectsOn`.
    package var effectsTable: Table? { tables.first { $0.on == effectsOn } }

    /// The latest table of `day` or before.
    package func table(on day: Day) -> Table? { tables.last { $0.on <= day } }
}

extension CurrencyRates.Table {
    /// `amount` in `currency`; `nil` when the table has no rate for it, or when the result is more than any contract
    /// is worth, so that sums fit. Rounds half to even.
    package func converted(_ amount: Money, to currency: Currency) -> Int64? {
        if amount.currency == currency { return amount.minorUnits }
        guard let rate = perUnit[amount.currency], rate > 0 else { return nil }
        let scaled = Int128(amount.minorUnits) * 1_000_000 * Int128(currency.minorUnitsPerUnit)
        let converted = Rounding.halfEven.quotient(
            scaled, Int128(rate) * Int128(amount.currency.minorUnitsPerUnit))
        return converted.flatMap { $0.magnitude <= 9_000_000_000_000 ? $0 : nil }
    }
}
