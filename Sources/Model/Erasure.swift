/// A partner or customer whose name can be erased.
package struct ErasableSubject: Sendable, Hashable, Codable {
    package var kind: SubjectName.Kind
    package var id: Identifier<ErasableSubject>

    package init(kind: SubjectName.Kind, id: String) {
        self.kind = kind
        self.id = Identifier(id)
    }

    /// What the journal calls it: its kind and id hashed, so that the journal names nobody.
    package var hash: ContentHash { ContentHash(of: Array("\(kind.rawValue)\u{0}\(id)".utf8)) }
}

/// A subject whose name and set-aside rows are gone for good, and who ordered it.
package struct Erasure: Sendable, Hashable, Codable {
    package var subject: ErasableSubject
    package var erasedAt: Instant
    package var by: Actor

    package init(subject: ErasableSubject, erasedAt: Instant, by: Actor) {
        self.subject = subject
        self.erasedAt = erasedAt
        self.by = by
    }
}

/// Finds out whether a text speaks of somebody: as a word of its own, in upper or lower case, in plain text or
/// inside JSON strings.
package struct Mention: Sendable {
    private let words: [[Character]]

    /// - Parameter words: ids and names; empty ones are never mentioned.
    package init(of words: [String]) {
        self.words = words.map { Array($0.lowercased()) }.filter { !$0.isEmpty }
    }

    package func isFound(in text: String) -> Bool {
        guard !words.isEmpty else { return false }
        let plain = Array(text.lowercased())
        if words.contains(where: { plain.holdsWord($0) }) { return true }
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return false }
        let unescaped = Array(unescapedJSON(text).lowercased())
        return words.contains { unescaped.holdsWord($0) }
    }
}

extension [Character] {
    /// Whether `word` stands here with neither a letter nor a digit before or behind it.
    fileprivate func holdsWord(_ word: [Character]) -> Bool {
        guard word.count <= count else { return false }
        for start in 0...(count - word.count) where self[start] == word[0] {
            let end = start + word.count
            guard self[start..<end].elementsEqual(word) else { continue }
            let before = start > 0 && self[start - 1].isLetterOrDigit
            let behind = end < count && self[end].isLetterOrDigit
            if !before && !behind { return true }
        }
        return false
    }
}

extension Character {
    fileprivate var isLetterOrDigit: Bool { isLetter || isNumber }
}

/// A text with the escapes of JSON strings resolved, wherever they stand.
private func unescapedJSON(_ text: String) -> String {
    var units: [UInt16] = []
    var rest = Array(text.utf16)[...]
    while let unit = rest.popFirst() {
        guard unit == 0x5C, let escaped = rest.popFirst() else {
            units.append(unit)
            continue
        }
        switch escaped {
        case 0x62, 0x66, 0x6E, 0x72, 0x74: units.append(0x20)
        case 0x75 where rest.count >= 4:
            let digits = String(decoding: rest.prefix(4), as: UTF16.self)
            units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
            rest.removeFirst(4)
        default: units.append(escaped)
        }
    }
    return String(decoding: units, as: UTF16.self)
}
