/// A literal of a filter, not yet typed.
enum ODataLiteral: Sendable, Hashable {
    case null
    case boolean(Bool)
    case string(String)
    /// A number, date, time or GUID, as written.
    case word(String)
}

/// A `$filter`: comparisons joined by `and`, `or`, `not` and parentheses, over names that `typed` knows.
indirect enum ODataFilter: Sendable {
    enum Comparison: String, Sendable { case eq, ne, gt, ge, lt, le }
    enum TextTest: String, Sendable { case contains, startswith, endswith }

    case comparison(String, Comparison, FieldValue)
    case text(String, TextTest, String)
    case membership(String, [FieldValue])
    case all([ODataFilter])
    case any([ODataFilter])
    case not(ODataFilter)

    /// Comparisons with null are false, except that null equals null and differs from any value.
    func holds(_ value: (String) -> FieldValue) -> Bool {
        switch self {
        case .comparison(let name, let comparison, let right):
            let left = value(name)
            let order = left.order(against: right)
            return switch comparison {
            case .eq: order == 0 || (left == .null && right == .null)
            case .ne: order.map { $0 != 0 } ?? (left != right)
            case .gt: order.map { $0 > 0 } ?? false
            case .ge: order.map { $0 >= 0 } ?? false
            case .lt: order.map { $0 < 0 } ?? false
            case .le: order.map { $0 <= 0 } ?? false
            }
        case .text(let name, let test, let wanted):
            guard case .text(let text) = value(name) else { return false }
            let (shown, sought) = (text.lowercased(), wanted.lowercased())
            return switch test {
            case .contains: shown.contains(sought)
            case .startswith: shown.hasPrefix(sought)
            case .endswith: shown.hasSuffix(sought)
            }
        case .membership(let name, let values):
            let left = value(name)
            return values.contains { left.order(against: $0) == 0 }
        case .all(let terms): return terms.allSatisfy { $0.holds(value) }
        case .any(let terms): return terms.contains { $0.holds(value) }
        case .not(let term): return !term.holds(value)
        }
    }
}

/// Reads a filter: `or` binds least, then `and`, then `not`.
struct ODataFilterParser {
    /// The typed value of a literal compared with a name; throws for a name or a type that is wrong.
    typealias Typing = (_ name: String, _ literal: ODataLiteral) throws(DataverseError) -> FieldValue

    private let tokens: [String]
    private var position = 0
    private let typed: Typing

    static func parse(_ text: String, typed: Typing) throws(DataverseError) -> ODataFilter {
        guard text.utf8.count <= 32_768 else { throw .malformed("The filter is too long.") }
        return try withoutActuallyEscaping(typed) { typed throws(DataverseError) in
            var parser = ODataFilterParser(tokens: try tokens(of: text), typed: typed)
            let filter = try parser.disjunction(depth: 0)
            guard parser.position == parser.tokens.count else { throw parser.unexpected() }
            return filter
        }
    }

    private init(tokens: [String], typed: @escaping Typing) {
        self.tokens = tokens
        self.typed = typed
    }

    private mutating func disjunction(depth: Int) throws(DataverseError) -> ODataFilter {
        guard depth < 50 else { throw .malformed("The filter is nested too deeply.") }
        var terms = [try conjunction(depth: depth)]
        while accept("or") { terms.append(try conjunction(depth: depth)) }
        return terms.count == 1 ? terms[0] : .any(terms)
    }

    private mutating func conjunction(depth: Int) throws(DataverseError) -> ODataFilter {
        var terms = [try term(depth: depth)]
        while accept("and") { terms.append(try term(depth: depth)) }
        return terms.count == 1 ? terms[0] : .all(terms)
    }

    private mutating func term(depth: Int) throws(DataverseError) -> ODataFilter {
        guard depth < 50 else { throw .malformed("The filter is nested too deeply.") }
        if accept("not") { return .not(try term(depth: depth + 1)) }
        if accept("(") {
            let inner = try disjunction(depth: depth + 1)
            try expect(")")
            return inner
        }
        let name = try next()
        if let test = ODataFilter.TextTest(rawValue: name), accept("(") {
            let field = try next()
            try expect(",")
            guard case .string(let wanted) = try literal() else { throw unexpected() }
            try expect(")")
            _ = try typed(field, .string(wanted))
            return .text(field, test, wanted)
        }
        if name == "Microsoft.Dynamics.CRM.In" { return try membership() }
        guard position < tokens.count, let comparison = ODataFilter.Comparison(rawValue: tokens[position])
        else {
            throw unexpected()
        }
        position += 1
        return .comparison(name, comparison, try typed(name, try literal()))
    }

    /// `(PropertyName='x',PropertyValues=['a','b'])`.
    private mutating func membership() throws(DataverseError) -> ODataFilter {
        for token in ["(", "PropertyName", "="] { try expect(token) }
        guard case .string(let name) = try literal() else { throw unexpected() }
        for token in [",", "PropertyValues", "=", "["] { try expect(token) }
        var values: [FieldValue] = []
        repeat {
            var value = try literal()
            // The function takes every value in quotes.
            if case .string(let text) = value, (try? typed(name, value)) == nil { value = .word(text) }
            values.append(try typed(name, value))
        } while accept(",")
        try expect("]")
        try expect(")")
        return .membership(name, values)
    }

    private mutating func literal() throws(DataverseError) -> ODataLiteral {
        let token = try next()
        if token.hasPrefix("'") { return .string(String(token.dropFirst())) }
        switch token {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "(", ")", ",", "=", "[", "]": throw unexpected()
        default: return .word(token)
        }
    }

    private mutating func next() throws(DataverseError) -> String {
        guard position < tokens.count else { throw unexpected() }
        position += 1
        return tokens[position - 1]
    }

    private mutating func accept(_ token: String) -> Bool {
        guard position < tokens.count, tokens[position] == token else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ token: String) throws(DataverseError) {
        guard accept(token) else { throw unexpected() }
    }

    private func unexpected() -> DataverseError {
        let found = position < tokens.count ? "'\(tokens[position])'" : "its end"
        return .malformed("Syntax error at \(found) in the filter expression.")
    }

    /// Words, punctuation, and strings as a quote and their content.
    private static func tokens(of text: String) throws(DataverseError) -> [String] {
        var tokens: [String] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first == " " {
                rest = rest.dropFirst()
            } else if "(),=[]".contains(first) {
                tokens.append(String(first))
                rest = rest.dropFirst()
            } else if first == "'" {
                var content = "'"
                rest = rest.dropFirst()
                while true {
                    guard let quote = rest.firstIndex(of: "'") else {
                        throw .malformed("There is an unterminated string literal in the filter expression.")
                    }
                    content += rest[..<quote]
                    rest = rest[rest.index(after: quote)...]
                    guard rest.first == "'" else { break }
                    content += "'"
                    rest = rest.dropFirst()
                }
                tokens.append(content)
            } else {
                let word = rest.prefix { !" (),=[]'".contains($0) }
                tokens.append(String(word))
                rest = rest[word.endIndex...]
            }
        }
        return tokens
    }
}
