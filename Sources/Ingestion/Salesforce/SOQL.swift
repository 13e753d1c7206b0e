internal import Model

/// Queries in Salesforce's language, built from checked parts.
///
/// Identifiers match `[A-Za-z][A-Za-z0-9_.]*`; literals are encoded by type; the one free text is the
/// operator's filter, which may not leave its parentheses.
struct SOQL: Hashable {
    let object: String
    let fields: [String]
    let filter: String?

    /// Throws the reason, naming the offending part.
    init(_ mapping: StreamMapping) throws(MappingFault) {
        var fields = Set(mapping.fields.values).union(mapping.attributes.values)
        fields.formUnion(["Id", "SystemModstamp"])
        if mapping.deletions { fields.insert("IsDeleted") }
        for name in [mapping.object] + fields.sorted() where !SOQL.isIdentifier(name) {
            throw MappingFault(
                field: name, reason: "is not a Salesforce name; expected letters, digits, '_' and '.'")
        }
        if let filter = mapping.filter, let reason = SOQL.reasonToRefuse(filter: filter) {
            throw MappingFault(field: "filter", reason: reason)
        }
        object = mapping.object
        self.fields = fields.sorted()
        filter = mapping.filter
    }

    /// Rows of the window up to `upper` that follow `position`, or `lower` when no row has been read yet.
    func query(lower: Instant?, position: SalesforceCursor.Position?, upper: Instant) -> String {
        var conditions = filter.map { ["(\($0))"] } ?? []
        if let position {
            let stamp = SOQL.literal(position.stamp)
            conditions.append(
                "((SystemModstamp = \(stamp) AND Id > \(SOQL.literal(position.id))) "
                    + "OR SystemModstamp > \(stamp))")
        } else if let lower {
            conditions.append("SystemModstamp >= \(SOQL.literal(lower))")
        }
        conditions.append("SystemModstamp <= \(SOQL.literal(upper))")
        return "SELECT \(fields.joined(separator: ", ")) FROM \(object) "
            + "WHERE \(conditions.joined(separator: " AND ")) ORDER BY SystemModstamp, Id"
    }

    static func literal(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "'"
    }

    /// Whole seconds, the precision of SystemModstamp.
    static func literal(_ instant: Instant) -> String {
        Instant(milliseconds: instant.milliseconds - instant.milliseconds % 1000).description
    }

    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 255 else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 || $0 == 46 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func reasonToRefuse(filter: String) -> String? {
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for scalar in filter.unicodeScalars {
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
            default: break
            }
        }
        if isQuoted { return "has a quote that is not closed" }
        return depth == 0 ? nil : "has a parenthesis that is not closed"
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
        default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
