internal import Foundation
internal import Model

/// A row read through a mapping.
struct Row {
    /// A trillion units of two decimals: sums over a million such contracts still fit into 64 bits.
    static let largestAmount: Int64 = 100_000_000_000_000 / 12
    /// Values of a measure and differences of them fit into 64 bits as millionths; plans know none larger.
    static let largestValue: UInt64 = 1_000_000_000_000_000
    let mapping: RecordMapping
    let value: (String) -> FieldValue

    func fault(_ target: String, _ reason: String) -> MappingFault {
        MappingFault(field: mapping.fields[target] ?? target, reason: reason)
    }

    func required(_ target: String) throws(MappingFault) -> String {
        guard let text = try optional(target) else { throw fault(target, "is empty; a value is needed") }
        return text
    }

    func optional(_ target: String) throws(MappingFault) -> String? {
        let field = mapping.fields[target]
        if let field, let text = try text(value(field), field: field) { return text }
        return mapping.constants[target]
    }

    /// `nil` for an absent or empty value.
    func text(_ value: FieldValue, field: String) throws(MappingFault) -> String? {
        switch value {
        case .absent: return nil
        case .bool(let value): return value ? "true" : "false"
        case .number(let literal): return literal
        case .structure: throw MappingFault(field: field, reason: "is a structure; a single value is needed")
        case .text(let text):
            guard text.utf8.count <= RowMapper.maximumTextBytes else {
                throw MappingFault(
                    field: field,
                    reason: "is \(text.utf8.count) bytes long; at most \(RowMapper.maximumTextBytes) are kept"
                )
            }
            guard !text.utf8.contains(0) else {
                throw MappingFault(field: field, reason: "contains a NUL character")
            }
            return text.isEmpty ? nil : text
        }
    }

    func day(_ target: String) throws(MappingFault) -> Day {
        guard let day = try optionalDay(target) else { throw fault(target, "is empty; a date is needed") }
        return day
    }

    /// A date-only value. A date and time is refused: which day it is depends on a zone nobody stated.
    func optionalDay(_ target: String) throws(MappingFault) -> Day? {
        guard let text = try optional(target) else { return nil }
        guard let day = Day(iso: text) else {
            throw fault(target, "'\(text.prefix(40))' is not a date; expected yyyy-MM-dd")
        }
        // Systems without a value write 0001-01-01; no contract is as old.
        guard day.civil.year >= 1900 else {
            throw fault(target, "'\(text.prefix(40))' is no date of a contract; expected one from 1900 on")
        }
        return day
    }

    func bool(_ target: String) throws(MappingFault) -> Bool {
        let text = try required(target)
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default:
            throw fault(target, "'\(text.prefix(40))' is neither yes nor no; expected true, false, 1 or 0")
        }
    }

    func proportion(_ target: String) throws(MappingFault) -> Double? {
        guard let text = try optional(target) else { return nil }
        guard let plain = plainDecimal(text), let number = Double(plain), (0...1).contains(number) else {
            throw fault(target, "'\(text.prefix(40))' is not a number from 0 to 1")
        }
        return number
    }

    /// Whole minor units of the row's currency; below zero for money that went back.
    func amount(_ target: String) throws(MappingFault) -> Money {
        let code = try optional("currency")
        guard let currency = code.map({ Currency($0) }) ?? mapping.currency else {
            throw fault(
                "currency", "'\(code?.prefix(40) ?? "")' is not a currency; expected a code such as EUR")
        }
        let text = try required(target)
        guard let plain = plainDecimal(text), let money = Money(decimal: plain, currency: currency) else {
            throw fault(target, "'\(text.prefix(40))' is not an amount of \(currency)")
        }
        guard money.minorUnits.magnitude <= Row.largestAmount else {
            throw fault(target, "'\(text.prefix(40))' is larger than any contract; check the unit")
        }
        return money
    }

    func annualAmount() throws(MappingFault) -> Money {
        let money = try amount("annualAmount")
        guard money.minorUnits >= 0 else {
            throw fault("annualAmount", "'\(money)' is negative; expected 0 or more")
        }
        switch mapping.amountPeriod {
        case .year: return money
        case .month:
            let (annual, overflow) = money.minorUnits.multipliedReportingOverflow(by: 12)
            guard !overflow else { throw fault("annualAmount", "'\(money)' a month is too large") }
            return Money(minorUnits: annual, currency: money.currency)
        }
    }

    /// Rounded to the nearest part per million; no discount when the field is empty.
    func discount() throws(MappingFault) -> Rate {
        try rate("discount") ?? Rate(partsPerMillion: 0)
    }

    /// A share in the mapping's unit, rounded to the nearest part per million.
    func rate(_ target: String) throws(MappingFault) -> Rate? {
        guard let text = try optional(target) else { return nil }
        let scale: Decimal = mapping.discountUnit == .percent ? 10_000 : 1_000_000
        guard let plain = plainDecimal(text), let number = Decimal(string: plain), number >= 0,
            number * scale <= 1_000_000
        else {
            let range = mapping.discountUnit == .percent ? "0 to 100 per cent" : "0 to 1"
            throw fault(target, "'\(text.prefix(40))' is not a \(target) from \(range)")
        }
        var product = number * scale
        var rounded = Decimal()
        NSDecimalRound(&rounded, &product, 0, .bankers)
        return Rate(partsPerMillion: NSDecimalNumber(decimal: rounded).int64Value)
    }

    /// An exact decimal number in millionths.
    func millionths(_ target: String) throws(MappingFault) -> Int64 {
        let text = try required(target)
        guard let plain = plainDecimal(text) else {
            throw fault(target, "'\(text.prefix(40))' is not a number; expected one such as 60 or 0.625")
        }
        var fraction = plain.split(separator: ".").dropFirst().first ?? ""
        while fraction.last == "0" { fraction.removeLast() }
        guard fraction.utf8.count <= 6 else {
            throw fault(
                target,
                "'\(text.prefix(40))' has more than six digits after the point; round it at the source")
        }
        let whole = plain.split(separator: ".", omittingEmptySubsequences: false)[0]
        let digits = whole + fraction + String(repeating: "0", count: 6 - fraction.utf8.count)
        guard let value = Int64(digits), value.magnitude <= Row.largestValue else {
            throw fault(target, "'\(text.prefix(40))' is too large; at most 1000000000 is kept")
        }
        return value
    }

    func choice<Choice>(_ target: String, of type: Choice.Type) throws(MappingFault) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let choice = try optionalChoice(target, of: type) else {
            throw fault(target, "is empty; expected one of \(Row.names(of: type))")
        }
        return choice
    }

    /// One of a closed list of names; `nil` for an empty value.
    func optionalChoice<Choice>(_ target: String, of type: Choice.Type) throws(MappingFault) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let text = try optional(target) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let hint = suggestion(for: text, among: Choice.allCases.map(\.rawValue))
            throw fault(
                target, "'\(text.prefix(40))' is unknown\(hint); expected one of \(Row.names(of: type))")
        }
        return choice
    }

    private static func names<Choice>(of type: Choice.Type) -> String
    where Choice: RawRepresentable<String> & CaseIterable {
        Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
