import Foundation
import Model
import Testing

@testable import Reporting

@Suite struct StatementPageTests {
    @Test func pagesAreWellFormedAndAccessible() throws {
        for (name, statement) in try StatementFixture.all() {
            try PageChecks.check(statement.html(), name)
            for table in statement.content.document.tables {
                #expect(
                    table.rows.allSatisfy { $0.count == table.columns.count }, "\(name): \(table.caption)")
            }
        }
    }

    @Test func thePictureHasATitleADescriptionAndItsTable() throws {
        let page = PageOutline(try Statement(StatementFixture.content()).html())
        let picture = try #require(page.all("svg").first)
        #expect(
            picture.attributes["role"] == "img"
                && picture.attributes["aria-labelledby"] == "pay-title pay-desc")
        #expect(page.all("desc").first?.text.contains("commission 1,500.00 EUR") == true)
        #expect(page.all("rect").count == 4)
        #expect(page.all("caption").contains { $0.text.hasPrefix("Pay by what it is for") })
    }

    @Test func everyFormatPrintsTheSameNumbers() throws {
        let statement = Statement(try StatementFixture.content())
        let page = PageOutline(try statement.html()).all("body").map(\.text).joined()
        let markdown = MarkdownSkeleton.unescaped(statement.markdown())
        for text in ["1,400.00 EUR is payable now", "−300.00 EUR", "70.00 USD", "What waits, and for what"] {
            #expect(page.contains(text) && markdown.contains(text), "\(text)")
        }
    }

    @Test func namesAreTextWhateverTheyContain() throws {
        func page(_ name: String) throws -> PageOutline {
            let partner = Partner(id: Partner.ID(name), name: name, attributes: [:])
            let line = StatementFixture.line(
                .commission, .commission, 1, contract: Contract.ID(name), partner: Partner.ID(name),
                explanation: name)
            return PageOutline(try Statement(StatementFixture.content(partner, lines: [line])).html())
        }
        let plain = try page("acme")
        for name in HostileNameTests.names {
            let page = try page(name)
            #expect(page.fault == nil && page.skeleton == plain.skeleton, "\(name.debugDescription)")
        }
    }

    @Test func aPlanPageSaysEverySentence() throws {
        let sentences = PlanSentences(
            plan: "growth", version: 2, summary: "You earn on what stays.",
            parts: [
                .init(
                    subject: .commission, heading: "Commission on new contracts",
                    sentences: ["You earn <10 %>."],
                    example: "1,000.00 EUR earn 100.00 EUR"),
                .init(subject: .limits, heading: "Limits", sentences: ["At most 5.00 EUR."]),
            ])
        let page = PlanPage(sentences)
        try PageChecks.check(page.html(), "plan")
        let items = PageOutline(try page.html()).all("li").map(\.text)
        #expect(items == ["You earn <10 %>.", "Example: 1,000.00 EUR earn 100.00 EUR.", "At most 5.00 EUR."])
        #expect(page.markdown().contains("## Commission on new contracts"))
        #expect(
            page.text() == """
                Plan 'growth', version 2

                You earn on what stays.

                Commission on new contracts
                  You earn <10 %>.
                  Example: 1,000.00 EUR earn 100.00 EUR.

                Limits
                  At most 5.00 EUR.

                """)
    }

    @Test func aComparisonShowsEachQuarterAndTheSum() throws {
        let comparison = PlanComparison(
            changes: ["The commission falls from 10 % to 8 %"],
            differences: [
                PlanDifference(
                    partner: "acme", from: .init(plan: "today", version: 1),
                    to: .init(plan: "growth", version: 2),
                    quarters: [
                        .init(period: StatementFixture.earlier, then: 120_000, now: 96_000),
                        .init(period: StatementFixture.period, then: 0, now: 1_000),
                    ], currency: StatementFixture.eur)
            ])
        try PageChecks.check(comparison.html(), "comparison")
        #expect(
            comparison.text() == """
                - The commission falls from 10 % to 8 %

                Pay of partner 'acme' for the same contracts
                Quarter  Under 'today' version 1  Under 'growth' version 2   Difference
                2026-Q4             1,200.00 EUR                960.00 EUR  −240.00 EUR
                2027-Q1                 0.00 EUR                 10.00 EUR   +10.00 EUR
                All                 1,200.00 EUR                970.00 EUR  −230.00 EUR

                """)
        let decoded = try CanonicalJSON.decode(PlanComparison.self, from: comparison.json())
        #expect(decoded.differences == comparison.differences && decoded.changes == comparison.changes)
        #expect(PlanComparison(changes: [], differences: []).text() == "The two plans pay the same.\n")
    }

    @Test func theFlowSetsGroupsSideBySide() throws {
        var signing = RevenueFlow.Row(
            stage: .signing, payer: .vendor, payee: .partner,
            line: .init(component: .commission, rule: .commission))
        signing.count = 2
        signing.payable = 170_000
        let renewal = RevenueFlow.Row(
            stage: .renewal, payer: .vendor, payee: .partner,
            line: .init(component: .renewalBonus, rule: .renewalBonus))
        func flow(_ rows: [RevenueFlow.Row]) -> RevenueFlow {
            RevenueFlow(
                plan: "growth", version: 1, currency: StatementFixture.eur, rows: rows,
                risks: [.init(bearer: .partner, sentence: "A customer that leaves.")])
        }
        let table = RevenueFlowTable([
            .init(name: "bonus", flow: flow([renewal])), .init(name: "control", flow: flow([signing])),
        ])
        try PageChecks.check(table.html(), "flow")
        let lines = table.text().split(separator: "\n").map { $0.split(separator: "  ").map(String.init) }
        #expect(lines[2].first == "signing" && lines[2].last?.hasSuffix("1,700.00 EUR") == true)
        #expect(lines[3].first == "renewal" && lines[3].contains { $0.hasSuffix("no line") })
        #expect(table.text().contains("bonus: partner bears: A customer that leaves."))
        #expect(try !table.json().isEmpty)
    }
}

/// What every page holds, whatever it is about.
enum PageChecks {
    static func check(_ html: String, _ name: String) throws {
        let page = PageOutline(html)
        #expect(page.fault == nil, "\(name)")
        let levels = page.all("h1", "h2", "h3").compactMap { Int($0.name.dropFirst()) }
        #expect(levels.first == 1 && levels.filter { $0 == 1 }.count == 1, "\(name)")
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(name)")
        #expect(page.all("table").count == page.all("caption").count, "\(name)")
        #expect(page.all("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) }, "\(name)")
        #expect(page.all("script", "link", "img", "iframe", "object").isEmpty, "\(name)")
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count, "\(name)")
        let labels = page.elements.flatMap { $0.attributes["aria-labelledby"]?.split(separator: " ") ?? [] }
        #expect(labels.allSatisfy { ids.contains(String($0)) }, "\(name)")
        let words = page.all("body").map(\.text).joined(separator: " ")
        for word in try PlainWordsTests.codeWords() + ["nil", "NaN"] {
            let pattern = "(?<![\\w-])\(NSRegularExpression.escapedPattern(for: word))s?(?![\\w-])"
            let found = words.range(of: pattern, options: [.regularExpression, .caseInsensitive])
            #expect(found == nil, "\(name): '\(word)'")
        }
    }
}
