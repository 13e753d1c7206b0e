internal import Model

/// Literals and names of OData queries. Text from the mapping becomes part of a query only through here.
enum ODataLiteral {
    /// `column eq literal`, one of several in parentheses; throws the reason a value cannot be compared.
    static func condition(
        _ column: String, _ literals: [FieldLiteral], type: String
    ) throws(ODataFault) -> String {
        guard !literals.isEmpty else { throw ODataFault(reason: "`where` gives no value for '\(column)'") }
        var terms: [String] = []
        for literal in literals {
            do throws(ODataFault) {
                terms.append("\(column) eq \(try text(literal, type: type))")
            } catch {
                throw ODataFault(reason: "`where` on '\(column)' (\(type)): \(error.reason)")
            }
        }
        return terms.count == 1 ? terms[0] : "(" + terms.joined(separator: " or ") + ")"
    }

    /// Whole seconds in UTC, the precision of modifiedon; a fraction is cut off.
    static func text(_ moment: Instant) -> String {
        let rest = moment.milliseconds % 1000
        return Instant(milliseconds: moment.milliseconds - (rest < 0 ? rest + 1000 : rest)).description
    }

    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == 95, text.utf8.count <= 128 else {
            return false
        }
        return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 }
    }

    static func isGUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.utf8.allSatisfy(isHexDigit) }
    }

    /// Why an operator's own condition could leave the parentheses it is put into; `nil` when it cannot.
    static func reasonToRefuse(filter: String) -> String? {
        var depth = 0
        var isQuoted = false
        for scalar in filter.unicodeScalars {
            if scalar.value < 32 || scalar.value == 127 { return "contains a control character" }
            // A doubled quote inside text ends and begins it again, which comes to the same.
            if scalar == "'" { isQuoted.toggle() }
            if isQuoted { continue }
            if scalar == "(" { depth += 1 }
            if scalar == ")" {
                depth -= 1
                if depth < 0 { return "closes a parenthesis it did not open" }
            }
        }
        if filter.allSatisfy(\.isWhitespace) { return "is empty" }
        if isQuoted { return "has a quote that is not closed" }
        return depth == 0 ? nil : "has a parenthesis that is not closed"
    }

    /// A value by the column's type as the metadata name it.
    private static func text(_ literal: FieldLiteral, type: String) throws(ODataFault) -> String {
        switch literal {
        case .null: return "null"
        case .bool(let value):
            guard type == "Boolean" else { throw ODataFault(reason: "true and false are for yes/no columns") }
            return value ? "true" : "false"
        case .number(let text), .text(let text):
            return try self.text(text, type: type)
        }
    }

    private static func text(_ text: String, type: String) throws(ODataFault) -> String {
        let shown = "'\(text.prefix(40))'"
        switch type {
        case "String", "Memo", "EntityName":
            guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
                throw ODataFault(reason: "\(shown) contains a control character")
            }
            return quoted(text)
        case "Uniqueidentifier", "Lookup", "Customer", "Owner":
            guard isGUID(text) else { throw ODataFault(reason: "\(shown) is not an id (GUID)") }
            return text
        case "DateTime":
            if let moment = Instant(iso: text) { return moment.description }
            guard let day = Day(iso: text) else {
                throw ODataFault(reason: "\(shown) is neither a date nor a moment with its offset")
            }
            return "\(day)"
        case "Picklist", "State", "Status", "Integer", "BigInt", "Decimal", "Double", "Money":
            let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || $0 == 45 || $0 == 46 }
            guard isPlain, DecimalNumber(ArraySlice(text.utf8)) != nil else {
                throw ODataFault(reason: "\(shown) is not a number; expected one such as 1500 or 0.5")
            }
            return text
        case "Boolean":
            guard text == "true" || text == "false" else {
                throw ODataFault(reason: "\(shown) is neither true nor false")
            }
            return text
        default:
            throw ODataFault(reason: "columns of this type cannot be compared")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}

/// Why a mapping cannot become an OData query.
struct ODataFault: Error, Hashable {
    var reason: String
}
