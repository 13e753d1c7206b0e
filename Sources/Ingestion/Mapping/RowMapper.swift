internal import Foundation
internal import Model

/// Why a row could not be mapped.
struct MappingFault: Error, Hashable, CustomStringConvertible {
    /// The field as the source calls it.
    var field: String
    var reason: String

    var description: String { "field '\(field)': \(reason)" }
}

/// A scalar of a row, as delivered.
enum FieldValue: Hashable {
    case absent
    case bool(Bool)
    /// Digits as written.
    case number(String)
    case text(String)
    /// An object or a list where a value was expected.
    case structure
}

/// Turns rows into facts, by target field name. Pure.
struct RowMapper {
    let mapping: RecordMapping
    /// The longest text kept, in UTF-8 bytes.
    static let maximumTextBytes = 4096

    /// `value` gives a row's value by source field; `nativeID` names the customer of an observation whose
    /// mapping names none.
    func body(
        nativeID: String, _ value: @escaping (String) -> FieldValue
    ) throws(MappingFault) -> FactBody {
        let row = Row(mapping: mapping, value: value)
        switch mapping.kind {
        case .partner:
            return .partner(try partner(row))
        case .contract:
            return .contract(try contract(row))
        case .observation:
            return .observation(
                ObservationFact(
                    partner: Partner.ID(try row.required("partner")),
                    customer: Customer.ID(try row.optional("customer") ?? nativeID),
                    outcome: try row.bool("outcome"),
                    baseline: try row.proportion("baseline"), observedOn: try row.day("observedOn")))
        }
    }

    private func partner(_ row: Row) throws(MappingFault) -> PartnerFact {
        var attributes: [String: String] = [:]
        for (name, field) in mapping.attributes {
            attributes[name] = try row.text(row.value(field), field: field)
        }
        return PartnerFact(
            partner: Partner.ID(try row.required("partner")), name: try row.required("name"),
            attributes: attributes)
    }

    private func contract(_ row: Row) throws(MappingFault) -> ContractFact {
        let startsOn = try row.day("startsOn")
        let endsOn = try row.day("endsOn")
        guard startsOn <= endsOn else {
            throw row.fault("endsOn", "\(endsOn) lies before the start of the term, \(startsOn)")
        }
        return ContractFact(
            contract: Contract.ID(try row.required("contract")),
            partner: Partner.ID(try row.required("partner")),
            customer: Customer.ID(try row.required("customer")),
            renews: try row.optional("renews").map { Contract.ID($0) }, signedOn: try row.day("signedOn"),
            startsOn: startsOn, endsOn: endsOn, cancelledOn: try row.optionalDay("cancelledOn"),
            annualAmount: try row.annualAmount(), discount: try row.discount())
    }
}

/// A row read through a mapping.
struct Row {
    /// A trillion units of two decimals: sums over a million such contracts still fit into 64 bits.
    static let largestAmount: Int64 = 100_000_000_000_000 / 12
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

    func annualAmount() throws(MappingFault) -> Money {
        let code = try optional("currency")
        guard let currency = code.map({ Currency($0) }) ?? mapping.currency else {
            throw fault(
                "currency", "'\(code?.prefix(40) ?? "")' is not a currency; expected a code such as EUR")
        }
        let text = try required("annualAmount")
        guard let plain = plainDecimal(text), let money = Money(decimal: plain, currency: currency) else {
            throw fault("annualAmount", "'\(text.prefix(40))' is not an amount of \(currency)")
        }
        guard money.minorUnits >= 0 else { throw fault("annualAmount", "'\(text)' is negative") }
        guard money.minorUnits <= Row.largestAmount else {
            throw fault("annualAmount", "'\(text.prefix(40))' is larger than any contract; check the unit")
        }
        switch mapping.amountPeriod {
        case .year: return money
        case .month:
            let (annual, overflow) = money.minorUnits.multipliedReportingOverflow(by: 12)
            guard !overflow else { throw fault("annualAmount", "'\(text)' a month is too large") }
            return Money(minorUnits: annual, currency: currency)
        }
    }

    /// Rounded to the nearest part per million; no discount when the field is empty.
    func discount() throws(MappingFault) -> Rate {
        guard let text = try optional("discount") else { return Rate(partsPerMillion: 0) }
        let scale: Decimal = mapping.discountUnit == .percent ? 10_000 : 1_000_000
        guard let plain = plainDecimal(text), let number = Decimal(string: plain), number >= 0,
            number * scale <= 1_000_000
        else {
            let range = mapping.discountUnit == .percent ? "0 to 100 per cent" : "0 to 1"
            throw fault("discount", "'\(text.prefix(40))' is not a discount from \(range)")
        }
        var product = number * scale
        var rounded = Decimal()
        NSDecimalRound(&rounded, &product, 0, .bankers)
        return Rate(partsPerMillion: NSDecimalNumber(decimal: rounded).int64Value)
    }
}
