/// A JSON document (RFC 8259) whose numbers keep the digits they were written with.
///
/// Amounts must not pass through binary floating point, which the usual decoders do before anybody can look.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The literal, such as `1.2E7`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The member at a dotted path, `nil` when a part is missing; null parents give null.
    package subscript(path path: String) -> JSONValue? {
        var value = self
        for part in path.split(separator: ".") {
            switch value {
            case .object(let members):
                guard let member = members[String(part)] else { return nil }
                value = member
            case .null: return .null
            case .bool, .number, .string, .array: return nil
            }
        }
        return value
    }

    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The member at a dotted path; at each step the longest remaining name that exists is taken, so that
    /// "@odata.etag" is found as one name. A number is also a place in a list.
    package subscript(member path: String) -> JSONValue? {
        if case .array(let items) = self, let part = path.split(separator: ".").first, let place = Int(part),
            items.indices.contains(place)
        {
            let rest = path.dropFirst(part.count + 1)
            return rest.isEmpty ? items[place] : items[place][member: String(rest)]
        }
        guard case .object(let members) = self else { return path.isEmpty ? self : nil }
        if let member = members[path] { return member }
        var end = path.endIndex
        while let dot = path[..<end].lastIndex(of: ".") {
            if let member = members[String(path[..<dot])] {
                return member[member: String(path[path.index(after: dot)...])]
            }
            end = dot
        }
        return nil
    }

    /// The value at an RFC 6901 pointer.
    package subscript(pointer pointer: String) -> JSONValue? {
        var value = self
        for part in JSONValue.parts(of: pointer) {
            switch value {
            case .object(let members):
                guard let member = members[part] else { return nil }
                value = member
            case .array(let items):
                guard let index = Int(part), items.indices.contains(index) else { return nil }
                value = items[index]
            case .null, .bool, .number, .string: return nil
            }
        }
        return value
    }

    /// The document without the object member at `pointer`; `null` for the whole document.
    package func removing(pointer: String) -> JSONValue {
        let parts = JSONValue.parts(of: pointer)
        guard let first = parts.first, case .object(var members) = self else { return .null }
        if parts.count == 1 {
            members[first] = nil
        } else if let member = members[first] {
            members[first] = member.removing(pointer: "/" + parts.dropFirst().joined(separator: "/"))
        }
        return .object(members)
    }

    static func parts(of pointer: String) -> [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    /// A whole number as written, if it is one.
    package var integer: Int? {
        guard case .number(let literal) = self else { return nil }
        return Int(literal)
    }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// JSON text with sorted keys.
    package var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let literal): literal
        case .string(let text): JSONValue.quoted(text)
        case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { JSONValue.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
