import Foundation
import Model
import Testing

@testable import Reporting

/// Names from CRMs and files are text in every format, whatever they contain.
@Suite struct HostileNameTests {
    static let names = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\"\u{301} onmouseover=\"alert(1)",
        "<\u{301}b>", "'&#39;&lt;", "{{title}}", "{{{svg}}}", "{{#sections}}", "</style></svg><b>", "]]>",
        "<!--",
        "a\nb\r\n# heading\n- item", "| a | b |\n| --- |", "`code` *bold* _it_ ~~x~~",
        "![x](http://e.example/x.png)",
        "[x](javascript:alert(1))", "<http://e.example>", "https://e.example www.e.example a@e.example",
        "\u{202E}txt.exe\u{202C}", "\u{2066}x\u{2069}\u{200F}\u{061C}", "\u{0000}\u{0007}\u{001B}[31m",
        "\u{FFFE}\u{FFFF}",
        "=1+1", "- item", "+ item", "1. item", "2) item", "# h", "> q", "\\", "\\|", "$x$", "&amp;", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 שלום",
        String(repeating: "long ", count: 400),
    ]

    /// A report in which everything that people or sources name bears one name.
    static func report(named name: String) -> WeeklyReport {
        var plan = PilotFixture.plan(title: name, variants: ["control", Variant.ID(name)])
        plan.primary.id = Metric.ID(name)
        plan.design.strata = [name]
        var look = LookFixture.fragile()
        look.arms[1].variant = Variant.ID(name)
        look.effects = look.effects.map { effect in
            var effect = effect
            effect.variant = Variant.ID(name)
            effect.unavailable = [name]
            return effect
        }
        look.guardrails = look.guardrails.map { result in
            var result = result
            result.variant = Variant.ID(name)
            result.reason = name
            return result
        }
        look.survival[1].variant = Variant.ID(name)
        look.health.sources[0].source = Source.Name(name)
        look.health.sources[0].lastError = name
        look.health.staleSources = [name]
        look.health.sampleRatios[0].question = name
        look.money[0].variant = Variant.ID(name)
        look.money[0].unavailable = name
        look.influence[0].variant = Variant.ID(name)
        look.influence[0].mostInfluential[0].partner = Partner.ID(name)
        look.influence[0].fragility = [name]
        look.verdicts[0] = Verdict(variant: Variant.ID(name), kind: .superior, reason: name)
        look.recommendation = Recommendation(
            action: .scale, variant: Variant.ID(name), reasons: [name], blockers: [name])
        look.engine = name
        return WeeklyReport(pilot: PilotFixture.pilot(plan), look: look, previous: [])
    }

    @Test func htmlHasTheSameStructureWhateverTheNames() throws {
        let plain = PageOutline(try Self.report(named: "bonus").html())
        for name in Self.names {
            let page = PageOutline(try Self.report(named: name).html())
            #expect(page.fault == nil, "\(name.debugDescription)")
            #expect(page.skeleton == plain.skeleton, "\(name.debugDescription)")
        }
    }

    @Test func namesThatArePrintableReadAsTheyAre() throws {
        for name in ["<script>alert(1)</script>", "{{title}}", "'&#39;&lt;", "\"\u{301} x"] {
            let page = PageOutline(try Self.report(named: name).html())
            #expect(page.all("h1").first?.text.unicodeScalars.elementsEqual(name.unicodeScalars) == true)
        }
    }

    @Test func markdownHasTheSameStructureWhateverTheNames() {
        let plain = MarkdownSkeleton.lines(Self.report(named: "bonus").markdown())
        for name in Self.names {
            #expect(
                MarkdownSkeleton.lines(Self.report(named: name).markdown()) == plain,
                "\(name.debugDescription)")
        }
    }

    @Test func noFormatForPeopleReordersOrControlsItsText() throws {
        for name in Self.names {
            let report = Self.report(named: name)
            for text in [try report.html(), report.markdown()] {
                let bad = text.unicodeScalars.filter { $0 != "\n" && Printable.scalar($0) != $0 }
                #expect(bad.isEmpty, "\(name.debugDescription)")
            }
        }
    }

    @Test func jsonCarriesNamesUnchanged() throws {
        for name in Self.names {
            let object =
                try JSONSerialization.jsonObject(with: Self.report(named: name).json()) as? [String: Any]
            let title = try #require(object?["title"] as? String)
            #expect(title.unicodeScalars.elementsEqual(name.unicodeScalars), "\(name.debugDescription)")
        }
    }

    @Test func theIndexEscapesTitles() throws {
        let plain = PageOutline(try Self.index(title: "bonus").html())
        let lines = MarkdownSkeleton.lines(Self.index(title: "bonus").markdown())
        for name in Self.names {
            #expect(
                PageOutline(try Self.index(title: name).html()).skeleton == plain.skeleton,
                "\(name.debugDescription)")
            #expect(
                MarkdownSkeleton.lines(Self.index(title: name).markdown()) == lines,
                "\(name.debugDescription)")
        }
    }

    private static func index(title: String) -> ProgrammeIndex {
        ProgrammeIndex(entries: [(PilotFixture.pilot(PilotFixture.plan(title: title)), [LookFixture.gain()])])
    }
}

/// What a Markdown reader would take for markup: unescaped special characters and line starts.
enum MarkdownSkeleton {
    static func lines(_ markdown: String) -> [String] {
        markdown.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let bare = withoutEscapes(String(line))
            let start = bare.prefix { "#>-+=0123456789. ".contains($0) }
            let isBlock =
                start.hasPrefix("#") || start.hasPrefix("> ") || start.hasPrefix("- ")
                || start.hasPrefix("+ ")
                || start.hasPrefix("=")
                || start.drop { $0.isNumber }.hasPrefix(". ") && start.first?.isNumber == true
            let marks = bare.unicodeScalars.filter { "`*_[]<>|~&!$@\\".unicodeScalars.contains($0) }
            let links = bare.contains("://") || bare.contains("www.") ? "link" : ""
            return (isBlock ? String(start.prefix { $0 != " " }) : "") + " "
                + String(String.UnicodeScalarView(marks)) + links
        }
    }

    static func unescaped(_ markdown: String) -> String {
        var text = ""
        var isEscaped = false
        for character in markdown {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }

    /// The line with each backslash and the character behind it left out.
    private static func withoutEscapes(_ line: String) -> String {
        var bare = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                isEscaped = false
                bare.append("x")
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                bare.append(scalar)
            }
        }
        return String(bare)
    }
}
