package import Model

/// Reads the mapping file at `path`.
package func loadMapping(at path: String) throws(Faults) -> MappingDocument {
    let document = try YAMLDocument(path: path)
    let example = "a list such as [{stream: contracts, object: Contract, kind: contract, fields: {…}}]"
    let field = document.root.requiredField("streams", expecting: example)
    let items = field?.items(expecting: example) ?? []
    if let field, field.isList, items.isEmpty { field.fault("'streams' is empty; expected \(example)") }
    var streams: [MappingDocument.Stream] = []
    for item in items {
        guard let stream = item.section().flatMap({ StreamReader(section: $0).read() }) else { continue }
        if streams.contains(where: { $0.stream == stream.stream }) {
            item.fault("the stream '\(stream.stream)' stands there already; give each its own name")
        }
        streams.append(stream)
    }
    document.root.finish()
    try document.throwIfFaulty()
    return MappingDocument(streams: streams)
}

/// Reads one stream of a mapping file.
private struct StreamReader {
    let section: Section

    /// `nil` when what has no default is missing or faulty.
    func read() -> MappingDocument.Stream? {
        defer { section.finish() }
        let name = section.required("stream", .slug)
        let object = section.required("object", .fieldName)
        let kind: FactKind? = section.required("kind", .choice)
        let filter = section.optional("filter", .text(example: "Type = 'Partner'", maxLength: 4000))
        let currency = section.optional("currency", .currency)
        let fieldSection = section.requiredSection(
            "fields", expecting: "Fairway's names to the CRM's, such as {partner: Id}")
        let fields = readTargets(fieldSection, as: .fieldName, of: kind)
        let constantSection = section.section("constants")
        let constants = readTargets(constantSection, as: .text(example: "\"0\""), of: kind)
        let attributes = readAttributes(of: kind)
        let deletions = section.value("deletions", .boolean, default: true)
        let discountUnit: MappingDocument.DiscountUnit = section.value(
            "discountUnit", .choice, default: .percent)
        let amountPeriod: MappingDocument.AmountPeriod = section.value(
            "amountPeriod", .choice, default: .year)
        let named = Set((fieldSection?.keys ?? []) + (constantSection?.keys ?? []))
        if let kind, fieldSection != nil { checkTargets(named, of: kind, hasCurrency: currency != nil) }
        guard let name, let object, let kind else { return nil }
        return MappingDocument.Stream(
            stream: name, object: object, kind: kind, filter: filter, deletions: deletions, fields: fields,
            attributes: attributes, constants: constants, discountUnit: discountUnit,
            amountPeriod: amountPeriod, currency: currency)
    }

    private func readTargets(
        _ section: Section?, as form: ScalarForm<String>, of kind: FactKind?
    ) -> [String: String] {
        let allowed = kind.map { MappingDocument.targets(of: $0).allowed }
        var targets: [String: String] = [:]
        for field in section?.fields() ?? [] {
            if let allowed, !allowed.contains(field.key) {
                let hint = nearestName(to: field.key, among: allowed).map { "did you mean '\($0)'?" }
                let expected = hint ?? "expected one of \(allowed.joined(separator: ", "))"
                field.keyFault("unknown field '\(field.key)'; \(expected)")
            }
            if let source = field.read(form) { targets[field.key] = source }
        }
        return targets
    }

    private func checkTargets(_ named: Set<String>, of kind: FactKind, hasCurrency: Bool) {
        for required in MappingDocument.targets(of: kind).required where !named.contains(required) {
            section.fault(
                "a \(kind.rawValue) needs the field '\(required)'; expected the CRM's name of it",
                at: "fields")
        }
        if [.contract, .payment].contains(kind), !hasCurrency, !named.contains("currency") {
            section.fault(
                "no currency is known for '\(kind == .contract ? "annualAmount" : "amount")'; expected the field 'currency' here,"
                    + " or 'currency: EUR' beside 'fields'", at: "fields")
        }
    }

    private func readAttributes(of kind: FactKind?) -> [String: String] {
        guard let attributes = section.section("attributes") else { return [:] }
        if let kind, kind != .partner, kind != .contract {
            section.fault("only partners and contracts have attributes; delete them here", at: "attributes")
        }
        var result: [String: String] = [:]
        for field in attributes.fields() {
            // Plans name attributes of contracts as they are written in them: "buyerRole".
            let name = kind == .contract ? field.readKey(.attributeName) : field.readKey(.slug)
            if let name, let source = field.read(.fieldName) { result[name] = source }
        }
        return result
    }
}

extension ScalarForm where Value == String {
    fileprivate static var attributeName: ScalarForm { .text(example: "region", maxLength: 200) }

    /// A CRM's object or field name, possibly through a relation: `Partner__r.Name`.
    fileprivate static var fieldName: ScalarForm {
        ScalarForm("a name of the CRM such as AnnualAmount__c") { text in
            guard let first = text.utf8.first, (65...90).contains(first) || (97...122).contains(first),
                text.utf8.count <= 200
            else { return nil }
            let isName = text.utf8.allSatisfy {
                (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == 95
                    || $0 == 46
            }
            return isName ? text : nil
        }
    }
}
