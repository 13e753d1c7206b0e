internal import Model

/// The words of Salesforce's query language, each from checked parts.
///
/// Identifiers match `[A-Za-z][A-Za-z0-9_.]*`; literals are encoded by the field's type; the one free text is the
/// operator's filter, which may not leave its parentheses.
enum SOQL {
    /// Why a text cannot become part of a query.
    struct Fault: Error, Hashable {
        var reason: String
    }

    /// A name of an object or field; dots follow relationships.
    static func isIdentifier(_ text: String) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, isLetter(first) else { return false }
            return part.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 }
        }
    }

    static func literal(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "'"
    }

    /// Unquoted, in UTC: quoted, Salesforce takes it for a text.
    static func literal(_ instant: Instant) -> String { instant.description }

    /// A condition that holds for rows whose field has one of `values`.
    ///
    /// - Parameter type: the field's type by describe, which decides whether a text is a day, a moment or a
    ///   text; `nil` when it is not known.
    static func condition(
        _ field: String, in values: [FieldLiteral], type: String?
    ) throws(Fault) -> String {
        guard isIdentifier(field) else { throw Fault(reason: "'\(field)' is not a Salesforce name") }
        guard !values.isEmpty else {
            throw Fault(reason: "the condition on '\(field)' lists no value; no row could have one")
        }
        var literals: [String] = []
        for value in values { literals.append(try literal(value, field: field, type: type)) }
        // `null` and booleans are compared; the others may stand in a list.
        let listed = zip(values, literals).filter { $0.0.maybeListed }.map(\.1)
        var parts = zip(values, literals).filter { !$0.0.maybeListed }.map { "\(field) = \($0.1)" }
        if listed.count == 1 { parts.append("\(field) = \(listed[0])") }
        if listed.count > 1 { parts.append("\(field) IN (\(listed.joined(separator: ", ")))") }
        return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
    }

    private static func literal(
        _ value: FieldLiteral, field: String, type: String?
    ) throws(Fault) -> String {
        switch value {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let digits):
            guard isPlainNumber(digits) else {
                throw Fault(reason: "'\(digits.prefix(40))', a value of '\(field)', is not a number")
            }
            return digits
        case .text(let text):
            guard !text.unicodeScalars.contains(where: { $0.value < 32 }) else {
                throw Fault(reason: "a value of '\(field)' contains a control character")
            }
            switch type {
            case "date":
                guard let day = Day(iso: text) else {
                    throw Fault(
                        reason:
                            "'\(text.prefix(40))', a value of '\(field)', is not a date; expected yyyy-MM-dd")
                }
                return day.description
            case "datetime":
                guard let instant = Instant(iso: text) else {
                    throw Fault(
                        reason: "'\(text.prefix(40))', a value of '\(field)', is not a moment; expected "
                            + "one such as 2026-03-01T10:00:00Z")
                }
                return literal(instant)
            default: return literal(text)
            }
        }
    }

    /// Why a condition of the operator's cannot stand in a query's parentheses; `nil` when it can.
    static func reasonToRefuse(filter: String) -> String? {
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        var previous: Unicode.Scalar?
        for scalar in filter.unicodeScalars {
            defer { previous = scalar }
            if scalar.value < 32 { return "contains a control character" }
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if scalar == "\\" {
                    isEscaped = true
                } else if scalar == "'" {
                    isQuoted = false
                }
                continue
            }
            switch scalar {
            case "'": isQuoted = true
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth < 0 { return "closes a parenthesis it did not open" }
            case ";": return "contains a semicolon"
            case "*" where previous == "/", "/" where previous == "/", "-" where previous == "-":
                return "contains a comment"
            default: break
            }
        }
        if isQuoted { return "has a quote that is not closed" }
        if depth != 0 { return "has a parenthesis that is not closed" }
        return filter.allSatisfy(\.isWhitespace) ? "is empty; omit it to read every record" : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isPlainNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                (1...40).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
            }
    }
}

extension FieldLiteral {
    /// Whether the value may stand in an IN list.
    fileprivate var maybeListed: Bool {
        switch self {
        case .text, .number: true
        case .bool, .null: false
        }
    }
}
