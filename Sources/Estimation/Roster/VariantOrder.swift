/// How control was found among the variants.
package enum ControlChoice: String, Sendable, Hashable, Codable {
    /// It was asked for.
    case asked
    /// It is called "control".
    case called
    /// It is the first in the order of names, for want of anything better.
    case first
}

extension TableRoles {
    /// The order of variants' names: numbers as numbers and before words.
    static func isBefore(_ left: String, _ right: String) -> Bool {
        func number(_ name: String) -> Double? {
            Double(name.withoutBlanksAround).flatMap { $0.isFinite ? $0 : nil }
        }
        return switch (number(left), number(right)) {
        case (let one?, let other?) where one != other: one < other
        case (.some, nil): true
        case (nil, .some): false
        default: left < right
        }
    }
}

/// The variants with control first, and how control was found.
struct VariantOrder {
    /// Codes of the column of variants.
    let codes: [Int]
    let choice: ControlChoice

    /// - Returns: nil, with the fault told, when there are fewer than two or control is none of them.
    init?(_ codes: Set<Int>, column: LabelColumn, control: String?, faults: inout TableFaults) {
        let sorted = codes.sorted { TableRoles.isBefore(column.label($0), column.label($1)) }
        let names = sorted.map(column.label)
        let name: String
        if let control {
            (name, choice) = (control, .asked)
        } else if let called = names.first(where: { $0.folded == "control" }) {
            (name, choice) = (called, .called)
        } else {
            (name, choice) = (names.first ?? "", .first)
        }
        let place = names.firstIndex(of: name)
        if place == nil, !names.isEmpty {
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            faults.add(
                TableFault(
                    "no partner has the control variant '\(name)'; the variants are \(list)",
                    unknownName: .init(name: name, available: names)))
        }
        if names.count < 2 {
            let found =
                names.first.map { "only the variant '\($0)'" } ?? "no row with a partner and a variant"
            faults.add(TableFault("the file has \(found); a comparison needs two variants or more"))
        }
        guard let place, names.count >= 2 else { return nil }
        self.codes = [sorted[place]] + sorted.indices.filter { $0 != place }.map { sorted[$0] }
    }
}
