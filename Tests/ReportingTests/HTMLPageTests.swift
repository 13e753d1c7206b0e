import Foundation
import Model
import Testing

@testable import Reporting

@Suite struct HTMLPageTests {
    @Test func everyPageIsWellFormed() throws {
        for (name, report) in Reports.all {
            let page = PageOutline(try report.html())
            #expect(page.fault == nil, "\(name)")
            #expect(page.elements.count > 100, "\(name)")
        }
    }

    @Test func headingsDescendOneLevelAtATime() throws {
        for (name, report) in Reports.all {
            let levels = PageOutline(try report.html()).all("h1", "h2", "h3").compactMap {
                Int($0.name.dropFirst())
            }
            #expect(levels.first == 1 && levels.filter { $0 == 1 }.count == 1, "\(name)")
            #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(name)")
        }
    }

    @Test func everyTableHasACaptionAndScopedHeaders() throws {
        for (name, report) in Reports.all {
            let page = PageOutline(try report.html())
            #expect(page.all("table").count == page.all("caption").count, "\(name)")
            #expect(page.all("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) }, "\(name)")
            #expect(page.all("caption").allSatisfy { !$0.text.isEmpty }, "\(name)")
        }
    }

    @Test func everyRowIsAsWideAsItsHeader() throws {
        for (name, report) in Reports.all {
            for table in report.content.document.tables {
                #expect(
                    table.rows.allSatisfy { $0.count == table.columns.count }, "\(name): \(table.caption)")
            }
        }
    }

    @Test func fragmentsAndLabelsPointAtExactlyOneElement() throws {
        for (name, report) in Reports.all {
            let page = PageOutline(try report.html())
            let ids = page.elements.compactMap { $0.attributes["id"] }
            #expect(Set(ids).count == ids.count, "\(name)")
            let labels = page.elements.flatMap {
                $0.attributes["aria-labelledby"]?.split(separator: " ") ?? []
            }
            #expect(labels.allSatisfy { ids.contains(String($0)) }, "\(name)")
            let fragments = page.all("a").compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("#") }
            #expect(
                fragments.allSatisfy { ids.contains(String($0.dropFirst())) } && !fragments.isEmpty, "\(name)"
            )
        }
    }

    @Test func aPageNeedsNothingFromOutside() throws {
        for (name, report) in Reports.all {
            let page = PageOutline(try report.html())
            #expect(page.all("script", "link", "img", "iframe", "object").isEmpty, "\(name)")
            #expect(page.elements.allSatisfy { $0.attributes["src"] == nil && $0.attributes["style"] == nil })
            #expect(!(page.all("style").first?.text.contains("url(") ?? true), "\(name)")
        }
    }

    @Test func noFormatShowsWhatCodeShowsForNothing() throws {
        for (name, report) in Reports.all {
            let json = try #require(String(data: report.json(), encoding: .utf8))
            let words = PageOutline(try report.html()).all("body").map(\.text).joined()
            for text in [words, report.markdown(), json] {
                for token in ["nil", "NaN", "Optional(", "inf", "-0.0", "−0.0"] {
                    let pattern =
                        "(^|[^A-Za-z])\(NSRegularExpression.escapedPattern(for: token))($|[^A-Za-z0-9])"
                    #expect(text.range(of: pattern, options: .regularExpression) == nil, "\(name): \(token)")
                }
            }
        }
    }

    @Test func theSameLookGivesTheSameBytes() throws {
        for index in Reports.all.indices {
            let (name, report) = Reports.all[index]
            #expect(try report.html() == report.html(), "\(name)")
            #expect(report.markdown() == report.markdown(), "\(name)")
            #expect(try report.json() == report.json(), "\(name)")
        }
    }

    @Test func theSeedIsNotShown() throws {
        for (name, report) in Reports.all {
            let json = try #require(String(data: report.json(), encoding: .utf8))
            for text in [try report.html(), report.markdown(), json] {
                #expect(!text.contains(PilotFixture.seedDigits), "\(name)")
            }
        }
    }

    @Test func practiceStandsAboveEverything() throws {
        var look = LookFixture.gain()
        #expect(!Reports.report(look, []).markdown().contains("PRACTICE"))
        look.isPractice = true
        let report = Reports.report(look, [])
        let page = PageOutline(try report.html())
        let banner = try #require(page.elements.firstIndex { $0.attributes["class"] == "banner" })
        let section = try #require(page.elements.firstIndex { $0.name == "section" })
        #expect(banner < section)
        #expect(page.elements[banner].text.contains("PRACTICE: simulated data"))
        #expect(report.markdown().contains("> **PRACTICE: simulated data"))
    }

    @Test func sectionsStandInTheOrderOfReading() throws {
        let anchors = Reports.report(LookFixture.gain(), LookFixture.history()).content.document.sections.map(
            \.anchor)
        #expect(
            anchors == [
                "summary", "changes", "effects", "history", "retention", "guardrails", "data", "money",
                "method",
            ])
    }

    @Test func theFileIsNamedAfterItsWeek() {
        #expect(Reports.report(LookFixture.empty(week: 3), []).fileStem == "2026-W05")
    }

    @Test func everyFormatPrintsTheSameNumbers() throws {
        let report = Reports.report(LookFixture.gain(), LookFixture.history())
        let page = PageOutline(try report.html()).all("body").map(\.text).joined()
        let markdown = MarkdownSkeleton.unescaped(report.markdown())
        let json = try #require(String(data: report.json(), encoding: .utf8))
        for text in ["+6.3 points", "2.1 to 10.5", "74.9%", "p < 0.001", "+41.20 EUR", "4,467,890.00 EUR"] {
            #expect(page.contains(text) && markdown.contains(text) && json.contains(text), "\(text)")
        }
    }
}

extension Document {
    var tables: [Table] {
        sections.flatMap(\.blocks).compactMap { block in
            switch block {
            case .table(let table): table
            case .figure(let figure): figure.table
            case .lead, .paragraph, .list, .links: nil
            }
        }
    }
}
