/// An element of an inline SVG image. Text and attribute values are escaped when it is written, so that no
/// string can become markup; names of elements and attributes are literals.
struct SVGElement {
    /// A coordinate or a text; coordinates are written with at most two decimals.
    enum Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByFloatLiteral,
        ExpressibleByIntegerLiteral
    {
        case text(String)
        case number(Double)

        init(stringLiteral value: String) { self = .text(value) }
        init(floatLiteral value: Double) { self = .number(value) }
        init(integerLiteral value: Int) { self = .number(Double(value)) }
    }

    private enum Node {
        case element(SVGElement)
        case text(String)
    }

    private let name: StaticString
    private let attributes: KeyValuePairs<StaticString, Value>
    private var children: [Node]

    init(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, Value> = [:],
        children: [SVGElement] = []
    ) {
        self.name = name
        self.attributes = attributes
        self.children = children.map(Node.element)
    }

    init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, Value> = [:], text: String) {
        self.name = name
        self.attributes = attributes
        children = [.text(text)]
    }

    /// The element as XML, which is also HTML.
    var markup: String {
        var text = "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(SVGElement.attribute(value))\"" }
        guard !children.isEmpty else { return text + "/>" }
        text += ">"
        for child in children {
            switch child {
            case .element(let element): text += element.markup
            case .text(let content): text += HTMLText.escape(content)
            }
        }
        return text + "</\(name)>"
    }

    private static func attribute(_ value: Value) -> String {
        switch value {
        case .text(let text): HTMLText.escape(text)
        case .number(let number): coordinate(number)
        }
    }

    /// A number as SVG reads it: ASCII minus, no grouping, at most two decimals.
    static func coordinate(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "0" }
        let hundredths = Int64((value * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, fraction) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        guard fraction > 0 else { return "\(sign)\(whole)" }
        let digits = fraction < 10 ? "0\(fraction)" : fraction % 10 == 0 ? "\(fraction / 10)" : "\(fraction)"
        return "\(sign)\(whole).\(digits)"
    }
}

extension SVGElement {
    /// A chart with a name and a description for readers who do not see it, scaling with its container.
    ///
    /// - Parameter id: Unique in the page, of ASCII letters, digits and hyphens.
    static func chart(
        id: String, width: Double, height: Double, title: String, description: String, _ content: [SVGElement]
    ) -> SVGElement {
        let labels = [
            SVGElement("title", ["id": "\(id)-title"], text: title),
            SVGElement("desc", ["id": "\(id)-desc"], text: description),
        ]
        return SVGElement(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img",
                "aria-labelledby": "\(id)-title \(id)-desc",
                "viewBox": "0 0 \(coordinate(width)) \(coordinate(height))",
            ], children: labels + content)
    }

    static func line(
        _ className: String, from start: (x: Double, y: Double), to end: (x: Double, y: Double)
    ) -> SVGElement {
        SVGElement(
            "line",
            [
                "class": .text(className), "x1": .number(start.x), "y1": .number(start.y),
                "x2": .number(end.x),
                "y2": .number(end.y),
            ])
    }

    enum Anchor: String { case start, middle, end }

    static func text(
        _ content: String, x: Double, y: Double, anchor: Anchor = .start, className: String = "label"
    ) -> SVGElement {
        SVGElement(
            "text",
            [
                "class": .text(className), "x": .number(x), "y": .number(y),
                "text-anchor": .text(anchor.rawValue),
            ], text: content)
    }

    /// A path through points: straight lines, open.
    static func path(_ className: String, _ points: [(x: Double, y: Double)]) -> SVGElement {
        let commands = points.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(coordinate(point.x)) \(coordinate(point.y))"
        }
        return SVGElement("path", ["class": .text(className), "d": .text(commands.joined(separator: " "))])
    }

    /// At most `limit` characters; a longer text ends in an ellipsis, and the table beside has it in full.
    static func shortened(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}
