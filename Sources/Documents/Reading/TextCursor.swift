/// Walks a text scalar by scalar and knows its line and column, counting line breaks as libyaml does.
struct TextCursor {
    let scalars: [Unicode.Scalar]
    private(set) var index = 0
    private(set) var position = TextPosition(line: 1, column: 1)

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var isAtEnd: Bool { index >= scalars.count }
    var current: Unicode.Scalar? { isAtEnd ? nil : scalars[index] }
    var isAtLineBreak: Bool { current == "\n" || current == "\r" }
    /// A blank, a tab, a line break or the end: what must follow an indicator.
    var isAtSpace: Bool { isSpace(at: index) }

    func peek(_ offset: Int) -> Unicode.Scalar? {
        index + offset < scalars.count ? scalars[index + offset] : nil
    }

    func isSpace(at place: Int) -> Bool {
        guard place < scalars.count else { return true }
        return [" ", "\t", "\n", "\r"].contains(scalars[place])
    }

    mutating func advance() {
        guard let scalar = current else { return }
        let endsLine = scalar == "\n" || (scalar == "\r" && peek(1) != "\n")
        index += 1
        position =
            endsLine
            ? TextPosition(line: position.line + 1, column: 1)
            : TextPosition(line: position.line, column: position.column + 1)
    }

    mutating func advance(by count: Int) {
        for _ in 0..<count { advance() }
    }

    mutating func skip(while condition: (Unicode.Scalar) -> Bool) {
        while let scalar = current, condition(scalar) { advance() }
    }

    /// Stops at the line break, or at the end.
    mutating func skipLine() { skip { $0 != "\n" && $0 != "\r" } }

    /// The characters up to the next space, at most 40, for a message.
    var word: String {
        var word = String.UnicodeScalarView()
        for place in index..<min(index + 40, scalars.count) where !isSpace(at: place) {
            word.append(scalars[place])
            if isSpace(at: place + 1) { break }
        }
        return String(word)
    }
}
