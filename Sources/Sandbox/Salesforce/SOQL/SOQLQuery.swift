/// A parsed query; names are as written and not yet looked up.
struct SOQLQuery: Sendable, Hashable {
    enum Selection: Sendable, Hashable {
        case count
        case fields([String])
        case aggregates([Aggregate])
    }

    /// `MAX(SystemModstamp) latest`.
    struct Aggregate: Sendable, Hashable {
        enum Function: String, Sendable { case max = "MAX", min = "MIN", count = "COUNT" }

        var function: Function
        var field: String
        /// `expr0` and so on without one.
        var alias: String?
    }

    enum Comparison: String, Sendable, Hashable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case like = "LIKE"
    }

    enum Literal: Sendable, Hashable {
        case null
        case boolean(Bool)
        /// A string, number, date or dateTime.
        case token(SOQLToken.Kind)
    }

    indirect enum Condition: Sendable, Hashable {
        case comparison(field: String, Comparison, Literal)
        case membership(field: String, [Literal], isNegated: Bool)
        case all([Condition])
        case any([Condition])
        case not(Condition)
    }

    struct Ordering: Sendable, Hashable {
        var field: String
        var isDescending = false
        /// `nil` for the default, which is first.
        var nullsLast: Bool?
    }

    var selection: Selection
    var object: String
    var condition: Condition?
    var ordering: [Ordering] = []
    var limit: Int?
}
