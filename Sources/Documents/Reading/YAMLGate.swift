import Model

/// Refuses, before any tree is built, the YAML that a configuration file has no use for: anchors, aliases,
/// merge keys, tags, directives, several documents, nesting deeper than 32, tabs as indentation, unquoted
/// text that runs over several lines, and files above 256 KB.
///
/// A lexical scan, deliberately stricter than YAML: an alias bomb must never reach a composer, and what is
/// not scanned exactly here (an unquoted text over two lines) is refused rather than guessed.
struct YAMLGate {
    static let maxBytes = 256 * 1024
    static let maxDepth = 32

    let file: String
    private var cursor: TextCursor
    private(set) var faults: [Fault] = []
    /// Anchors, aliases and tags: what remains without them can still be read.
    private var references: [Range<Int>] = []
    private var unknownLines: Set<Int> = []
    /// Columns at which the open block collections begin, ascending.
    private var columns: [Int] = []
    private var flowDepth = 0
    private var hasContent = false
    /// Whether a block collection can begin here: not behind a `key:` on the same line.
    private var mayOpenBlock = true
    /// Set behind unquoted text: a further line of it would have to be indented deeper than this.
    private var openTextParent: Int?
    /// Whether what follows can no longer be told apart, so that further faults would be guesses.
    private var isLost = false

    private init(_ text: String, file: String) {
        cursor = TextCursor(text)
        self.file = file
    }

    /// What the gate lets through.
    struct Passage {
        /// In the order of the text; none when the text may be composed as it is.
        var faults: [Fault]
        /// The text with every anchor, alias and tag blanked out at its place, so that the rest can be checked as
        /// well; `nil` when anything else is wrong.
        var soundText: String?
        /// Lines whose value stood in an alias and is not known.
        var unknownLines: Set<Int>
    }

    static func pass(_ text: String, file: String) -> Passage {
        guard text.utf8.count <= maxBytes else {
            let message = "the file has \(text.utf8.count) bytes; expected at most \(maxBytes)"
            return Passage(
                faults: [Fault(file: file, line: nil, column: nil, message: message)], soundText: nil,
                unknownLines: [])
        }
        var gate = YAMLGate(text, file: file)
        gate.refuseUnusualBreaks()
        if gate.faults.isEmpty { gate.scan() }
        let isSound = gate.cursor.isAtEnd && !gate.isLost && gate.faults.count == gate.references.count
        return Passage(
            faults: gate.faults, soundText: isSound ? gate.textWithoutReferences : nil,
            unknownLines: gate.unknownLines)
    }

    /// An alias becomes a word of its length, anchors and tags become blanks: every other place stays.
    private var textWithoutReferences: String {
        var scalars = cursor.scalars
        for range in references {
            let filler: Unicode.Scalar = scalars[range.lowerBound] == "*" ? "x" : " "
            for place in range { scalars[place] = filler }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private mutating func refuse(_ message: String, at position: TextPosition? = nil) {
        let position = position ?? cursor.position
        faults.append(
            Fault(file: file, line: position.line, column: position.column, message: message))
    }

    /// libyaml breaks lines at three characters that editors show as nothing.
    private mutating func refuseUnusualBreaks() {
        var scan = cursor
        while let scalar = scan.current {
            if ["\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                refuse("an invisible line break (U+\(code)) stands here; delete it", at: scan.position)
            }
            scan.advance()
        }
    }
}

// MARK: Lines

extension YAMLGate {
    private mutating func scan() {
        startLine()
        while let scalar = cursor.current, !isLost, faults.count < 20 {
            switch scalar {
            case "\n":
                cursor.advance()
                startLine()
            case "\r":
                cursor.advance()
                if cursor.current != "\n" { startLine() }
            case " ", "\t": cursor.advance()
            case "#": cursor.skipLine()
            default: scanToken(scalar)
            }
        }
    }

    /// Indentation, directives and document marks.
    private mutating func startLine() {
        mayOpenBlock = true
        cursor.skip { $0 == " " }
        if cursor.current == "\t", flowDepth == 0 {
            refuse("a tab stands in the indentation; indent with blanks")
            cursor.skip { $0 == "\t" || $0 == " " }
        }
        guard let scalar = cursor.current, !cursor.isAtLineBreak, scalar != "#" else { return }
        if cursor.position.column == 1 { scanLineMark(scalar) }
        guard flowDepth == 0, !cursor.isAtSpace else { return }
        closeBlocks(deeperThan: cursor.position.column)
    }

    private mutating func scanLineMark(_ scalar: Unicode.Scalar) {
        if scalar == "%" {
            refuse("'\(cursor.word)' is a YAML directive; delete the line")
            cursor.skipLine()
            return
        }
        let isMark = (0..<3).allSatisfy { cursor.peek($0) == scalar } && cursor.isSpace(at: cursor.index + 3)
        guard isMark, scalar == "-" || scalar == "." else { return }
        if scalar == "-", hasContent {
            refuse("a second document begins here; keep one document in a file")
        }
        openTextParent = nil
        cursor.advance(by: 3)
    }
}

// MARK: Tokens

extension YAMLGate {
    private mutating func scanToken(_ scalar: Unicode.Scalar) {
        if let parent = openTextParent, continuesText(scalar, parent: parent) {
            refuse("unquoted text goes on here; put it on one line, quote it, or use '>-'")
            isLost = true
            return
        }
        openTextParent = nil
        hasContent = true
        switch scalar {
        case "&", "*", "!": refuseReference(scalar)
        case "\"", "'": scanQuoted(scalar)
        case "[", "{":
            flowDepth += 1
            checkDepth()
            cursor.advance()
        case "]", "}":
            flowDepth = max(0, flowDepth - 1)
            cursor.advance()
        case "|" where flowDepth == 0, ">" where flowDepth == 0: skipBlockScalar()
        case "-" where cursor.isSpace(at: cursor.index + 1), "?" where cursor.isSpace(at: cursor.index + 1):
            openBlock(at: cursor.position.column)
            cursor.advance()
        case ":" where flowDepth > 0 || cursor.isSpace(at: cursor.index + 1):
            mayOpenBlock = false
            cursor.advance()
        case "," where flowDepth > 0: cursor.advance()
        default: scanText()
        }
    }

    private func continuesText(_ scalar: Unicode.Scalar, parent: Int) -> Bool {
        flowDepth > 0 ? !isFlowIndicator(scalar) && scalar != ":" : cursor.position.column > parent
    }

    private static let flowIndicators: [Unicode.Scalar] = [",", "[", "]", "{", "}"]

    private func isFlowIndicator(_ scalar: Unicode.Scalar) -> Bool { Self.flowIndicators.contains(scalar) }

    private mutating func refuseReference(_ scalar: Unicode.Scalar) {
        let (start, place) = (cursor.index, cursor.position)
        let ends: [Unicode.Scalar] = [" ", "\t", "\n", "\r"] + (flowDepth > 0 ? Self.flowIndicators : [])
        cursor.skip { !ends.contains($0) }
        references.append(start..<cursor.index)
        var word = String.UnicodeScalarView()
        word.append(contentsOf: cursor.scalars[start..<min(cursor.index, start + 40)])
        let name = String(word)
        switch scalar {
        case "&": refuse("'\(name)' is a YAML anchor; write the value out where it is needed", at: place)
        case "*":
            refuse("'\(name)' is a YAML alias; write the value out, or quote the text", at: place)
            unknownLines.insert(place.line)
        default: refuse("'\(name)' is a YAML tag; write the plain value, or quote the text", at: place)
        }
    }

    private mutating func closeBlocks(deeperThan column: Int) {
        while let last = columns.last, last > column { columns.removeLast() }
    }

    private mutating func openBlock(at column: Int) {
        guard flowDepth == 0, mayOpenBlock else { return }
        closeBlocks(deeperThan: column)
        if columns.last != column { columns.append(column) }
        checkDepth()
    }

    private mutating func checkDepth() {
        guard columns.count + flowDepth > Self.maxDepth else { return }
        refuse("nested deeper than \(Self.maxDepth) levels; expected a flat file")
        isLost = true
    }
}

// MARK: Scalars

extension YAMLGate {
    private mutating func scanQuoted(_ quote: Unicode.Scalar) {
        let start = cursor.position
        cursor.advance()
        while let scalar = cursor.current {
            cursor.advance()
            if scalar == "\\", quote == "\"" {
                cursor.advance()
            } else if scalar == quote {
                guard quote == "'", cursor.current == "'" else { break }
                cursor.advance()
            }
        }
        if cursor.current == ":" { openBlock(at: start.column) }
    }

    /// A block scalar ends at the first line with content that is not indented deeper than its parent.
    private mutating func skipBlockScalar() {
        let parent = columns.last ?? 0
        cursor.skipLine()
        while !cursor.isAtEnd {
            var ahead = cursor
            if ahead.current == "\r", ahead.peek(1) == "\n" { ahead.advance() }
            ahead.advance()
            ahead.skip { $0 == " " }
            guard ahead.isAtLineBreak || ahead.isAtEnd || ahead.position.column > parent else { return }
            ahead.skipLine()
            cursor = ahead
        }
    }

    /// Unquoted text on one line: a key, or a value.
    private mutating func scanText() {
        let start = cursor
        cursor.advance()
        while let scalar = cursor.current, !cursor.isAtLineBreak {
            if scalar == ":" {
                if cursor.isSpace(at: cursor.index + 1) { break }
                if flowDepth > 0, let next = cursor.peek(1), isFlowIndicator(next) { break }
            }
            if scalar == "#", cursor.isSpace(at: cursor.index - 1) { break }
            if flowDepth > 0, isFlowIndicator(scalar) { break }
            cursor.advance()
        }
        guard cursor.current == ":" else {
            openTextParent = flowDepth > 0 ? 0 : columns.last ?? 0
            return
        }
        openBlock(at: start.position.column)
        if cursor.index == start.index + 2, start.current == "<", start.peek(1) == "<" {
            refuse("'<<' is a YAML merge key; write the keys out", at: start.position)
        }
    }
}
