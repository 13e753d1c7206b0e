internal import Model

/// A header matched with a mapping: reads records of the file.
struct CSVTable {
    private let columns: [String: Int]
    private let mapper: RowMapper
    private let idColumn: String?
    private let kind: FactKind

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
        let targets = RecordMapping.targets(of: mapping.kind)
        for target in targets where fields[target.name] == nil && columns[target.name] != nil {
            fields[target.name] = target.name
        }
        let names = columns.keys.sorted()
        func missing(_ column: String) -> CSVFault {
            let nearest = nearestName(to: column, among: names).map { "; did you mean '\($0)'?" } ?? ""
            return CSVFault(
                line: header.line,
                reason: "there is no column '\(column)' (found \(names.joined(separator: ", ")))\(nearest)")
        }
        for column in fields.values.sorted() + (mapping.attributes ?? [:]).values.sorted()
        where columns[column] == nil {
            throw missing(column)
        }
        for target in targets
        where target.isRequired && fields[target.name] == nil && mapping.constants[target.name] == nil {
            throw missing(target.name)
        }
        if let id = mapping.id, columns[id] == nil { throw missing(id) }
        let record = RecordMapping(
            kind: mapping.kind, fields: fields,
            attributes: mapping.attributes ?? CSVTable.unused(names, fields, mapping),
            constants: mapping.constants, discountUnit: mapping.discountUnit,
            amountPeriod: mapping.amountPeriod, currency: mapping.currency)
        guard record.faults.isEmpty else {
            throw CSVFault(line: header.line, reason: record.faults.joined(separator: "; "))
        }
        self.columns = columns
        mapper = RowMapper(mapping: record)
        kind = mapping.kind
        idColumn =
            switch mapping.kind {
            case .partner: mapping.id ?? fields["partner"]
            case .contract: mapping.id ?? fields["contract"]
            case .observation: mapping.id
            }
    }

    /// Columns that become attributes when the mapping does not say: all the others, for partners.
    private static func unused(
        _ names: [String], _ fields: [String: String], _ mapping: CSVMapping
    ) -> [String: String] {
        guard mapping.kind == .partner else { return [:] }
        let used = Set(fields.values)
        return Dictionary(
            uniqueKeysWithValues: names.filter { !used.contains($0) && $0 != mapping.id }.map { ($0, $0) })
    }

    /// `row` counts records from 1.
    func map(_ record: CSVRecord, row: Int) throws(MappingFault) -> MappedRecord {
        guard record.fields.count == columns.count else {
            throw MappingFault(
                field: "row", reason: "has \(record.fields.count) fields; the header has \(columns.count)")
        }
        var texts: [String] = []
        for field in record.fields {
            guard let text = String(validating: field, as: UTF8.self) else {
                throw MappingFault(field: "row", reason: "is not UTF-8")
            }
            texts.append(text)
        }
        func value(_ column: String) -> FieldValue {
            guard let index = columns[column], !texts[index].isEmpty else { return .absent }
            return .text(texts[index])
        }
        var nativeID = "row \(row)"
        if let idColumn {
            guard case .text(let id) = value(idColumn) else {
                throw MappingFault(field: idColumn, reason: "is empty; it identifies the row")
            }
            nativeID = id
        }
        let body = try mapper.body(nativeID: nativeID, value)
        return MappedRecord(nativeID: nativeID, nativeVersion: "line \(record.line)", body: body)
    }
}
