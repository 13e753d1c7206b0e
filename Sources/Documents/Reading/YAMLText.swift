/// Writing texts so that any YAML reader takes them for the same texts.
package enum YAMLText {
    /// `text` as it stands where no reader could take it for something else, double-quoted otherwise.
    package static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// `text` in double quotes, with YAML's escapes.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\u{20}"..."\u{7E}", "\u{A0}"..."\u{2027}", "\u{202A}"..."\u{D7FF}", "\u{E000}"..."\u{FEFE}",
                "\u{FF00}"..."\u{FFFD}":
                result.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                result += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
            }
        }
        return result + "\""
    }

    /// Words of ASCII letters, digits and `- _ . / ( )`, single blanks between them, that begin with a
    /// letter and are none of the words that YAML 1.1 reads as a boolean or as nothing.
    private static func isPlain(_ text: String) -> Bool {
        let reserved = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]
        guard let first = text.unicodeScalars.first,
            ("a"..."z").contains(first) || ("A"..."Z").contains(first),
            text.last != " ", !text.contains("  "), !reserved.contains(text.lowercased())
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "(", ")", " ": true
            default: false
            }
        }
    }
}
