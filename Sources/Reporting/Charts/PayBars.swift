import Model

/// One bar a component and currency, as long as its pay; what was taken back lies left of zero.
struct PayBars {
    private static let width = 760.0
    private static let rowHeight = 34.0
    private static let top = 8.0
    /// Room for names on the left and amounts on the right.
    private static let bars = (start: 250.0, end: 560.0)

    private let totals: [StatementTotal]

    init(totals: [StatementTotal]) { self.totals = totals }

    var svg: SVGElement {
        let height = PayBars.top + Double(totals.count) * PayBars.rowHeight + 8
        return .chart(
            id: "pay", width: PayBars.width, height: height, title: "Pay by what it is for",
            description: description, totals.enumerated().flatMap(row))
    }

    private var description: String {
        let sentences = totals.map { total in
            "\(PayWords.component(total.component)) \(NumberFormat.money(total.total, total.currency))"
        }
        return "Bars from zero, each currency on its own scale: \(sentences.joined(separator: ", "))."
    }

    private func row(index: Int, total: StatementTotal) -> [SVGElement] {
        let y = PayBars.top + Double(index) * PayBars.rowHeight
        let scale = scale(of: total.currency)
        let (zero, end) = (scale(0), scale(Double(total.total)))
        return [
            .text(
                PlainWords.sentenceCase(PayWords.component(total.component)), x: 0,
                y: y + 0.62 * PayBars.rowHeight),
            SVGElement(
                "rect",
                [
                    "class": "mark", "x": .number(min(zero, end)), "y": .number(y + 7),
                    "width": .number(max(end, zero) - min(end, zero)),
                    "height": .number(PayBars.rowHeight - 14),
                ]), .line("zero", from: (zero, y), to: (zero, y + PayBars.rowHeight)),
            .text(
                NumberFormat.money(total.total, total.currency), x: PayBars.width,
                y: y + 0.62 * PayBars.rowHeight, anchor: .end, className: "label strong"),
        ]
    }

    private func scale(of currency: Currency) -> AxisScale {
        let values = totals.filter { $0.currency == currency }.map { Double($0.total) }
        return AxisScale(
            values: min(values.min() ?? 0, 0)...max(values.max() ?? 0, 0), coordinates: PayBars.bars)
    }
}
