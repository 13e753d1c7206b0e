/// A recursive-descent parser for the part of SOQL that reading a CRM incrementally needs.
///
/// ```
/// query      = SELECT (COUNT "()" | name {"," name} | aggregate {"," aggregate}) FROM name [WHERE condition]
///              [ORDER BY ordering {"," ordering}] [LIMIT integer]
/// aggregate  = (MAX | MIN | COUNT) "(" name ")" [name]
/// condition  = term ({AND term} | {OR term})
/// term       = [NOT] ("(" condition ")" | name operator literal | name [NOT] IN "(" literal {"," literal} ")")
/// ordering   = name [ASC | DESC] [NULLS (FIRST | LAST)]
/// ```
/// AND and OR mixed without parentheses are refused, as Salesforce does.
struct SOQLParser {
    private let tokens: [SOQLToken]
    private var position = 0

    static func parse(_ text: String) throws(SalesforceError) -> SOQLQuery {
        guard text.utf8.count <= 100_000 else {
            throw .malformed("SOQL statements cannot be longer than 100000 characters.")
        }
        var parser = SOQLParser(tokens: try SOQLLexer.tokens(of: text))
        return try parser.query()
    }

    private init(tokens: [SOQLToken]) { self.tokens = tokens }

    private mutating func query() throws(SalesforceError) -> SOQLQuery {
        try expect("SELECT")
        let selection = try selection()
        try expect("FROM")
        var query = SOQLQuery(selection: selection, object: try name())
        if accept("WHERE") { query.condition = try condition(depth: 0) }
        if accept("ORDER") {
            try expect("BY")
            repeat { query.ordering.append(try ordering()) } while acceptSymbol(",")
        }
        if accept("LIMIT") { query.limit = try limit() }
        guard current.kind == .end else { throw unexpected() }
        return query
    }

    private mutating func selection() throws(SalesforceError) -> SOQLQuery.Selection {
        if isAggregate {
            if current.isWord("COUNT"), tokens[position + 2].kind == .symbol(")") {
                position += 3
                return .count
            }
            var aggregates = [try aggregate()]
            while acceptSymbol(",") { aggregates.append(try aggregate()) }
            return .aggregates(aggregates)
        }
        var fields = [try name()]
        while acceptSymbol(",") { fields.append(try name()) }
        return .fields(fields)
    }

    private var isAggregate: Bool {
        guard case .word(let word) = current.kind, tokens[position + 1].kind == .symbol("(") else {
            return false
        }
        return SOQLQuery.Aggregate.Function(rawValue: word.uppercased()) != nil
    }

    private mutating func aggregate() throws(SalesforceError) -> SOQLQuery.Aggregate {
        guard isAggregate, let function = SOQLQuery.Aggregate.Function(rawValue: current.text.uppercased())
        else {
            throw unexpected("; fields and aggregates do not mix without GROUP BY, which is not spoken here")
        }
        position += 1
        try expectSymbol("(")
        var aggregate = SOQLQuery.Aggregate(function: function, field: try name())
        try expectSymbol(")")
        if case .word = current.kind, !current.isWord("FROM") { aggregate.alias = try name() }
        return aggregate
    }

    private mutating func ordering() throws(SalesforceError) -> SOQLQuery.Ordering {
        var ordering = SOQLQuery.Ordering(field: try name())
        if accept("DESC") {
            ordering.isDescending = true
        } else {
            _ = accept("ASC")
        }
        if accept("NULLS") {
            ordering.nullsLast = accept("LAST")
            if ordering.nullsLast == false { try expect("FIRST") }
        }
        return ordering
    }

    private mutating func limit() throws(SalesforceError) -> Int {
        guard case .number(let units, 1) = current.kind, units >= 0 else { throw unexpected() }
        position += 1
        return Int(units)
    }

    // MARK: Conditions

    private mutating func condition(depth: Int) throws(SalesforceError) -> SOQLQuery.Condition {
        guard depth < 50 else { throw .malformed("conditions are nested more than 50 deep") }
        let first = try term(depth: depth)
        if current.isWord("AND") { return .all(try chain(of: "AND", after: first, depth: depth)) }
        if current.isWord("OR") { return .any(try chain(of: "OR", after: first, depth: depth)) }
        return first
    }

    private mutating func chain(
        of connective: String, after first: SOQLQuery.Condition, depth: Int
    ) throws(SalesforceError) -> [SOQLQuery.Condition] {
        var terms = [first]
        while accept(connective) { terms.append(try term(depth: depth)) }
        if current.isWord("AND") || current.isWord("OR") { throw unexpected() }
        return terms
    }

    private mutating func term(depth: Int) throws(SalesforceError) -> SOQLQuery.Condition {
        guard depth < 50 else { throw .malformed("conditions are nested more than 50 deep") }
        if accept("NOT") { return .not(try term(depth: depth + 1)) }
        if acceptSymbol("(") {
            let inner = try condition(depth: depth + 1)
            try expectSymbol(")")
            return inner
        }
        return try comparison(of: try name())
    }

    private mutating func comparison(of field: String) throws(SalesforceError) -> SOQLQuery.Condition {
        if accept("LIKE") { return .comparison(field: field, .like, try literal()) }
        if accept("IN") { return .membership(field: field, try list(), isNegated: false) }
        if accept("NOT") {
            try expect("IN")
            return .membership(field: field, try list(), isNegated: true)
        }
        guard case .symbol(let symbol) = current.kind, let operation = SOQLQuery.Comparison(rawValue: symbol)
        else { throw unexpected() }
        position += 1
        return .comparison(field: field, operation, try literal())
    }

    private mutating func list() throws(SalesforceError) -> [SOQLQuery.Literal] {
        try expectSymbol("(")
        var literals = [try literal()]
        while acceptSymbol(",") { literals.append(try literal()) }
        try expectSymbol(")")
        return literals
    }

    private mutating func literal() throws(SalesforceError) -> SOQLQuery.Literal {
        let token = current
        switch token.kind {
        case .string, .number, .date, .dateTime:
            position += 1
            return .token(token.kind)
        case .word:
            if accept("NULL") { return .null }
            if accept("TRUE") { return .boolean(true) }
            if accept("FALSE") { return .boolean(false) }
            throw unexpected()
        case .symbol, .end: throw unexpected()
        }
    }

    // MARK: Tokens

    private var current: SOQLToken { tokens[position] }

    private mutating func accept(_ keyword: String) -> Bool {
        guard current.isWord(keyword) else { return false }
        position += 1
        return true
    }

    private mutating func acceptSymbol(_ symbol: String) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ keyword: String) throws(SalesforceError) {
        guard accept(keyword) else { throw unexpected("; '\(keyword)' was expected") }
    }

    private mutating func expectSymbol(_ symbol: String) throws(SalesforceError) {
        guard acceptSymbol(symbol) else { throw unexpected("; '\(symbol)' was expected") }
    }

    private static let reserved: Set<String> = [
        "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "ORDER", "LIMIT",
    ]

    private mutating func name() throws(SalesforceError) -> String {
        guard case .word(let word) = current.kind, !SOQLParser.reserved.contains(word.uppercased()) else {
            throw unexpected("; a name was expected")
        }
        position += 1
        return word
    }

    private func unexpected(_ expectation: String = "") -> SalesforceError {
        .malformed("unexpected token: '\(current.text)' at column \(current.column)\(expectation)")
    }
}
