/// Why a row could not be mapped.
package struct MappingFault: Error, Hashable, CustomStringConvertible {
    /// The field as the source calls it; the target's name where no field gives it.
    package var field: String
    /// May quote the value, between apostrophes; see ``excerpt(_:)``.
    package var reason: String

    package var description: String { "field '\(field)': \(reason)" }

    /// The same without what was delivered.
    package var summary: String { "field '\(field)': \(withoutValues(reason))" }
}

extension MappingFault {
    static let idWithControlCharacters = MappingFault(
        field: "id",
        reason: "holds a control character, which nothing tells apart safely; correct it at the source")
}

/// What reasons quote besides values.
private let quotedWords: Set<Substring> = ["*", "currency", "format", "id", "map", "timeZone"]

/// Puts "…" for everything that stands between apostrophes and for every number of a date.
///
/// A quoted value holds no apostrophe of its own, and one inside a word ("mapping's") opens no quotation. What is
/// opened and never closed ends the text.
func withoutValues(_ reason: String) -> String {
    var text = ""
    var rest = reason[...]
    while let quote = rest.firstIndex(of: "'") {
        text += rest[..<quote]
        let isInsideAWord = text.last?.isLetter ?? false
        rest = rest[rest.index(after: quote)...]
        guard !isInsideAWord else {
            text.append("'")
            continue
        }
        guard let end = rest.firstIndex(of: "'") else { return text + "…" }
        let quoted = rest[..<end]
        text += quotedWords.contains(quoted) ? "'\(quoted)'" : "…"
        rest = rest[rest.index(after: end)...]
    }
    return (text + rest).split(separator: " ", omittingEmptySubsequences: false)
        .map { $0.isDate ? "…" : String($0) }.joined(separator: " ")
}

extension Substring {
    /// As a day is written: "2026-01-31", with whatever follows it.
    fileprivate var isDate: Bool {
        let parts = split(separator: "-", omittingEmptySubsequences: true)
        return parts.count >= 3 && parts.prefix(2).allSatisfy { $0.allSatisfy(\.isASCIIDigit) }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
