package import Model

/// A way to read one text of a file: what is accepted, in words, and the parser.
package struct ScalarForm<Value> {
    /// "a date such as 2026-01-05": completes "expected …", and always shows an example.
    package let expectation: String
    /// Whether `"5"` is as good as `5`. Numbers, booleans and dates are written without quotes.
    let acceptsQuotes: Bool
    /// What of a refused text may be repeated; all of it without.
    var mask: ((String) -> String)?
    let parse: (String) throws(Refusal) -> Value

    package init(
        _ expectation: String, acceptsQuotes: Bool = true,
        parse: @escaping (String) throws(Refusal) -> Value
    ) {
        self.expectation = expectation
        self.acceptsQuotes = acceptsQuotes
        self.parse = parse
    }

    /// A form whose parser has nothing to add to the expectation.
    package init(
        _ expectation: String, acceptsQuotes: Bool = true, parsing: @escaping (String) -> Value?
    ) {
        self.init(expectation, acceptsQuotes: acceptsQuotes) { text throws(Refusal) in
            guard let value = parsing(text) else { throw Refusal() }
            return value
        }
    }

    /// What was expected, with a hint where there is one; `nil` when `text` is accepted.
    package func complaint(about text: String) -> String? {
        do throws(Refusal) {
            _ = try parse(text)
            return nil
        } catch {
            return expectation + (error.hint.map { " (\($0))" } ?? "")
        }
    }

    package func map<Other>(_ transform: @escaping (Value) -> Other) -> ScalarForm<Other> {
        let parse = parse
        var other = ScalarForm<Other>(expectation, acceptsQuotes: acceptsQuotes) { text throws(Refusal) in
            transform(try parse(text))
        }
        other.mask = mask
        return other
    }

    /// The same form, admitting only values that satisfy `condition`.
    package func only(
        _ expectation: String, where condition: @escaping (Value) -> Bool
    ) -> ScalarForm {
        let parse = parse
        var form = ScalarForm(expectation, acceptsQuotes: acceptsQuotes) { text throws(Refusal) in
            let value = try parse(text)
            guard condition(value) else { throw Refusal() }
            return value
        }
        form.mask = mask
        return form
    }

    /// The same form for texts that may hold a secret: of a refused one only what `mask` leaves is repeated.
    package func repeating(_ mask: @escaping (String) -> String) -> ScalarForm {
        var form = self
        form.mask = mask
        return form
    }
}

/// A text that a form does not accept, with what its author may have meant.
package struct Refusal: Error {
    package let hint: String?
    package init(hint: String? = nil) { self.hint = hint }
}

// MARK: Words

extension ScalarForm where Value == String {
    /// One line of text, not empty, without control characters.
    package static func text(
        example: String = "Renewal bonus for resellers", maxLength: Int = 500
    ) -> ScalarForm {
        ScalarForm("one line of text such as \(example)") { text throws(Refusal) in
            let line = text.last == "\n" ? String(text.dropLast()) : text
            guard !line.isEmpty, !line.allSatisfy(\.isWhitespace) else { throw Refusal(hint: "it is empty") }
            guard line.count <= maxLength else { throw Refusal(hint: "at most \(maxLength) characters") }
            guard line.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw Refusal(hint: "it has line breaks or control characters")
            }
            return line
        }
    }

    /// `[a-z][a-z0-9-]{0,62}`: a name that can be a file name, a URL path and a log label.
    package static var slug: ScalarForm {
        ScalarForm("a name of small letters, digits and hyphens such as retention-bonus") {
            Slug.isValid($0) ? $0 : nil
        }
    }
}

extension ScalarForm {
    /// An identifier that obeys the slug rule.
    package static func slugID<Subject>() -> ScalarForm where Value == Identifier<Subject> {
        ScalarForm<String>.slug.map { Identifier<Subject>($0) }
    }
}

extension ScalarForm where Value == Bool {
    /// `true` or `false`; `yes`, `no`, `on` and `off` are texts.
    package static var boolean: ScalarForm {
        ScalarForm("true or false", acceptsQuotes: false) { ["true": true, "false": false][$0] }
    }
}

extension ScalarForm {
    /// One of a closed list of names.
    package static func choice(_ candidates: [(name: String, value: Value)]) -> ScalarForm {
        let names = candidates.map(\.name)
        return ScalarForm("one of \(names.joined(separator: ", "))") { text throws(Refusal) in
            if let match = candidates.first(where: { $0.name == text }) { return match.value }
            throw Refusal(hint: nearestName(to: text, among: names).map { "did you mean '\($0)'?" })
        }
    }
}

extension ScalarForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of an enumeration's cases, by raw value.
    package static var choice: ScalarForm { choice(Value.allCases.map { ($0.rawValue, $0) }) }
}
