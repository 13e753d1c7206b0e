import Model

/// Reads the rules of a stream's target fields.
struct RuleReader {
    /// `nil` when the file does not say it soundly; what depends on it is not checked then.
    let kind: FactKind?

    func targets(_ section: Section?) -> [String: FieldRule] {
        var rules: [String: FieldRule] = [:]
        for field in section?.fields() ?? [] {
            checkTarget(field)
            if let rule = rule(field, of: field.key) { rules[field.key] = rule }
        }
        return rules
    }

    /// - Parameter mapped: the targets that have a rule.
    func constants(_ section: Section?, mapped: Set<String>) -> [String: String] {
        var constants: [String: String] = [:]
        for field in section?.fields() ?? [] {
            checkTarget(field)
            if mapped.contains(field.key) {
                field.keyFault(
                    "'\(field.key.excerpt)' is mapped under 'fields' too; expected it in one of the two places"
                )
            }
            if let text = field.read(constant(of: field.key)) { constants[field.key] = text }
        }
        return constants
    }

    /// The form of a text that every row gets, which no row's data could put right.
    private func constant(of target: String) -> ScalarForm<String> {
        guard let known = kind?.targets.first(where: { $0.name == target }) else { return value(of: target) }
        let numbers = ["annualAmount", "amount", "baseline", "discount", "probability", "rate", "value"]
        return switch target {
        case _ where known.isDay:
            ScalarForm("a date such as 2026-01-05") { Day(iso: $0) == nil ? nil : $0 }
        case "currency":
            ScalarForm(ScalarForm<Currency>.currency.expectation) { Currency($0) == nil ? nil : $0 }
        case "termMonths":
            ScalarForm("a number of months such as 12") { Int($0).map { $0 > 0 } == true ? $0 : nil }
        case _ where numbers.contains(target):
            ScalarForm("a number such as 12.5") { isPlainDecimal($0) ? $0 : nil }
        default: value(of: target)
        }
    }

    private func checkTarget(_ field: Field) {
        guard let names = kind?.targets.map(\.name), !names.contains(field.key) else { return }
        let hint = nearestName(to: field.key, among: names).map { "did you mean '\($0)'?" }
        let expected = hint ?? "expected one of \(names.joined(separator: ", "))"
        field.keyFault("unknown field '\(field.key.excerpt)'; \(expected)")
    }

    /// The form of values that are given to a target by the mapping itself.
    private func value(of target: String?) -> ScalarForm<String> {
        if let target, let choices = kind?.choices(of: target) {
            return .choice(choices.map { (name: $0, value: $0) })
        }
        return .text(example: "\"0\"")
    }

    /// A field's rule: a name, a list of names, or a mapping; `target` is `nil` for attributes.
    func rule(_ field: Field, of target: String?) -> FieldRule? {
        let shape =
            "a field of the source such as Amount, a list of them, or a mapping such as {path: Stage, map: {…}}"
        if field.isText { return field.read(.fieldName).map { FieldRule($0) } }
        if field.isList { return paths(field).map { FieldRule(paths: $0) } }
        guard let section = field.section(expecting: shape) else { return nil }
        defer { section.finish() }
        return section.contains("cases") ? casesRule(section, target) : pathsRule(section, target)
    }

    private func paths(_ field: Field) -> [String]? {
        let paths = field.oneOrMany(of: .fieldName)
        if field.isList, field.items()?.isEmpty == true {
            field.fault("'\(field.path)' lists no field; expected at least one such as [Amount]")
            return nil
        }
        return paths
    }

    private func casesRule(_ section: Section, _ target: String?) -> FieldRule? {
        let example = "{field: IsWon, is: true, gives: won}"
        let cases: [FieldCase]? = section.requiredItems("cases", example: example) { item, _ in
            let condition = item.condition()
            let gives = item.required("gives", value(of: target))
            guard let condition, let gives else { return nil }
            return FieldCase(condition, gives: gives)
        }
        let otherwise = section.optional("otherwise", value(of: target))
        return cases.map { FieldRule(paths: [], cases: $0, otherwise: otherwise) }
    }

    private func pathsRule(_ section: Section, _ target: String?) -> FieldRule? {
        let one = section.field("path")
        let many = section.field("paths")
        if one != nil, many != nil {
            section.fault("'\(section.name)' has both 'path' and 'paths'; expected one of them", at: "paths")
        }
        var rule = FieldRule(paths: [])
        let paths = (one ?? many).flatMap { self.paths($0) }
        if one == nil, many == nil {
            section.fault("'\(section.name)' names no field; expected 'path', 'paths' or 'cases'")
        }
        for field in section.section("map")?.fields() ?? [] {
            let from = field.readKey(.text(example: "Closed Won", maxLength: 500))
            let gives = field.read(value(of: target))
            if let from, let gives { rule.map[from] = gives }
        }
        rule.when = section.section("when").flatMap { when in
            defer { when.finish() }
            return when.condition()
        }
        rule.format = section.optional("format", .choice)
        rule.timeZone = section.optional("timeZone", .timeZone)
        if let kind, kind.targets.first(where: { $0.name == target })?.isDay != true {
            for key in ["format", "timeZone"] where section.contains(key) {
                section.fault("'\(key)' belongs to days, which '\(section.name)' is not; delete it", at: key)
            }
        }
        guard let paths else { return nil }
        rule.paths = paths
        return rule
    }
}

extension Section {
    /// `field` with `is` or `in`.
    func condition() -> FieldCondition? {
        let name = required("field", .fieldName)
        let form = ScalarForm<String>.text(example: "won")
        let one = field("is")
        let many = field("in")
        if one == nil, many == nil {
            fault("'\(self.name)' has no value to compare with; expected 'is: true' or 'in: [won, lost]'")
        }
        if one != nil, many != nil {
            fault("'\(self.name)' has both 'is' and 'in'; expected one of them", at: "in")
        }
        if let many, many.isList, many.items()?.isEmpty == true {
            many.fault("'\(many.path)' lists no value; expected one such as [won, lost]")
        }
        let values = one.flatMap { $0.read(form) }.map { [$0] } ?? many?.list(of: form)
        guard let name, let values, !values.isEmpty else { return nil }
        return FieldCondition(field: name, values: values)
    }
}
