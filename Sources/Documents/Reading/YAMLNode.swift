/// A value of a YAML file: text as it is written, a list, or a mapping whose keys are distinct texts.
///
/// Nothing is resolved: `no`, `012` and `12:30` are the texts that stand in the file, and whoever expects
/// a number or a date parses them.
indirect enum YAMLNode {
    /// `isQuoted` tells `"5"` from `5`, and an empty text from an absent value.
    case text(String, isQuoted: Bool, TextPosition)
    case list([YAMLNode], TextPosition)
    case mapping([Entry], TextPosition)

    struct Entry {
        var key: String
        var keyPosition: TextPosition
        var value: YAMLNode
    }

    var position: TextPosition {
        switch self {
        case .text(_, _, let position), .list(_, let position), .mapping(_, let position): position
        }
    }

    /// Whether a key stands without any value behind it.
    var isAbsent: Bool {
        if case .text("", isQuoted: false, _) = self { true } else { false }
    }

    /// What stands here, for a message: the text itself, or the shape.
    var found: String {
        switch self {
        case .text("", isQuoted: false, _): "nothing"
        case .text(let text, let isQuoted, _):
            isQuoted ? "the quoted text \"\(text.excerpt)\"" : "'\(text.excerpt)'"
        case .list(let items, _): "a list of \(items.count)"
        case .mapping(let entries, _):
            entries.isEmpty
                ? "an empty mapping" : "a mapping (\(entries.map(\.key).joined(separator: ", ").excerpt))"
        }
    }
}

extension String {
    /// At most 60 characters on one line.
    var excerpt: String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count <= 60 ? line : line.prefix(57) + "…"
    }
}
