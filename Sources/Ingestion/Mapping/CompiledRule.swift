internal import Foundation
internal import Model

/// A field rule with its places in the cells of a batch.
final class CompiledRule: Sendable {
    /// What the field is called in messages when no value is at hand.
    let label: String
    let format: DateFormat?
    /// The zones that count for the field's moments, first the nearest.
    let zones: FieldZones
    private let columns: [Int]
    /// The one place that gives the field, as it stands.
    let plainColumn: Int?
    private let map: [(from: ArraySlice<UInt8>, gives: ArraySlice<UInt8>)]
    private let other: ArraySlice<UInt8>?
    private let when: CompiledCondition?
    private let cases: [(condition: CompiledCondition, gives: ArraySlice<UInt8>)]
    private let otherwise: ArraySlice<UInt8>?
    private let constant: ArraySlice<UInt8>?

    /// - Parameters:
    ///   - target: what the field is called when only a constant gives it.
    ///   - columns: places in a batch by source field.
    init(
        target: String, rule: FieldRule?, constant: String?, columns: [String: Int], zones: FieldZones
    ) {
        let rule = rule ?? FieldRule(paths: [])
        label = rule.paths.isEmpty ? target : rule.paths.joined(separator: "' or '")
        format = rule.format
        self.zones = zones
        self.columns = rule.paths.compactMap { columns[$0] }
        map = rule.map.filter { $0.key != "*" }.sorted { $0.key < $1.key }
            .map { (ArraySlice($0.key.utf8), ArraySlice($0.value.utf8)) }
        other = rule.map["*"].map { ArraySlice($0.utf8) }
        when = rule.when.map { CompiledCondition($0, columns: columns) }
        cases = rule.cases.map {
            (CompiledCondition($0.condition, columns: columns), ArraySlice($0.gives.utf8))
        }
        otherwise = rule.otherwise.map { ArraySlice($0.utf8) }
        self.constant = constant.map { ArraySlice($0.utf8) }
        let isPlain = rule.map.isEmpty && rule.when == nil && rule.cases.isEmpty
        plainColumn = isPlain && rule.paths.count == 1 ? rule.paths.first.flatMap { columns[$0] } : nil
    }

    /// What the rule gives for a row; `nil` for nothing.
    func find(in batch: borrowing RecordBatch, row: Int) throws(MappingFault) -> FoundValue? {
        try found(in: batch, row: row)
            ?? constant.map { FoundValue(bytes: $0, kind: .text, column: nil) }
    }

    private func found(in batch: borrowing RecordBatch, row: Int) throws(MappingFault) -> FoundValue? {
        if let when, !when.holds(in: batch, row: row) { return nil }
        if !cases.isEmpty {
            let given = cases.first { $0.condition.holds(in: batch, row: row) }?.gives ?? otherwise
            return given.map { FoundValue(bytes: $0, kind: .text, column: nil) }
        }
        for column in columns {
            let bytes = batch.bytes(row: row, field: column)
            guard !bytes.isEmpty else { continue }
            let value = FoundValue(bytes: bytes, kind: batch.kind(row: row, field: column), column: column)
            return map.isEmpty && other == nil ? value : try mapped(value, field: batch.fields[column])
        }
        return nil
    }

    /// A value that the map gives; empty text counts as none.
    private func mapped(_ value: FoundValue, field: String) throws(MappingFault) -> FoundValue? {
        guard value.kind != .structure else {
            throw MappingFault(field: field, reason: "is a structure; a single value is needed")
        }
        guard
            let gives = map.first(where: { FoundValue.isSame(value.bytes, value.kind, as: $0.from) })?.gives
                ?? other
        else {
            let known = map.prefix(8).map { "'\(excerpt($0.from))'" }.joined(separator: ", ")
            throw MappingFault(
                field: field,
                reason: "'\(excerpt(value.bytes))' does not stand in the mapping's 'map' (\(known)); add it,"
                    + " or '*' for every other value")
        }
        return gives.isEmpty ? nil : FoundValue(bytes: gives, kind: .text, column: value.column)
    }
}

/// A value that a rule found, as UTF-8.
struct FoundValue {
    let bytes: ArraySlice<UInt8>
    let kind: RecordCell.Kind
    /// Which field of the batch gave it; `nil` for a constant or a case.
    let column: Int?

    /// Numbers in their canonical form, texts as they are.
    var text: String {
        let number = kind == .number ? DecimalNumber(bytes)?.canonical : nil
        return number ?? String(decoding: bytes, as: UTF8.self)
    }

    /// Whether it is what the mapping names: the same bytes or, of a number, the same number.
    static func isSame(
        _ bytes: ArraySlice<UInt8>, _ kind: RecordCell.Kind, as named: ArraySlice<UInt8>
    ) -> Bool {
        if bytes == named { return true }
        guard kind == .number, let number = DecimalNumber(bytes)?.canonical else { return false }
        return number == DecimalNumber(named)?.canonical
    }
}

/// The beginning of a value for a message, which repeats no more of it.
func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    return text.count > 40 ? text.prefix(39) + "…" : text
}

/// A condition with its place in the cells of a batch.
struct CompiledCondition: Sendable {
    private let column: Int?
    private let values: [ArraySlice<UInt8>]

    init(_ condition: FieldCondition, columns: [String: Int]) {
        column = columns[condition.field]
        values = condition.values.map { ArraySlice($0.utf8) }
    }

    func holds(in batch: borrowing RecordBatch, row: Int) -> Bool {
        guard let column else { return false }
        let kind = batch.kind(row: row, field: column)
        guard kind != .absent else { return false }
        let bytes = batch.bytes(row: row, field: column)
        return values.contains { FoundValue.isSame(bytes, kind, as: $0) }
    }
}
