import Foundation
import Testing

@testable import Reporting

@Suite struct TemplateTests {
    @Test func templatesCompile() throws { _ = try PageTemplate.library.get() }

    /// Walks the tags as the engine does, with a view that has every property set.
    @Test func everyTemplateNameIsAPropertyOfItsView() throws {
        #expect(try unknownNames(PageTemplate.page, root: fullPage) == [])
        #expect(try unknownNames(PageTemplate.table, root: fullTable) == [])
    }

    @Test func aMisspelledNameIsFound() throws {
        #expect(try unknownNames("{{#sections}}{{headding}}{{/sections}}", root: fullPage) == ["headding"])
    }

    @Test func onlyChartsAreInsertedUnescaped() {
        let unescaped = tags(in: PageTemplate.page + PageTemplate.table).filter {
            $0.hasPrefix("{") || $0.hasPrefix("&")
        }
        #expect(unescaped == ["{svg"])
    }

    private var fullTable: PageView.Table {
        PageView.Table(
            Document.Table(
                caption: "c", columns: [.text("a"), .number("b")], rows: [["1", "2"]], tones: [.good]))
    }

    private var fullPage: PageView {
        let list = PageView.List(name: "n", items: ["i"])
        let links = PageView.Links(linksName: "l", entries: [.init(label: "l", target: "t", detail: "d")])
        let block = PageView.Block(
            lead: "l", paragraph: "p", list: list, table: fullTable,
            figure: PageView.Figure(svg: "<svg/>", legend: "l", data: fullTable), links: links)
        return PageView(
            title: "t", subtitle: "s", banner: "b",
            sections: [PageView.Section(anchor: "a", heading: "h", blocks: [block])])
    }

    private func tags(in template: String) -> [String] {
        template.components(separatedBy: "{{").dropFirst().compactMap {
            $0.components(separatedBy: "}}").first
        }
    }

    private func unknownNames(_ template: String, root: Any) throws -> [String] {
        var stack: [Any] = [root]
        var unknown: [String] = []
        for tag in tags(in: template) {
            let kind = tag.first
            let name = tag.drop { "#^/{&> ".contains($0) }.trimmingCharacters(in: .whitespaces)
            if kind == ">" || name == "." { continue }
            if kind == "/" {
                stack.removeLast()
                continue
            }
            let current = try #require(stack.last)
            let child = Mirror(reflecting: current).children.first { $0.label == name }?.value
            if child == nil { unknown.append(name) }
            if kind == "#" || kind == "^" { stack.append(element(child ?? "")) }
        }
        return unknown
    }

    /// The first element of a list, the value of an optional, anything else as it is.
    private func element(_ value: Any) -> Any {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional || mirror.displayStyle == .collection else { return value }
        return mirror.children.first.map { element($0.value) } ?? value
    }
}
