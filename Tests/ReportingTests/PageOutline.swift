import Foundation
import FoundationXML

/// A page parsed as XML: its elements in order, so that tests need no regular expressions over markup.
final class PageOutline: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text: String
        /// Names of the enclosing elements, outermost first.
        var ancestors: [String]
    }

    private(set) var elements: [Element] = []
    private(set) var fault: String?
    private var open: [Int] = []

    init(_ page: String) {
        super.init()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = self
        if !parser.parse() {
            fault =
                "line \(parser.lineNumber): \(parser.parserError.map(String.init(describing:)) ?? "unknown")"
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(
            Element(
                name: elementName, attributes: attributes, text: "",
                ancestors: open.dropLast().map { elements[$0].name }))
    }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
    ) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        for index in open { elements[index].text += string }
    }

    func all(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }

    /// Elements and the names of their attributes: what must not depend on anybody's name.
    var skeleton: [String] {
        elements.map { "\($0.name) \($0.attributes.keys.sorted().joined(separator: " "))" }
    }
}
