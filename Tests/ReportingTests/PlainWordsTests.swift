import Foundation
import Testing

@testable import Reporting

@Suite struct PlainWordsTests {
    @Test func reportsUsePlainWordsOutsideTheMethodSection() throws {
        let words = try Self.codeWords()
        #expect(words.count > 20)
        for (name, report) in Reports.all {
            var document = report.content.document
            document.sections.removeAll { $0.anchor == "method" }
            let page = PageOutline(try HTMLRenderer.page(document)).all("body").map(\.text).joined(
                separator: " ")
            for word in words {
                let pattern = "(?<![\\w-])\(NSRegularExpression.escapedPattern(for: word))s?(?![\\w-])"
                let found = page.range(of: pattern, options: [.regularExpression, .caseInsensitive])
                #expect(found == nil, "\(name): '\(word)'")
            }
        }
    }

    @Test func theMethodSectionNamesTheFieldsTerms() throws {
        let markdown = Reports.report(LookFixture.gain(), []).markdown()
        for term in [
            "Estimand", "CR2 standard errors", "Imbens–Kolesár degrees of freedom", "Lan \\& DeMets",
            "Snapshot up to",
            "Plan hash", "Engine fairway 0.1.0", "two-sided alpha 0.050",
            "planned information fraction 46.2%",
        ] {
            #expect(markdown.contains(term), "\(term)")
        }
    }

    @Test func anUnknownLotIsSaidSo() {
        let markdown = WeeklyReport(
            pilot: PilotFixture.pilot(PilotFixture.externalPlan()), look: LookFixture.external(), previous: []
        ).markdown()
        #expect(markdown.contains("no randomisation test can replay it"))
        #expect(markdown.contains("the lots cannot be drawn again"))
        #expect(markdown.contains("Customers counted"))
        #expect(!markdown.contains("Contracts due"))
    }

    /// The left column of the glossary's second list.
    static func codeWords() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let glossary = try String(contentsOf: root.appending(path: "docs/GLOSSARY.md"), encoding: .utf8)
        let list = try #require(glossary.components(separatedBy: "## Plain words in reports").last)
        return list.components(separatedBy: "\n").compactMap { line in
            guard line.hasPrefix("| `") else { return nil }
            return line.components(separatedBy: "`").dropFirst().first
        }
    }
}
