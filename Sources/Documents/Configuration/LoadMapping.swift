package import Model

/// Reads the mapping file at `path`.
package func loadMapping(at path: String) throws(Faults) -> MappingDocument {
    let document = try YAMLDocument(path: path)
    var streams: [String: MappingDocument.Stream] = [:]
    let example = "the streams by name, such as {contracts: {object: Contract, kind: contract, fields: {…}}}"
    if let section = document.root.requiredSection("streams", expecting: example) {
        for field in section.fields() {
            let name = field.readKey(.slug)
            guard let stream = field.section(expecting: example).flatMap(readStream), let name else {
                continue
            }
            streams[name] = stream
        }
        if section.keys.isEmpty { section.fault("'streams' is empty; expected \(example)") }
    }
    document.root.finish()
    try document.throwIfFaulty()
    return MappingDocument(streams: streams)
}

private func readStream(_ section: Section) -> MappingDocument.Stream? {
    defer { section.finish() }
    let object = section.required("object", .fieldName)
    let kind = section.required("kind", .choice([("partner", FactKind.partner), ("contract", .contract)]))
    let filter = section.optional("filter", .text(example: "\"Type = 'Partner'\"", maxLength: 4000))
    let currency = section.optional("currency", .currency)
    let fieldsSection = section.requiredSection(
        "fields", expecting: "Fairway's names to the CRM's, such as {id: Id}")
    let fields = readFields(fieldsSection, kind: kind, hasCurrency: currency != nil)
    let attributes = readAttributes(section, kind: kind)
    let stream = MappingDocument.Stream(
        object: object ?? "", kind: kind ?? .partner, filter: filter,
        deletions: section.value("deletions", .boolean, default: true), fields: fields,
        attributes: attributes,
        discountUnit: section.value("discountUnit", .choice, default: .percent),
        amountPeriod: section.value("amountPeriod", .choice, default: .year), currency: currency)
    return object != nil && kind != nil ? stream : nil
}

private func readFields(_ section: Section?, kind: FactKind?, hasCurrency: Bool) -> [String: String] {
    guard let section else { return [:] }
    let targets = kind.map(MappingDocument.targets)
    var fields: [String: String] = [:]
    for field in section.fields() {
        if let allowed = targets?.allowed, !allowed.contains(field.key) {
            let hint = nearestName(to: field.key, among: allowed).map { "did you mean '\($0)'?" }
            field.keyFault(
                "unknown field '\(field.key)'; \(hint ?? "expected one of \(allowed.joined(separator: ", "))")"
            )
        }
        if let source = field.read(.fieldName) { fields[field.key] = source }
    }
    for required in targets?.required ?? [] where !section.contains(required) {
        section.fault(
            "the field '\(required)' is missing in '\(section.name)'; expected the CRM's name of it")
    }
    if kind == .contract, !hasCurrency, !section.contains("currency") {
        section.fault(
            "no currency is known for 'annualAmount'; expected the field 'currency' here,"
                + " or 'currency: EUR' beside 'fields'")
    }
    return fields
}

private func readAttributes(_ section: Section, kind: FactKind?) -> [String: String] {
    guard let attributes = section.section("attributes") else { return [:] }
    if kind == .contract {
        section.fault(
            "'attributes' are roster fields of partners; delete them from contracts", at: "attributes")
    }
    var result: [String: String] = [:]
    for field in attributes.fields() {
        if let name = field.readKey(.slug), let source = field.read(.fieldName) { result[name] = source }
    }
    return result
}

extension ScalarForm where Value == String {
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
