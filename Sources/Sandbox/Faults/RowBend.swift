/// How a fault bends the values of a page's first row: the first text it shows.
struct RowBend: Sendable {
    private let order: FaultOrder?
    private var isSpent = false

    init(_ order: FaultOrder?) {
        let bends = order?.kind == .hugeField || order?.kind == .wrongCharset
        self.order = bends ? order : nil
    }

    static let hugeFieldBytes = 2 << 20

    /// Writes `text` in quotes, bent when it is the first.
    mutating func string(_ text: String, to json: inout JSONText) {
        guard let order, !isSpent else { return json.string(text) }
        isSpent = true
        switch order.kind {
        case .hugeField:
            json.string(text + String(repeating: "x", count: order.bytes ?? RowBend.hugeFieldBytes))
        default: json.latin1(text)
        }
    }

    mutating func value(_ value: FieldValue, to json: inout JSONText) {
        if order != nil, !isSpent, case .text(let text) = value {
            string(text, to: &json)
        } else {
            json.value(value)
        }
    }
}
