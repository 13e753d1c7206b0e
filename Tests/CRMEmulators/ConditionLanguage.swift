/// Evaluates the conditions of SOQL's and OData's filters that a reader of changes needs: comparisons joined by
/// AND, OR and parentheses.
struct ConditionLanguage {
    private var tokens: [String]
    private var index = 0

    /// `nil` for text that is no such condition.
    init?(_ text: String) {
        var tokens: [String] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first == " " || first == "\n" {
                rest.removeFirst()
            } else if first == "(" || first == ")" {
                tokens.append(String(rest.removeFirst()))
            } else if first == "'" {
                var literal = "'"
                rest.removeFirst()
                while let character = rest.first {
                    rest.removeFirst()
                    if character == "\\", let escaped = rest.first {
                        literal.append(escaped)
                        rest.removeFirst()
                    } else if character == "'", rest.first == "'" {
                        literal.append("'")
                        rest.removeFirst()
                    } else if character == "'" {
                        break
                    } else {
                        literal.append(character)
                    }
                }
                tokens.append(literal)
            } else if "<>=!".contains(first) {
                tokens.append(String(rest.prefix { "<>=!".contains($0) }))
                rest = rest.drop { "<>=!".contains($0) }
            } else {
                let word = rest.prefix { !" ()'<>=!\n".contains($0) }
                tokens.append(String(word))
                rest = rest.dropFirst(word.count)
            }
        }
        self.tokens = tokens
    }

    /// Values of fields; texts compare as texts, which is right for stamps of one form and for ids.
    mutating func holds(_ value: (String) -> String) -> Bool {
        index = 0
        return disjunction(value)
    }

    private mutating func disjunction(_ value: (String) -> String) -> Bool {
        var result = conjunction(value)
        while peek == "or" {
            index += 1
            let other = conjunction(value)
            result = result || other
        }
        return result
    }

    private mutating func conjunction(_ value: (String) -> String) -> Bool {
        var result = comparison(value)
        while peek == "and" {
            index += 1
            let other = comparison(value)
            result = result && other
        }
        return result
    }

    private mutating func comparison(_ value: (String) -> String) -> Bool {
        if tokens.indices.contains(index), tokens[index] == "(" {
            index += 1
            defer { index += 1 }
            return disjunction(value)
        }
        guard index + 2 < tokens.count else { return false }
        let (field, comparator) = (tokens[index], tokens[index + 1].lowercased())
        var literal = tokens[index + 2]
        if literal.hasPrefix("'") { literal.removeFirst() }
        index += 3
        let found = value(field)
        switch comparator {
        case "=", "eq": return found == literal
        case "!=", "<>", "ne": return found != literal
        case ">", "gt": return found > literal
        case ">=", "ge": return found >= literal
        case "<", "lt": return found < literal
        case "<=", "le": return found <= literal
        default: return false
        }
    }

    private var peek: String? { tokens.indices.contains(index) ? tokens[index].lowercased() : nil }
}
