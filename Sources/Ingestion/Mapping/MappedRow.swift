internal import Foundation
internal import Model

/// A row read through a mapping.
struct MappedRow {
    /// A trillion units of two decimals: sums over a million such contracts still fit into 64 bits.
    static let largestAmount: Int64 = 100_000_000_000_000 / 12
    /// Values of a measure and differences of them fit into 64 bits as millionths; plans know none larger.
    static let largestValue: UInt64 = 1_000_000_000_000_000
    let mapper: BoundMapper
    let batch: RecordBatch
    let row: Int

    func find(_ target: Target) throws(MappingFault) -> FoundValue? {
        try mapper[target].find(in: batch, row: row)
    }

    func fault(_ target: Target, _ reason: String) -> MappingFault {
        MappingFault(field: mapper[target].label, reason: reason)
    }

    /// A fault of `value`, by the field that gave it.
    func fault(_ target: Target, _ value: FoundValue, _ reason: String) -> MappingFault {
        let field = value.column.map { batch.fields[$0] }
        return MappingFault(field: field ?? mapper[target].label, reason: reason)
    }

    // MARK: Texts

    func required(_ target: Target) throws(MappingFault) -> String {
        guard let text = try optional(target) else { throw fault(target, "is empty; a value is needed") }
        return text
    }

    func optional(_ target: Target) throws(MappingFault) -> String? {
        if let column = mapper.plainColumn(target),
            let text = batch.plainText(row: row, field: column, limit: StreamMapper.maximumTextBytes)
        {
            return text
        }
        guard let value = try find(target) else { return nil }
        return try text(value, mapper[target])
    }

    func text(_ value: FoundValue, _ rule: CompiledRule) throws(MappingFault) -> String {
        let field = value.column.map { batch.fields[$0] } ?? rule.label
        guard value.kind != .structure else {
            throw MappingFault(field: field, reason: "is a structure; a single value is needed")
        }
        let limit = StreamMapper.maximumTextBytes
        guard value.bytes.count <= limit else {
            throw MappingFault(
                field: field, reason: "is \(value.bytes.count) bytes long; at most \(limit) are kept")
        }
        guard !value.bytes.contains(0) else {
            throw MappingFault(field: field, reason: "contains a NUL character")
        }
        return value.text
    }

    func choice<Choice>(_ target: Target, of type: Choice.Type) throws(MappingFault) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let choice = try optionalChoice(target, of: type) else {
            throw fault(target, "is empty; expected one of \(MappedRow.names(of: type))")
        }
        return choice
    }

    /// One of a closed list of names; `nil` for an empty value.
    func optionalChoice<Choice>(_ target: Target, of type: Choice.Type) throws(MappingFault) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let value = try find(target) else { return nil }
        guard let choice = Choice(rawValue: try text(value, mapper[target])) else {
            let hint = suggestion(for: value.text, among: Choice.allCases.map(\.rawValue))
            throw fault(
                target, value,
                "'\(excerpt(value.bytes))' is unknown\(hint); expected one of \(MappedRow.names(of: type))")
        }
        return choice
    }

    private static func names<Choice>(of type: Choice.Type) -> String
    where Choice: RawRepresentable<String> & CaseIterable {
        Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }

    func bool(_ target: Target) throws(MappingFault) -> Bool {
        guard let value = try find(target) else { throw fault(target, "is empty; a value is needed") }
        switch value.text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default:
            throw fault(
                target, value,
                "'\(excerpt(value.bytes))' is neither yes nor no; expected true, false, 1 or 0")
        }
    }

    // MARK: Numbers

    func proportion(_ target: Target) throws(MappingFault) -> Double? {
        guard let value = try find(target) else { return nil }
        guard DecimalNumber(value.bytes) != nil, let number = Double(value.text), (0...1).contains(number)
        else {
            throw fault(target, value, "'\(excerpt(value.bytes))' is not a number from 0 to 1")
        }
        return number
    }

    /// A share in the mapping's unit, rounded to the nearest part per million.
    func rate(_ target: Target) throws(MappingFault) -> Rate? {
        let decimals = mapper.mapping.discountUnit == .percent ? 4 : 6
        if let column = mapper.plainColumn(target),
            let rate = batch.plainNumber(row: row, field: column, decimals: decimals), rate <= 1_000_000
        {
            return Rate(partsPerMillion: rate)
        }
        guard let value = try find(target) else { return nil }
        let rate: Int64? =
            switch DecimalNumber(value.bytes)?.scaled(by: decimals) {
            case .exact(let exact) where (0...1_000_000).contains(exact): exact
            case .between(let below, let roundsUp) where (0..<1_000_000).contains(below):
                below + (roundsUp ? 1 : 0)
            default: nil
            }
        guard let rate else {
            let range = mapper.mapping.discountUnit == .percent ? "0 to 100 per cent" : "0 to 1"
            throw fault(target, value, "'\(excerpt(value.bytes))' is not a \(target.name) from \(range)")
        }
        return Rate(partsPerMillion: rate)
    }

    /// An exact decimal number in millionths.
    func millionths(_ target: Target) throws(MappingFault) -> Int64 {
        guard let value = try find(target) else { throw fault(target, "is empty; a value is needed") }
        switch DecimalNumber(value.bytes)?.scaled(by: 6) {
        case .exact(let exact) where exact.magnitude <= MappedRow.largestValue: return exact
        case .between:
            throw fault(
                target, value,
                "'\(excerpt(value.bytes))' has more than six digits after the point; round it at the source")
        case .exact, .tooLarge:
            throw fault(target, value, "'\(excerpt(value.bytes))' is too large; at most 1000000000 is kept")
        case nil:
            throw fault(
                target, value, "'\(excerpt(value.bytes))' is not a number; expected one such as 60 or 0.625")
        }
    }

    func months(_ target: Target) throws(MappingFault) -> Int? {
        guard let value = try find(target) else { return nil }
        guard case .exact(let months) = DecimalNumber(value.bytes)?.scaled(by: 0),
            (1...1200).contains(months)
        else {
            throw fault(
                target, value,
                "'\(excerpt(value.bytes))' is not a term in months; expected a whole number from 1 to 1200")
        }
        return Int(months)
    }
}
