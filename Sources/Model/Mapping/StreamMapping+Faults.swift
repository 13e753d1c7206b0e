extension StreamMapping {
    /// Why the mapping cannot work for any row; empty when it can.
    package var faults: [String] {
        let targets = kind.targets
        let names = targets.map(\.name)
        let named = Set(fields.keys).union(constants.keys)
        var faults: [String] = []
        for field in named.sorted() where !names.contains(field) {
            faults.append(
                "'\(field)' is not a field of a \(kind.rawValue)\(suggestion(for: field, among: names))")
        }
        for target in targets where target.isRequired && !named.contains(target.name) {
            faults.append("a \(kind.rawValue) needs the field '\(target.name)'")
        }
        if needsCurrency { faults.append("amounts need a field 'currency' or a default currency") }
        if !kind.hasAttributes, !attributes.isEmpty {
            faults.append("only partners and contracts have attributes")
        }
        return faults
    }

    /// Whether rows may have an amount whose currency nothing tells.
    package var needsCurrency: Bool {
        guard let amount = kind.amountTarget, currency == nil else { return false }
        let isNeeded = kind.targets.contains { $0.name == amount && $0.isRequired }
        func names(_ target: String) -> Bool { fields[target] != nil || constants[target] != nil }
        return (isNeeded || names(amount)) && !names("currency")
    }
}
