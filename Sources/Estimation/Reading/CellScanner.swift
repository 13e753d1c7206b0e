/// Moves over the cells of CSV text, RFC 4180: quoted cells may hold commas, doubled quotes and line breaks; lines end
/// in LF or CRLF.
///
/// A quote inside a cell that does not begin with one stands for itself.
///
/// - Precondition: the text ends in a line feed and outlives the scanner, so that a scan for the end of an unquoted
///   cell needs no bounds.
@safe struct CellScanner {
    /// The next byte.
    var p: UnsafePointer<UInt8>
    /// Behind the last line feed.
    let end: UnsafePointer<UInt8>
    /// The line of the next byte, counted from 1.
    var line = 1
    /// The content of the last quoted cell, and a line feed behind it.
    private var unquoted: [UInt8] = []

    init(_ text: UnsafeBufferPointer<UInt8>) {
        precondition(unsafe text.last == UInt8(ascii: "\n"), "the text ends in a line feed")
        unsafe p = text.baseAddress.unsafelyUnwrapped
        unsafe end = unsafe p + text.count
    }

    @inline(__always)
    var isAtEnd: Bool { unsafe p >= end }

    @inline(__always)
    var isAtQuote: Bool { unsafe p[0] == UInt8(ascii: "\"") }

    /// Whether an unquoted cell ends at the byte; a return counts only in front of a line feed.
    @inline(__always)
    static func isDelimiter(_ p: UnsafePointer<UInt8>) -> Bool {
        switch unsafe p[0] {
        case UInt8(ascii: ","), UInt8(ascii: "\n"): true
        case UInt8(ascii: "\r"): unsafe p[1] == UInt8(ascii: "\n")
        default: false
        }
    }

    /// Moves to the delimiter behind an unquoted cell and gives its bytes.
    @inline(__always)
    mutating func takePlain() -> UnsafeBufferPointer<UInt8> {
        let start = unsafe p
        // A local pointer may stay in a register; nothing read through it can alias it.
        var q = unsafe start
        while unsafe !CellScanner.isDelimiter(q) { unsafe q += 1 }
        unsafe p = unsafe q
        return unsafe UnsafeBufferPointer(start: start, count: q - start)
    }

    /// Moves behind a quoted cell, decodes it, and hands its content to `body` with a line feed behind it; nil when
    /// the quotes do not end, or are followed by text, and then the scanner has not moved.
    mutating func takeQuoted<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        unquoted.removeAll(keepingCapacity: true)
        var q = unsafe p + 1
        var breaks = 0
        while unsafe q < end {
            let byte = unsafe q[0]
            unsafe q += 1
            if byte == UInt8(ascii: "\"") {
                if unsafe q < end && q[0] == UInt8(ascii: "\"") {
                    unsafe q += 1
                } else {
                    guard unsafe q < end, unsafe CellScanner.isDelimiter(q) else { return nil }
                    unsafe p = unsafe q
                    line += breaks
                    unquoted.append(UInt8(ascii: "\n"))
                    return unsafe unquoted.withUnsafeBufferPointer { content in
                        unsafe body(UnsafeBufferPointer(rebasing: content.dropLast()))
                    }
                }
            } else if byte == UInt8(ascii: "\n") {
                breaks += 1
            }
            unquoted.append(byte)
        }
        return nil
    }

    /// Moves to the delimiter behind the next cell; false when it is quoted and its quotes are not in order.
    @inline(__always)
    mutating func skip() -> Bool {
        if isAtQuote { return unsafe takeQuoted { _ in } != nil }
        var q = unsafe p
        while unsafe q[0] != UInt8(ascii: ",") && q[0] != UInt8(ascii: "\n") { unsafe q += 1 }
        unsafe p = unsafe q
        return true
    }

    /// Moves behind a comma; false when there is none.
    @inline(__always)
    mutating func takeComma() -> Bool {
        guard unsafe p[0] == UInt8(ascii: ",") else { return false }
        unsafe p += 1
        return true
    }

    /// Moves behind a line end; false when there is none.
    @inline(__always)
    mutating func takeLineEnd() -> Bool {
        if unsafe p[0] == UInt8(ascii: "\r") && p[1] == UInt8(ascii: "\n") { unsafe p += 1 }
        guard unsafe p[0] == UInt8(ascii: "\n") else { return false }
        unsafe p += 1
        line += 1
        return true
    }

    /// Moves behind the end of the current line, whatever is left on it.
    mutating func skipLine() {
        while !takeLineEnd() { unsafe p += 1 }
    }

    /// The cells of the next line as text; nil when its quotes are not in order or a cell is not UTF-8.
    mutating func takeTexts() -> [String]? {
        var texts: [String] = []
        while true {
            let text: String? =
                if isAtQuote {
                    unsafe takeQuoted { unsafe String(validating: $0, as: UTF8.self) } ?? nil
                } else {
                    unsafe String(validating: takePlain(), as: UTF8.self)
                }
            guard let text else { return nil }
            texts.append(text)
            if takeLineEnd() { return texts }
            guard takeComma() else { return nil }
        }
    }
}
