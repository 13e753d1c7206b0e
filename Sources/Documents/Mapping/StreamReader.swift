import Model

/// Reads one stream of a mapping file.
struct StreamReader {
    let section: Section

    /// `nil` when what has no default is missing or faulty.
    func read() -> StreamMapping? {
        let name = section.required("stream", .slug)
        let object = section.required("object", .objectName)
        let kind: FactKind? = section.required("kind", .choice)
        let fieldSection = section.requiredSection(
            "fields", expecting: "Fairway's names to the source's, such as {partner: Id}")
        let rules = RuleReader(kind: kind)
        let fields = rules.targets(fieldSection)
        let constantSection = section.section("constants")
        var stream = StreamMapping(
            stream: name ?? "", object: object ?? "", kind: kind ?? .partner, fields: fields,
            attributes: readAttributes(rules),
            constants: rules.constants(constantSection, mapped: Set(fieldSection?.keys ?? [])))
        stream.discountUnit = section.value("discountUnit", .choice, default: stream.discountUnit)
        stream.amountPeriod = section.value("amountPeriod", .choice, default: stream.amountPeriod)
        stream.amountUnit = section.value("amountUnit", .choice, default: stream.amountUnit)
        stream.currency = section.optional("currency", .currency)
        stream.timeZone = section.optional("timeZone", .timeZone)
        stream.refreshHours = section.optional("refreshHours", .integer(in: 1...8760, example: 24))
        stream.keepsCustomerNames = section.value("keepsCustomerNames", .boolean, default: false)
        stream.selection = readSelection()
        stream.associations = readAssociations()
        stream.request = section.section("request").flatMap { RequestReader(section: $0).read() }
        if kind != nil, let fieldSection {
            check(stream, named: Set(fieldSection.keys + (constantSection?.keys ?? [])))
        }
        return name == nil || object == nil || kind == nil ? nil : stream
    }

    /// What has to fit together; `named` are the targets the file has something for, sound or not.
    private func check(_ stream: StreamMapping, named: Set<String>) {
        let kind = stream.kind
        for target in kind.targets where target.isRequired && !named.contains(target.name) {
            section.fault(
                "a \(kind.rawValue) needs the field '\(target.name)'; expected the source's name of it",
                at: "fields")
        }
        if let amount = kind.amountTarget, !named.contains("currency"), !section.contains("currency"),
            named.contains(amount)
        {
            section.fault(
                "no currency is known for '\(amount)'; expected the field 'currency' here, or 'currency: EUR'"
                    + " beside 'fields'", at: "fields")
        }
        if stream.keepsCustomerNames, !named.contains("customerName") {
            section.fault(
                "there are no names of customers to keep; map 'customerName' of contracts, or delete this",
                at: "keepsCustomerNames")
        }
        if named.contains("customerName"), kind == .contract, !section.contains("keepsCustomerNames") {
            section.fault(
                "'customerName' is mapped, but whether names of customers are kept is not said; expected"
                    + " 'keepsCustomerNames: true' beside 'fields', or no 'customerName'", at: "fields")
        }
    }

    private func readAttributes(_ rules: RuleReader) -> [String: FieldRule] {
        guard let attributes = section.section("attributes") else { return [:] }
        if let kind = rules.kind, !kind.hasAttributes {
            section.fault("only partners and contracts have attributes; delete them here", at: "attributes")
        }
        var result: [String: FieldRule] = [:]
        for field in attributes.fields() {
            // Plans name attributes of contracts as they are written in them: "buyerRole".
            let name = rules.kind == .contract ? field.readKey(.attributeName) : field.readKey(.slug)
            if let rule = rules.rule(field, of: nil), let name { result[name] = rule }
        }
        return result
    }

    private func readSelection() -> RowSelection {
        var selection = RowSelection(
            filter: section.optional("filter", .text(example: "Type = 'Partner'", maxLength: 4000)),
            deletions: section.value("deletions", .boolean, default: true))
        for field in section.section("where")?.fields() ?? [] {
            let name = field.readKey(.fieldName)
            let items = field.isList ? field.items() ?? [] : [field]
            if field.isList, items.isEmpty {
                field.fault("'\(field.path)' lists no value; expected one such as [won, lost]")
            }
            let values = items.compactMap { $0.literal() }
            if let name { selection.conditions[name] = values }
        }
        return selection
    }

    private func readAssociations() -> [AssociationMapping] {
        guard let field = section.field("associations") else { return [] }
        return field.items(example: "{name: partner, object: companies, typeID: 5}") {
            (item: Section, _: AssociationMapping?) in
            let name = item.required("name", .fieldName)
            let object = item.required("object", .objectName)
            let typeID = item.optional("typeID", .integer(in: 1...1_000_000_000, example: 5))
            guard let name, let object else { return nil }
            return AssociationMapping(name: name, object: object, typeID: typeID)
        } ?? []
    }
}

extension Field {
    /// A value of the type it is written with: `true`, `5` and `null` without quotes are no texts.
    fileprivate func literal() -> FieldLiteral? {
        guard case .text(let text, let isQuoted, _) = node, !node.isAbsent else {
            faultShape(expecting: "a value such as won, \"5\", 5, true or null")
            return nil
        }
        if !isQuoted {
            switch text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .null
            default: if isPlainDecimal(text) { return .number(text) }
            }
        }
        return read(.text(example: "won", maxLength: 500)).map { .text($0) }
    }
}
