package import Model

/// How the columns of a file become facts.
package struct CSVMapping: Sendable, Hashable, Codable {
    package var kind: FactKind
    /// Column by target field; a target that is not named is looked for under its own name.
    package var fields: [String: String]
    /// Column by attribute name, for partners and contracts; `nil` takes every column of partners that is not
    /// used otherwise, and those of contracts that are called "attribute.region".
    package var attributes: [String: String]?
    package var constants: [String: String]
    package var discountUnit: DiscountUnit
    package var amountPeriod: AmountPeriod
    package var currency: Currency?
    /// The column that identifies an observation; without one, its place in the file does.
    package var id: String?

    package init(
        kind: FactKind, fields: [String: String] = [:], attributes: [String: String]? = nil,
        constants: [String: String] = [:], discountUnit: DiscountUnit = .percent,
        amountPeriod: AmountPeriod = .year, currency: Currency? = nil, id: String? = nil
    ) {
        self.kind = kind
        self.fields = fields
        self.attributes = attributes
        self.constants = constants
        self.discountUnit = discountUnit
        self.amountPeriod = amountPeriod
        self.currency = currency
        self.id = id
    }
}

/// Reads a whole file of records of one kind as one page of `stream`.
///
/// A row that cannot be mapped is quarantined as "line 17" and the others are read. A file whose structure is
/// broken, or whose header lacks a needed column, is refused whole. Rows are known by their id column
/// (partner, contract, payment, opportunity, `mapping.id`); without one, observations as "row 1", "row 2", …, the
/// others by what they are about.
package func importCSV(
    _ bytes: [UInt8], stream: String, mapping: CSVMapping, source: Source.Name,
    completedThrough: Instant? = nil
) throws(SourceError) -> OutcomePage {
    var page = OutcomePage(
        source: source, stream: stream, records: [], quarantined: [], next: Cursor(""),
        completedThrough: completedThrough, isWholeStream: true)
    var rows = 0
    do throws(CSVFault) {
        var reader = CSVReader(bytes)
        guard let header = try reader.next() else {
            throw CSVFault(line: 1, reason: "the file is empty; expected a header line")
        }
        var table = try CSVTable(header: header, mapping: mapping)
        while let record = try reader.next() {
            rows += 1
            do throws(MappingFault) {
                page.records.append(try table.map(record, row: rows))
            } catch {
                page.quarantined.append(
                    QuarantinedRow(
                        place: "line \(record.line)", reason: error.description,
                        payload: record.fields.map { String(decoding: $0, as: UTF8.self) }
                            .joined(separator: ","), summary: error.summary))
            }
        }
    } catch {
        throw SourceError(
            .unmappable, source: source, detail: "stream '\(stream)', line \(error.line): \(error.reason)")
    }
    page.next = Cursor("rows:\(rows)")
    return page
}
