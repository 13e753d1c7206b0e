/// A JSON value as Stripe's objects are made of: members keep their order, and two states of an object can be
/// compared to tell what changed.
enum StripeValue: Sendable, Hashable {
    case null
    case flag(Bool)
    case number(Int64)
    case text(String)
    /// A text that a client maps, which a fault may bend.
    case mapped(String)
    case list([StripeValue])
    case object([Member])

    struct Member: Sendable, Hashable {
        var name: String
        var value: StripeValue
    }

    static func time(_ seconds: Int64?) -> StripeValue { seconds.map { .number($0) } ?? .null }

    /// The members of `self` that are different, or not there, in `other`.
    func members(differingFrom other: StripeValue) -> StripeValue {
        guard case .object(let mine) = self, case .object(let others) = other else { return .object([]) }
        let known = Dictionary(others.map { ($0.name, $0.value) }) { first, _ in first }
        return .object(mine.filter { known[$0.name] != $0.value })
    }

    func write(to json: inout JSONText, bend: inout RowBend) {
        switch self {
        case .null: json.raw("null")
        case .flag(let flag): json.raw(flag ? "true" : "false")
        case .number(let number): json.raw(String(number))
        case .text(let text): json.string(text)
        case .mapped(let text): bend.string(text, to: &json)
        case .list(let values):
            json.raw("[")
            for (position, value) in values.enumerated() {
                if position > 0 { json.raw(",") }
                value.write(to: &json, bend: &bend)
            }
            json.raw("]")
        case .object(let members):
            json.raw("{")
            for (position, member) in members.enumerated() {
                if position > 0 { json.raw(",") }
                json.string(member.name)
                json.raw(":")
                member.value.write(to: &json, bend: &bend)
            }
            json.raw("}")
        }
    }
}

extension StripeValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(booleanLiteral flag: Bool) { self = .flag(flag) }
    init(integerLiteral number: Int64) { self = .number(number) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral values: StripeValue...) { self = .list(values) }
    init(dictionaryLiteral members: (String, StripeValue)...) {
        self = .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}
