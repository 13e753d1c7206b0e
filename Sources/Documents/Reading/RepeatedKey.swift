/// A key that is set a second time in a block mapping, found in the text so that the rest can be read without it.
struct RepeatedKey {
    let place: TextPosition
    let message: String
    /// The text with the second setting's lines emptied; every other line keeps its number.
    let textWithout: String

    /// - Parameters:
    ///   - names: Keys that the mapping sets more than once.
    ///   - start: Where the mapping begins.
    /// - Returns: the first repetition; `nil` when the mapping is not written line by line.
    init?(among names: [String], in text: String, mapping start: TextPosition) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let indentation = start.column - 1
        var firstLines: [String: Int] = [:]
        var repeated: (name: String, line: Int)?
        var end = lines.count
        for index in lines.indices.dropFirst(start.line - 1) {
            let line = lines[index]
            let content = line.dropFirst(index == start.line - 1 ? indentation : 0).drop { $0 == " " }
            guard let first = content.first, first != "#", first != "\r" else { continue }
            let column = line.distance(from: line.startIndex, to: content.startIndex)
            if column > indentation || (column == indentation && content.hasPrefix("- ")) { continue }
            if repeated != nil || column < indentation {
                end = index
                break
            }
            guard let name = Self.key(of: content), names.contains(name) else { continue }
            if firstLines[name] == nil { firstLines[name] = index } else { repeated = (name, index) }
        }
        guard let repeated, let first = firstLines[repeated.name] else { return nil }
        for index in repeated.line..<end { lines[index] = "" }
        place = TextPosition(line: repeated.line + 1, column: start.column)
        message = "'\(repeated.name.excerpt)' is set twice, first in line \(first + 1); keep one"
        textWithout = lines.joined(separator: "\n")
    }

    /// The key that a line begins with, quotes removed.
    private static func key(of content: Substring) -> String? {
        if let quote = content.first, quote == "\"" || quote == "'" {
            let inside = content.dropFirst()
            return inside.firstIndex(of: quote).map { String(inside[..<$0]) }
        }
        guard let colon = content.firstIndex(of: ":") else { return nil }
        return String(content[..<colon])
    }
}
