internal import Foundation
package import Model

/// What the first page of a stream would become; nothing of it is stored.
package struct StreamPreview: Sendable, Hashable, Codable {
    /// A value as the source sent it, and what it was asked for under.
    package struct Sent: Sendable, Hashable, Codable {
        package var field: String
        package var value: String
    }

    /// A value of a fact, and the source fields that it was made from.
    package struct Made: Sendable, Hashable, Codable {
        package var target: String
        package var value: String
        package var from: [Sent]
    }

    package struct Row: Sendable, Hashable, Codable {
        package var id: String
        package var values: [Made]
    }

    package var source: Source.Name
    package var stream: String
    package var kind: FactKind
    /// Rows of the page.
    package var rowsOnPage: Int
    /// Rows that the source counted in all, where it counts.
    package var total: Int?
    package var rows: [Row]
    package var quarantined: [QuarantinedRow]
}

/// Maps a sample page of a stream, as ``pull(_:_:into:map:environment:options:observer:)`` would.
///
/// - Parameter limit: how many rows are shown.
@concurrent
package func preview(
    _ source: any OutcomeSource, _ plan: StreamPlan, map: @escaping PageMapping, limit: Int = 10
) async throws(SourceError) -> StreamPreview {
    let now = try await source.serverTime()
    let page = try await source.sample(of: plan, at: now)
    if let schema = try await source.schema(of: plan) {
        _ = try SchemaDrift(schema, against: nil, plan: plan, source: source.name)
    }
    let (records, quarantined) = map(page)
    var places: [Identifier<RowIdentity>: Int] = [:]
    for (index, row) in page.rows.enumerated() { places[Identifier(row.id)] = index }
    var total: Int?
    switch page.count {
    case .none: break
    case .chain(let counted, _), .remaining(let counted): total = counted
    }
    return StreamPreview(
        source: source.name, stream: plan.name, kind: plan.mapping.kind, rowsOnPage: page.rows.count,
        total: total,
        rows: records.prefix(limit).map { record in
            StreamPreview.Row(
                id: record.nativeID,
                values: made(record, plan.mapping, page.records, places[Identifier(record.nativeID)]))
        }, quarantined: quarantined)
}

/// A record's values beside the cells they come from.
private func made(
    _ record: MappedRecord, _ mapping: StreamMapping, _ batch: RecordBatch, _ row: Int?
) -> [StreamPreview.Made] {
    func sent(_ rule: FieldRule?) -> [StreamPreview.Sent] {
        guard let row, let rule else { return [] }
        return rule.sourceFields.map { field in
            let cell = batch.column(field).map { batch[row, $0] } ?? .absent
            return StreamPreview.Sent(field: field, value: cell.words)
        }
    }
    var values = record.body.spelledValues.map { target, value in
        if let attribute = target.split(separator: ".").last, target.hasPrefix("attributes.") {
            let rule =
                mapping.attributes[String(attribute)]
                ?? mapping.openAttributes.map { FieldRule($0 + attribute) }
            return StreamPreview.Made(target: target, value: value, from: sent(rule))
        }
        return StreamPreview.Made(target: target, value: value, from: sent(mapping.fields[target]))
    }
    if let name = record.name {
        let target = name.kind == .partner ? "name" : "customerName"
        values.append(
            StreamPreview.Made(target: target, value: name.name, from: sent(mapping.fields[target])))
    }
    return values
}

extension FactBody {
    /// The fact's values by target, sorted; money as "1234.50 EUR".
    fileprivate var spelledValues: [(String, String)] {
        guard let data = try? CanonicalJSON.encode(self),
            case .object(let cases)? = try? JSONValue(parsing: Array(data)), let body = cases.values.first
        else { return [] }
        var values: [(String, String)] = []
        func add(_ path: String, _ value: JSONValue) {
            switch value {
            case .null: break
            case .bool(let value): values.append((path, value ? "true" : "false"))
            case .number(let literal): values.append((path, literal))
            case .string(let text): values.append((path, text))
            case .array: values.append((path, value.text))
            case .object(let members):
                if let money = Money(members) { return values.append((path, "\(money)")) }
                for (name, member) in members {
                    // The payload of an enumeration's case has no name of its own.
                    if name == "_0" {
                        add(path, member)
                    } else {
                        add(path.isEmpty ? name : "\(path).\(name)", member)
                    }
                }
            }
        }
        add("", body)
        return values.map { ($0, spelled($1, of: $0)) }.sorted { $0.0 < $1.0 }
    }

    /// Shares are kept in parts per million and measures in millionths; people write 11.1 % and 62.5.
    private func spelled(_ value: String, of target: String) -> String {
        switch (self, target) {
        case (_, "discount"), (_, "rate"), (_, "probability"):
            Int64(value).map { "\(FactBody.decimal($0, places: 4)) %" } ?? value
        case (.reading, "value"): Int64(value).map { FactBody.decimal($0, places: 6) } ?? value
        default: value
        }
    }

    /// `units` of 10 to the power of −`places`, without zeros at the end.
    private static func decimal(_ units: Int64, places: Int) -> String {
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = (units < 0 ? "-" : "") + padded.dropLast(places)
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }
}

extension Money {
    fileprivate init?(_ members: [String: JSONValue]) {
        guard members.count == 2, case .number(let units)? = members["minorUnits"],
            case .string(let code)? = members["currency"], let minorUnits = Int64(units),
            let currency = Currency(code)
        else { return nil }
        self.init(minorUnits: minorUnits, currency: currency)
    }
}

extension FieldValue {
    /// As somebody would write it.
    fileprivate var words: String {
        switch self {
        case .absent: ""
        case .bool(let value): value ? "true" : "false"
        case .number(let text), .text(let text), .structure(let text): text
        }
    }
}
