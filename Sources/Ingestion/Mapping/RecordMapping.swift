internal import Model

/// The part of a mapping that does not depend on where the rows come from.
struct RecordMapping: Sendable, Hashable {
    var kind: FactKind
    var fields: [String: String]
    var attributes: [String: String]
    var constants: [String: String]
    var discountUnit: DiscountUnit
    var amountPeriod: AmountPeriod
    var currency: Currency?

    /// Why the mapping cannot work for any row; empty when it can.
    var faults: [String] {
        let targets = kind.targets
        let names = targets.map(\.name)
        var faults: [String] = []
        for field in Set(fields.keys).union(constants.keys).sorted() where !names.contains(field) {
            faults.append(
                "'\(field)' is not a field of a \(kind.rawValue)\(suggestion(for: field, among: names))")
        }
        for target in targets
        where target.isRequired && fields[target.name] == nil && constants[target.name] == nil {
            faults.append("a \(kind.rawValue) needs the field '\(target.name)'")
        }
        if kind == .contract || kind == .payment, fields["currency"] == nil, constants["currency"] == nil,
            currency == nil
        {
            faults.append("amounts need a field 'currency' or a default currency")
        }
        if kind != .partner, kind != .contract, !attributes.isEmpty {
            faults.append("only partners and contracts have attributes")
        }
        return faults
    }
}
