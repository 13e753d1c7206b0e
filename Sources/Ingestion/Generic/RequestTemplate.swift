internal import Foundation
internal import Model

/// A text of a request with closed placeholders.
///
/// `{lower}`, `{upper}`, `{cursor}`, `{lastID}`, `{offset}`, `{page}`, `{pageSize}`; other words in braces are
/// faults, other braces are text. A text that begins with `base64url:` is sent encoded (RFC 4648 section 5, with
/// padding), for sources that take conditions that way.
struct RequestTemplate: Sendable, Hashable {
    enum Placeholder: String, Sendable, Hashable, CaseIterable {
        case lower, upper, cursor, lastID, offset, page, pageSize
    }

    private enum Part: Sendable, Hashable {
        case text(String)
        case value(Placeholder)
    }

    static let base64Prefix = "base64url:"
    private let parts: [Part]
    private let isBase64: Bool

    init(_ text: String) throws(RequestFault) {
        isBase64 = text.hasPrefix(RequestTemplate.base64Prefix)
        var parts: [Part] = []
        var rest = isBase64 ? text.dropFirst(RequestTemplate.base64Prefix.count) : text[...]
        while let open = rest.firstIndex(of: "{") {
            let word = rest[rest.index(after: open)...].prefix { $0.isASCII && $0.isLetter }
            guard !word.isEmpty, word.endIndex < rest.endIndex, rest[word.endIndex] == "}" else {
                parts.append(.text(String(rest[...open])))
                rest = rest[rest.index(after: open)...]
                continue
            }
            guard let placeholder = Placeholder(rawValue: String(word)) else {
                let known = Placeholder.allCases.map(\.rawValue)
                throw RequestFault(
                    reason: "'{\(word)}' is not a placeholder\(suggestion(for: String(word), among: known)); "
                        + "expected one of \(known.map { "{\($0)}" }.joined(separator: ", "))")
            }
            parts.append(.text(String(rest[..<open])))
            parts.append(.value(placeholder))
            rest = rest[rest.index(after: word.endIndex)...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    var placeholders: Set<Placeholder> {
        Set(
            parts.compactMap { part in
                if case .value(let placeholder) = part { placeholder } else { nil }
            })
    }

    /// `nil` when a placeholder has no value yet: there is no cursor on the first page.
    func filled(_ values: [Placeholder: String], encoding: (String) -> String = { $0 }) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .text(let fixed): text += fixed
            case .value(let placeholder):
                guard let value = values[placeholder] else { return nil }
                text += encoding(value)
            }
        }
        guard isBase64 else { return text }
        return Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}

/// Why a stream's request cannot be made.
struct RequestFault: Error, Hashable {
    var reason: String
}

enum URLText {
    /// Everything but RFC 3986's unreserved characters as %XX.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    /// Whether every byte may stand in a URL: printable ASCII without blank and backslash.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }
    }
}
