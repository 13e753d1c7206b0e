import Foundation

/// A JSON document of any shape; numbers are doubles.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

extension JSONValue {
    /// The number, or nil for anything else.
    package var number: Double? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The whole number, or nil for anything else.
    package var integer: Int? { number.flatMap(Int.init(exactly:)) }

    /// The string, or nil for anything else.
    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The truth value, or nil for anything else.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements; a single value other than null is an array of one, as the cases write vectors of length 1.
    package var elements: [JSONValue] {
        switch self {
        case .array(let values): values
        case .null: []
        default: [self]
        }
    }

    /// The member under a key; null when there is none.
    package subscript(key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    /// A number, or null for an undefined or not finite one: what the cases write for "not reached".
    package static func optional(_ value: Double?) -> JSONValue {
        value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
    }

    /// An array of numbers, with null for undefined ones.
    package static func numbers(_ values: [Double?]) -> JSONValue { .array(values.map(optional)) }

    /// An array of numbers.
    package static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { optional($0) }) }
}

extension JSONValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral,
    ExpressibleByBooleanLiteral
{
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(integerLiteral value: Int) { self = .number(Double(value)) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}
