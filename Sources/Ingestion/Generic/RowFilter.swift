internal import Model

/// A mapping's `where` for sources that cannot be asked for some of their rows: rows that do not fit are left out
/// after they were read. It holds in every walk, so that a record that left the selection is found gone when ids
/// are compared.
struct RowFilter: Sendable {
    private let conditions: [(field: String, values: [FieldLiteral])]

    init(_ selection: RowSelection) {
        conditions = selection.conditions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var fields: [String] { conditions.map(\.field) }

    var isEmpty: Bool { conditions.isEmpty }

    func holds(_ value: (String) -> FieldValue) -> Bool {
        conditions.allSatisfy { condition in
            let found = value(condition.field)
            return condition.values.contains { RowFilter.isEqual(found, $0) }
        }
    }

    private static func isEqual(_ value: FieldValue, _ literal: FieldLiteral) -> Bool {
        switch (value, literal) {
        case (.absent, .null): true
        case (.bool(let found), .bool(let wanted)): found == wanted
        case (.text(let found), .text(let wanted)): found.utf8.elementsEqual(wanted.utf8)
        // Files write every value as text.
        case (.text(let found), .bool(let wanted)): found == (wanted ? "true" : "false")
        case (.number(let found), .number(let wanted)), (.text(let found), .number(let wanted)):
            isSameNumber(found, wanted)
        case (.number(let found), .text(let wanted)): found == wanted
        default: false
        }
    }

    /// 2, 2.0 and 2e0 are one number.
    private static func isSameNumber(_ left: String, _ right: String) -> Bool {
        guard left != right else { return true }
        guard let left = Fraction(decimal: left), let right = Fraction(decimal: right) else { return false }
        return left == right
    }
}
