/// Documents as GitHub-flavoured Markdown; in place of a chart stands its table.
enum MarkdownRenderer {
    static func text(_ document: Document) -> String {
        var parts = ["# \(MarkdownText.line(document.title))", MarkdownText.line(document.subtitle)]
        if let banner = document.banner { parts.append("> **\(MarkdownText.escape(banner))**") }
        for section in document.sections {
            parts.append("## \(MarkdownText.line(section.heading))")
            parts += section.blocks.flatMap(paragraphs)
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func paragraphs(_ block: Document.Block) -> [String] {
        switch block {
        case .lead(let text): return ["**\(MarkdownText.escape(String(text.drop { $0 == " " })))**"]
        case .paragraph(let text): return [MarkdownText.line(text)]
        case .list(let title, let items):
            let lines = items.map { "- \(MarkdownText.line($0))" }.joined(separator: "\n")
            return (title.map { ["### \(MarkdownText.line($0))"] } ?? []) + [lines]
        case .table(let table): return paragraphs(table)
        case .figure(let figure): return paragraphs(figure.table)
        case .links(let title, let items):
            let lines = items.map {
                "- [\(MarkdownText.escape($0.text))](<\(MarkdownText.target($0.target))>)\(MarkdownText.escape($0.detail))"
            }
            return ["### \(MarkdownText.line(title))", lines.joined(separator: "\n")]
        }
    }

    private static func paragraphs(_ table: Document.Table) -> [String] {
        let header = row(table.columns.map(\.header))
        let rule = "|" + table.columns.map { $0.isNumeric ? " ---: |" : " --- |" }.joined()
        return [
            "*\(MarkdownText.escape(table.caption))*",
            ([header, rule] + table.rows.map(row)).joined(separator: "\n"),
        ]
    }

    private static func row(_ cells: [String]) -> String {
        "| \(cells.map(MarkdownText.escape).joined(separator: " | ")) |"
    }
}

/// Escaping of plain text for Markdown.
enum MarkdownText {
    private static let special: Set<Unicode.Scalar> = [
        "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "~", "&", "@", "!", "$",
    ]

    /// Text that may stand anywhere in a line: no emphasis, code, link, image, HTML, entity, table cell or
    /// automatic link can start in it.
    static func escape(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let startsAutolink =
                (scalar == ":" && scalars.dropFirst(index + 1).first == "/")
                || (scalar == "." && index >= 3
                    && scalars[(index - 3)..<index].allSatisfy { "wW".unicodeScalars.contains($0) })
            if special.contains(scalar) || startsAutolink { escaped.append("\\") }
            escaped.append(Printable.scalar(scalar))
        }
        return String(escaped)
    }

    /// Text that begins a line: a leading bullet, number or rule is escaped too.
    static func line(_ text: String) -> String {
        let escaped = String(escape(text).drop { $0 == " " })
        guard let first = escaped.unicodeScalars.first else { return escaped }
        if "-+=".unicodeScalars.contains(first) { return "\\" + escaped }
        let digits = escaped.prefix { ("0"..."9").contains($0) }
        let rest = escaped.dropFirst(digits.count)
        // A number begins a list only where a space or nothing follows its point.
        let isItem = rest.hasPrefix(".") || rest.hasPrefix(")")
        guard !digits.isEmpty, isItem, [nil, " ", "\t"].contains(rest.dropFirst().first) else {
            return escaped
        }
        return digits + "\\" + rest
    }

    /// A link's target between angle brackets.
    static func target(_ path: String) -> String {
        path.unicodeScalars.reduce(into: "") { target, scalar in
            switch scalar {
            case "<": target += "%3C"
            case ">": target += "%3E"
            case "\\": target += "%5C"
            default: target.unicodeScalars.append(Printable.scalar(scalar))
            }
        }
    }
}
