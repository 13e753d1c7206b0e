import Foundation
import Model

/// A word of a SOQL query and where it begins.
struct SOQLToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A keyword or a name, as written.
        case word(String)
        /// A quoted string, escapes resolved.
        case string(String)
        case number(units: Int64, scale: Int64)
        case date(Day)
        case dateTime(Instant)
        /// `( ) , = != < <= > >=`.
        case symbol(String)
        case end
    }

    let kind: Kind
    /// From 1, in bytes.
    let column: Int
    /// As written.
    let text: String

    func isWord(_ keyword: String) -> Bool {
        guard case .word(let word) = kind else { return false }
        return word.uppercased() == keyword
    }
}

/// Splits a query into tokens; throws MALFORMED_QUERY at the first byte that belongs to none.
struct SOQLLexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ query: String) { bytes = Array(query.utf8) }

    static func tokens(of query: String) throws(SalesforceError) -> [SOQLToken] {
        var lexer = SOQLLexer(query)
        var tokens: [SOQLToken] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private mutating func next() throws(SalesforceError) -> SOQLToken {
        while position < bytes.count, [9, 10, 13, 32].contains(bytes[position]) { position += 1 }
        let start = position
        guard position < bytes.count else { return token(.end, from: start) }
        switch bytes[position] {
        case UInt8(ascii: "'"): return try quoted()
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "="):
            position += 1
            return symbol(from: start)
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"):
            return try comparison()
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return try literal()
        case let byte where SOQLLexer.isWordByte(byte):
            while position < bytes.count, SOQLLexer.isWordByte(bytes[position]) { position += 1 }
            return token(.word(text(from: start)), from: start)
        default:
            throw .malformed(
                "line 1:\(start) no viable alternative at character '\(text(from: start, to: start + 1))'")
        }
    }

    private mutating func comparison() throws(SalesforceError) -> SOQLToken {
        let start = position
        position += 1
        if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
            position += 1
        } else if bytes[start] == UInt8(ascii: "!") {
            throw .malformed("unexpected token: '!' at column \(start + 1); '!=' was expected")
        }
        return symbol(from: start)
    }

    private mutating func quoted() throws(SalesforceError) -> SOQLToken {
        let start = position
        var value: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "'") {
            if bytes[position] == UInt8(ascii: "\\") {
                position += 1
                guard position < bytes.count, let escaped = SOQLLexer.escapes[bytes[position]] else {
                    throw .malformed("invalid string literal at column \(start + 1): illegal escape sequence")
                }
                value.append(escaped)
            } else {
                value.append(bytes[position])
            }
            position += 1
        }
        guard position < bytes.count else {
            throw .malformed("invalid string literal at column \(start + 1): the closing quote is missing")
        }
        position += 1
        return token(.string(String(decoding: value, as: UTF8.self)), from: start)
    }

    private mutating func literal() throws(SalesforceError) -> SOQLToken {
        let start = position
        position += 1
        while position < bytes.count, SOQLLexer.isLiteralByte(bytes[position]) { position += 1 }
        let written = text(from: start)
        if let day = Day(iso: written) { return token(.date(day), from: start) }
        if let instant = Instant(iso: written) { return token(.dateTime(instant), from: start) }
        if let number = SOQLLexer.number(written) { return token(number, from: start) }
        throw .malformed(
            "unexpected token: '\(written)' at column \(start + 1); a number, a date such as 2026-03-01 or "
                + "a dateTime such as 2026-03-01T00:00:00Z was expected")
    }

    /// A plain decimal of at most 15 digits.
    private static func number(_ text: String) -> SOQLToken.Kind? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" || $0 == "+" }.split(
            separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, !whole.isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard whole.utf8.count + fraction.utf8.count <= 15, let units = Int64(whole + fraction) else {
            return nil
        }
        let scale = fraction.utf8.reduce(Int64(1)) { product, _ in product * 10 }
        return .number(units: isNegative ? -units : units, scale: scale)
    }

    private func symbol(from start: Int) -> SOQLToken { token(.symbol(text(from: start)), from: start) }

    private func token(_ kind: SOQLToken.Kind, from start: Int) -> SOQLToken {
        SOQLToken(kind: kind, column: start + 1, text: kind == .end ? "<EOF>" : text(from: start))
    }

    private func text(from start: Int, to end: Int? = nil) -> String {
        String(decoding: bytes[start..<(end ?? position)], as: UTF8.self)
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "n"): 10, UInt8(ascii: "N"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "R"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "T"): 9,
        UInt8(ascii: "b"): 8, UInt8(ascii: "B"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "F"): 12,
        UInt8(ascii: "%"): UInt8(ascii: "%"), UInt8(ascii: "_"): UInt8(ascii: "_"),
    ]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private static func isLiteralByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
}
