internal import Model

/// The mapping's `where`, in two forms: filters that narrow a search, and the test every row has to pass.
///
/// The test is the definition. Lists cannot be filtered at all, and HubSpot's filters compare text without case,
/// so what a filter lets through is looked at again.
struct HubSpotConditions: Sendable, Hashable {
    private let terms: [Term]

    private struct Term: Sendable, Hashable {
        var field: String
        var literals: [FieldLiteral]
    }

    /// Filters a search group may have (6) less the window and the keyset.
    static let most = 4

    init(_ conditions: [String: [FieldLiteral]]) throws(HubSpotMappingFault) {
        terms = conditions.sorted { $0.key < $1.key }.map { Term(field: $0.key, literals: $0.value) }
        for term in terms {
            guard HubSpotStream.isName(term.field) else {
                throw HubSpotMappingFault(
                    reason: "`where` names '\(term.field)', which is not a property's internal name")
            }
            guard !term.literals.isEmpty else {
                throw HubSpotMappingFault(
                    reason: "`where` gives no value for '\(term.field)'; name at least one")
            }
        }
        guard terms.count <= HubSpotConditions.most else {
            throw HubSpotMappingFault(
                reason:
                    "`where` has \(terms.count) conditions; HubSpot takes 6 filters in a search, two of which "
                    + "Fairway needs, so at most \(HubSpotConditions.most) can be used")
        }
    }

    var fields: [String] { terms.map(\.field) }

    /// For a search; a condition that HubSpot cannot express ("empty, or one of these") is left to the test.
    var filters: [JSONValue] {
        terms.compactMap { term in
            let texts = term.literals.compactMap(HubSpotConditions.text)
            if texts.isEmpty {
                return HubSpotSearch.filter(term.field, "NOT_HAS_PROPERTY")
            }
            guard texts.count == term.literals.count else { return nil }
            if texts.count == 1 { return HubSpotSearch.filter(term.field, "EQ", value: texts[0]) }
            // IN wants text properties' values in lower case and options' values as they are; both are sent.
            let both = Set(texts + texts.map { $0.lowercased() }).sorted()
            return HubSpotSearch.filter(term.field, "IN", values: both)
        }
    }

    /// Whether a row belongs to the stream; `value` gives its properties.
    func hold(_ value: (String) -> FieldValue) -> Bool {
        terms.allSatisfy { term in
            let found = HubSpotConditions.text(value(term.field))
            return term.literals.contains { literal in
                switch (literal, found) {
                case (.null, nil): true
                case (.null, _), (_, nil): false
                case (.text(let wanted), let found?): found.isByteEqual(to: wanted)
                case (.bool(let wanted), let found?): found == (wanted ? "true" : "false")
                case (.number(let wanted), let found?): HubSpotConditions.isSameNumber(found, wanted)
                }
            }
        }
    }

    private static func text(_ literal: FieldLiteral) -> String? {
        switch literal {
        case .text(let text): text
        case .number(let digits): digits
        case .bool(let value): value ? "true" : "false"
        case .null: nil
        }
    }

    private static func text(_ value: FieldValue) -> String? {
        switch value {
        case .absent: nil
        case .bool(let value): value ? "true" : "false"
        case .number(let text), .text(let text), .structure(let text): text.isEmpty ? nil : text
        }
    }

    /// "5" and "5.0" are one number.
    private static func isSameNumber(_ left: String, _ right: String) -> Bool {
        guard case .exact(let first)? = DecimalNumber(ArraySlice(left.utf8))?.scaled(by: 6),
            case .exact(let second)? = DecimalNumber(ArraySlice(right.utf8))?.scaled(by: 6)
        else { return left == right }
        return first == second
    }
}
