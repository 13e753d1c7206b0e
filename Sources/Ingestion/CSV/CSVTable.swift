internal import Model

/// A header matched with a mapping: reads records of the file.
struct CSVTable {
    private let mapper: BoundMapper
    private let idColumn: Int?
    /// Holds the row that is being mapped.
    private var batch: RecordBatch

    /// Throws when the header has a column twice, or lacks one that the mapping names or its kind needs.
    init(header: CSVRecord, mapping: CSVMapping) throws(CSVFault) {
        var columns: [String: Int] = [:]
        for (index, bytes) in header.fields.enumerated() {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw CSVFault(line: header.line, reason: "the header is not UTF-8; save the file as UTF-8")
            }
            guard columns.updateValue(index, forKey: name) == nil else {
                throw CSVFault(line: header.line, reason: "the column '\(name)' occurs twice")
            }
        }
        var fields = mapping.fields
        let targets = mapping.kind.targets
        for target in targets where fields[target.name] == nil && columns[target.name] != nil {
            fields[target.name] = target.name
        }
        let names = columns.keys.sorted()
        if names.count == 1, names[0].contains(";") {
            throw CSVFault(
                line: header.line,
                reason: "the header '\(names[0])' is one column; separate by commas, not semicolons")
        }
        func missing(_ column: String, advice: (String) -> String) -> CSVFault {
            let nearest = nearestName(to: column, among: names).map(advice) ?? ""
            return CSVFault(
                line: header.line,
                reason: "there is no column '\(column)' (found \(names.joined(separator: ", ")))\(nearest)")
        }
        for column in fields.values.sorted() + (mapping.attributes ?? [:]).values.sorted()
        where columns[column] == nil {
            throw missing(column) { "; did you mean '\($0)'?" }
        }
        for target in targets
        where target.isRequired && fields[target.name] == nil && mapping.constants[target.name] == nil {
            // No mapping names the column, so the file is what has to change.
            throw missing(target.name) { "; rename '\($0)' to '\(target.name)'" }
        }
        if let id = mapping.id, columns[id] == nil {
            throw missing(id) { "; did you mean '\($0)'?" }
        }
        let attributes = mapping.attributes ?? CSVTable.attributes(names, fields, mapping)
        let stream = StreamMapping(
            stream: "", object: "", kind: mapping.kind, fields: fields.mapValues { FieldRule($0) },
            attributes: attributes.mapValues { FieldRule($0) }, constants: mapping.constants,
            discountUnit: mapping.discountUnit, amountPeriod: mapping.amountPeriod,
            currency: mapping.currency)
        guard stream.faults.isEmpty else {
            throw CSVFault(line: header.line, reason: stream.faults.joined(separator: "; "))
        }
        batch = RecordBatch(fields: columns.sorted { $0.value < $1.value }.map(\.key))
        mapper = StreamMapper(mapping: stream).bound(to: batch.fields)
        let idName: String? =
            switch mapping.kind {
            case .partner: mapping.id ?? fields["partner"]
            case .contract: mapping.id ?? fields["contract"]
            case .payment: mapping.id ?? fields["payment"]
            case .opportunity: mapping.id ?? fields["opportunity"]
            case .observation, .milestone, .reading, .renewal, .churn, .discount, .forecast, .attribution:
                mapping.id
            }
        idColumn = idName.flatMap { columns[$0] }
    }

    /// Columns that become attributes when the mapping does not say: all the others for partners, those that
    /// are called "attribute.region" for contracts.
    private static func attributes(
        _ names: [String], _ fields: [String: String], _ mapping: CSVMapping
    ) -> [String: String] {
        let used = Set(fields.values)
        let unused = names.filter { !used.contains($0) && $0 != mapping.id }
        let prefix = "attribute."
        switch mapping.kind {
        case .partner: return Dictionary(uniqueKeysWithValues: unused.map { ($0, $0) })
        case .contract:
            return Dictionary(
                uniqueKeysWithValues: unused.filter { $0.hasPrefix(prefix) && $0 != prefix }
                    .map { (String($0.dropFirst(prefix.count)), $0) })
        case .observation, .milestone, .reading, .payment, .renewal, .churn, .discount, .opportunity,
            .forecast, .attribution:
            return [:]
        }
    }

    /// `row` counts records from 1.
    mutating func map(_ record: CSVRecord, row: Int) throws(MappingFault) -> MappedRecord {
        guard record.fields.count == batch.fields.count else {
            throw MappingFault(
                field: "row",
                reason: "has \(record.fields.count) fields; the header has \(batch.fields.count)")
        }
        var values: [FieldValue] = []
        for field in record.fields {
            guard let text = String(validating: field, as: UTF8.self) else {
                throw MappingFault(field: "row", reason: "is not UTF-8")
            }
            values.append(text.isEmpty ? .absent : .text(text))
        }
        var nativeID = "row \(row)"
        if let idColumn {
            guard case .text(let id) = values[idColumn] else {
                throw MappingFault(
                    field: batch.fields[idColumn], reason: "is empty; it identifies the row")
            }
            guard !id.holdsControlCharacters else { throw MappingFault.idWithControlCharacters }
            nativeID = id
        }
        batch.removeRows()
        batch.append(values)
        let (body, name) = try mapper.map(batch, row: 0, nativeID: nativeID)
        if idColumn == nil, let key = body.naturalKey { nativeID = key }
        return MappedRecord(nativeID: nativeID, nativeVersion: "line \(record.line)", body: body, name: name)
    }
}

extension FactBody {
    /// What a row without an id is about, so that a restated row is the same record wherever it stands in the
    /// file; `nil` where its place is all there is.
    fileprivate var naturalKey: String? {
        switch self {
        case .milestone(let fact): key(fact.milestone, fact.contract.rawValue)
        case .reading(let fact): key(fact.measure, fact.observedOn.description, fact.customer.rawValue)
        case .renewal(let fact): key(fact.contract.rawValue)
        case .churn(let fact): key(fact.effectiveOn.description, fact.contract.rawValue)
        case .discount(let fact): key(fact.from.description, fact.contract.rawValue)
        case .forecast(let fact): key(fact.madeOn.description, fact.contract.rawValue)
        case .attribution(let fact): key(fact.from?.description ?? "", fact.contract.rawValue)
        case .partner, .contract, .observation, .payment, .opportunity, .deleted: nil
        }
    }

    /// Parts joined by "/", escaped as in RFC 6901 so that no two lists give one key.
    private func key(_ parts: String...) -> String {
        parts.map { $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined(separator: "/")
    }
}
