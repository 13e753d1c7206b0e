import Foundation

/// An arithmetic expression in the columns of a table, as R writes it, such as `xpre - mean(xpre)`.
indirect enum LinearModelExpression: Hashable {
    case number(Double)
    case name(String)
    case call(String, [LinearModelExpression])
    case negative(LinearModelExpression)
    case binary(LinearModelExpression, String, LinearModelExpression)
}

extension LinearModelExpression {
    /// The expression as R prints it: spaces around operators other than ^, `:` and brackets.
    var text: String {
        switch self {
        case .number(let value): Int(exactly: value).map(String.init) ?? String(value)
        case .name(let name): name
        case .call("", let arguments): "(\(arguments.map(\.text).joined()))"
        case .call(let function, let arguments):
            "\(function)(\(arguments.map(\.text).joined(separator: ", ")))"
        case .negative(let value): "-\(value.text)"
        case .binary(let left, let symbol, let right):
            [":", "^"].contains(symbol)
                ? "\(left.text)\(symbol)\(right.text)" : "\(left.text) \(symbol) \(right.text)"
        }
    }

    /// The expression's value in every row.
    func values(in table: DataTable) throws -> [Double] {
        switch self {
        case .number(let value): return [Double](repeating: value, count: table.rowCount)
        case .name(let name): return try table.numbers(name)
        case .negative(let value): return try value.values(in: table).map { -$0 }
        case .binary(let left, let symbol, let right):
            let operations: [String: (Double, Double) -> Double] = [
                "+": { $0 + $1 }, "-": { $0 - $1 }, "*": { $0 * $1 }, "/": { $0 / $1 }, "^": { pow($0, $1) },
            ]
            guard let operation = operations[symbol] else {
                throw Unsupported("there is no arithmetic operator '\(symbol)'")
            }
            return zip(try left.values(in: table), try right.values(in: table)).map(operation)
        case .call(let function, let arguments):
            guard arguments.count == 1 else {
                throw Unsupported("'\(function)' is offered with one argument only")
            }
            let values = try arguments[0].values(in: table)
            switch function {
            case "", "I", "as.numeric": return values
            case "log": return values.map { log($0) }
            case "log1p": return values.map { log1p($0) }
            case "exp": return values.map { exp($0) }
            case "sqrt": return values.map { $0.squareRoot() }
            case "abs": return values.map { abs($0) }
            case "mean":
                let mean = values.reduce(0, +) / Double(values.count)
                return [Double](repeating: mean, count: values.count)
            case "scale":
                let mean = values.reduce(0, +) / Double(values.count)
                let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                let deviation = (squares / Double(values.count - 1)).squareRoot()
                return values.map { ($0 - mean) / deviation }
            default: throw Unsupported("there is no function '\(function)' for columns")
            }
        }
    }
}

/// Reads expressions and the right-hand sides of formulas.
struct LinearModelParser {
    private var tokens: [String]
    private var position = 0

    /// Reads a whole expression.
    ///
    /// - Throws: `Unsupported` naming what cannot be read.
    static func parse(_ text: String) throws -> LinearModelExpression {
        var parser = LinearModelParser(tokens: try tokens(of: text))
        let expression = try parser.sum()
        guard parser.position == parser.tokens.count else {
            throw Unsupported("reading '\(text)': '\(parser.tokens[parser.position])' is out of place")
        }
        return expression
    }

    private static func tokens(of text: String) throws -> [String] {
        var tokens: [String] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first.isLetter || first.isNumber || first == "." || first == "_" {
                let isNumber = first.isNumber || first == "."
                var word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
                let after = rest[word.endIndex...]
                // An exponent such as 1e-3.
                if isNumber, word.last == "e" || word.last == "E", let sign = after.first, "+-".contains(sign)
                {
                    word = rest[..<after.dropFirst().prefix(while: \.isNumber).endIndex]
                }
                tokens.append(String(word))
                rest = rest[word.endIndex...]
            } else if "+-*/^:()~,".contains(first) {
                tokens.append(String(first))
                rest.removeFirst()
            } else {
                throw Unsupported("reading '\(text)': there is no operator '\(first)'")
            }
        }
        return tokens
    }

    private mutating func take(_ symbols: String) -> String? {
        guard position < tokens.count, symbols.contains(tokens[position]), tokens[position].count == 1 else {
            return nil
        }
        position += 1
        return tokens[position - 1]
    }

    private mutating func sum() throws -> LinearModelExpression {
        var result = take("-") != nil ? LinearModelExpression.negative(try product()) : try product()
        while let symbol = take("+-") { result = .binary(result, symbol, try product()) }
        return result
    }

    private mutating func product() throws -> LinearModelExpression {
        var result = try interaction()
        while let symbol = take("*/") { result = .binary(result, symbol, try interaction()) }
        return result
    }

    private mutating func interaction() throws -> LinearModelExpression {
        var result = try power()
        while take(":") != nil { result = .binary(result, ":", try power()) }
        return result
    }

    private mutating func power() throws -> LinearModelExpression {
        let base = try primary()
        guard take("^") != nil else { return base }
        return .binary(base, "^", take("-") != nil ? .negative(try power()) : try power())
    }

    private mutating func primary() throws -> LinearModelExpression {
        if take("(") != nil { return .call("", [try closed()]) }
        guard position < tokens.count, let first = tokens[position].first else {
            throw Unsupported("reading a formula: it ends where a term was expected")
        }
        let word = tokens[position]
        position += 1
        if first.isNumber || first == "." {
            guard let value = Double(word) else { throw Unsupported("'\(word)' is not a number") }
            return .number(value)
        }
        guard first.isLetter else { throw Unsupported("reading a formula: '\(word)' is out of place") }
        guard take("(") != nil else { return .name(word) }
        return .call(word, [try closed()])
    }

    private mutating func closed() throws -> LinearModelExpression {
        let inside = try sum()
        guard take(")") != nil else { throw Unsupported("reading a formula: a bracket is not closed") }
        return inside
    }
}
