import Model

/// A condition on rows with columns and typed values in place of names and literals.
indirect enum Predicate: Sendable {
    case comparison(column: Int, SOQLQuery.Comparison, FieldValue)
    case like(column: Int, LikePattern)
    case membership(column: Int, [FieldValue], isNegated: Bool)
    case all([Predicate])
    case any([Predicate])
    case not(Predicate)

    init(_ condition: SOQLQuery.Condition, schema: ObjectSchema) throws(SalesforceError) {
        switch condition {
        case .comparison(let name, let operation, let literal):
            let column = try schema.requiredColumn(name)
            let field = schema.fields[column]
            if operation == .like {
                guard case .token(.string(let pattern)) = literal, field.kind.isText else {
                    throw .malformed(
                        "LIKE compares a text field with a quoted pattern; field '\(name)' cannot")
                }
                self = .like(column: column, LikePattern(pattern))
            } else {
                let value = try literal.value(for: field)
                guard value != .null || operation == .equal || operation == .notEqual else {
                    throw .malformed("null can only be compared by = and != (field '\(name)')")
                }
                self = .comparison(column: column, operation, value)
            }
        case .membership(let name, let literals, let isNegated):
            let column = try schema.requiredColumn(name)
            var values: [FieldValue] = []
            for literal in literals { values.append(try literal.value(for: schema.fields[column])) }
            self = .membership(column: column, values, isNegated: isNegated)
        case .all(let terms): self = .all(try Predicate.list(terms, schema: schema))
        case .any(let terms): self = .any(try Predicate.list(terms, schema: schema))
        case .not(let term): self = .not(try Predicate(term, schema: schema))
        }
    }

    private static func list(
        _ terms: [SOQLQuery.Condition], schema: ObjectSchema
    ) throws(SalesforceError) -> [Predicate] {
        var predicates: [Predicate] = []
        for term in terms { predicates.append(try Predicate(term, schema: schema)) }
        return predicates
    }

    /// Two-valued: a comparison with a missing value is false, except that it differs from any value.
    func matches(_ row: some RecordRow) -> Bool {
        switch self {
        case .comparison(let column, let operation, let value):
            Predicate.holds(row.value(column), operation, value)
        case .like(let column, let pattern):
            if case .text(let text) = row.value(column) { pattern.matches(text) } else { false }
        case .membership(let column, let values, let isNegated):
            values.contains { Predicate.holds(row.value(column), .equal, $0) } != isNegated
        case .all(let terms): terms.allSatisfy { $0.matches(row) }
        case .any(let terms): terms.contains { $0.matches(row) }
        case .not(let term): !term.matches(row)
        }
    }

    private static func holds(
        _ left: FieldValue, _ operation: SOQLQuery.Comparison, _ right: FieldValue
    ) -> Bool {
        let order = left.order(against: right)
        switch operation {
        case .equal: return order == 0 || (left == .null && right == .null)
        case .notEqual: return order.map { $0 != 0 } ?? (left != right)
        case .less: return order.map { $0 < 0 } ?? false
        case .lessOrEqual: return order.map { $0 <= 0 } ?? false
        case .greater: return order.map { $0 > 0 } ?? false
        case .greaterOrEqual: return order.map { $0 >= 0 } ?? false
        case .like: return false
        }
    }
}

extension FieldSchema.Kind {
    fileprivate var isText: Bool { self == .string || self == .picklist }
}

extension SOQLQuery.Literal {
    /// The literal as a value of `field`'s type.
    fileprivate func value(for field: FieldSchema) throws(SalesforceError) -> FieldValue {
        switch (self, field.kind) {
        case (.null, _): return .null
        case (.boolean(let value), .boolean): return .boolean(value)
        case (.token(.string(let text)), .string), (.token(.string(let text)), .picklist):
            return .text(text)
        case (.token(.string(let text)), .id), (.token(.string(let text)), .reference):
            guard let id = RecordID(text) else {
                throw SalesforceError(
                    statusCode: 400, errorCode: "INVALID_QUERY_FILTER_OPERATOR",
                    message: "invalid ID field: \(text)")
            }
            return .id(id)
        case (.token(.date(let day)), .date): return .date(day)
        case (.token(.dateTime(let instant)), .datetime): return .dateTime(instant.milliseconds)
        case (.token(.number(let units, let scale)), .currency),
            (.token(.number(let units, let scale)), .percent),
            (.token(.number(let units, let scale)), .double):
            return .number(units: units, scale: scale)
        case (.token(.string), _): throw .wrongLiteral(for: field, isQuoted: true)
        case (.boolean, _), (.token, _): throw .wrongLiteral(for: field, isQuoted: false)
        }
    }
}

/// A LIKE pattern: `%` stands for any text, `_` for one character; ASCII case does not count.
struct LikePattern: Sendable {
    private let pattern: [UInt8]

    init(_ text: String) { pattern = text.utf8.map(FieldValue.lowered) }

    /// Greedy matching with one remembered `%`: a later one makes every earlier one's choice final.
    func matches(_ text: String) -> Bool {
        let text = text.utf8.map(FieldValue.lowered)
        var position = 0
        var next = 0
        var wildcard: (pattern: Int, text: Int)?
        while position < text.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "%") {
                wildcard = (next, position)
                next += 1
            } else if next < pattern.count,
                pattern[next] == UInt8(ascii: "_") || pattern[next] == text[position]
            {
                next += 1
                position += 1
            } else if let mark = wildcard {
                wildcard = (mark.pattern, mark.text + 1)
                next = mark.pattern + 1
                position = mark.text + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "%") }
    }
}
