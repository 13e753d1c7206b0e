import Model

extension Money {
    /// As people write it, with thousands set apart: "12,000.00 EUR".
    var spelled: String { Incentives.spelled(minorUnits, currency) }
}

/// Minor units as people write them, with thousands set apart: "12,000.00 EUR".
func spelled(_ minorUnits: Int64, _ currency: Currency) -> String {
    let plain = Money(minorUnits: minorUnits, currency: currency).description
    let whole = plain.prefix { $0 == "-" || $0.isNumber }
    let digits = Array(whole.drop { $0 == "-" })
    var grouped = minorUnits < 0 ? "\u{2212}" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
        grouped.append(digit)
    }
    return grouped + plain.dropFirst(whole.count)
}
