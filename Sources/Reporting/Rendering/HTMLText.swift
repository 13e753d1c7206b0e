import Mustache

/// Escaping of plain text for HTML and XML, element content and quoted attributes alike.
enum HTMLText {
    /// Works on Unicode scalars: a combining mark after `"` makes one Swift character of both, which would
    /// slip through an escape that compares characters.
    static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(Printable.scalar(scalar))
            }
        }
        return escaped
    }
}

/// Scalars that would change how the text around them reads.
enum Printable {
    /// Line breaks become spaces; control characters, non-characters and marks that reorder text
    /// (U+202A…202E, U+2066…2069, U+200E, U+200F, U+061C) become U+FFFD.
    static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: " "
        case 0x00...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F,
            0x061C:
            "\u{FFFD}"
        case let value where value & 0xFFFE == 0xFFFE: "\u{FFFD}"
        default: scalar
        }
    }

    static func text(_ text: String) -> String {
        var printable = String.UnicodeScalarView()
        for character in text.unicodeScalars { printable.append(scalar(character)) }
        return String(printable)
    }
}

/// What `{{name}}` in our pages does to a value.
struct HTMLContentType: MustacheContentType {
    static let name = "FAIRWAY-HTML"

    func escapeText(_ text: String) -> String { HTMLText.escape(text) }
}
