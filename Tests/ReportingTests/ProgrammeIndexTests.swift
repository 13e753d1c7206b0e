import Model
import Testing

@testable import Reporting

@Suite struct ProgrammeIndexTests {
    private let index = ProgrammeIndex(entries: [
        (PilotFixture.pilot(), LookFixture.history() + [LookFixture.gain()]),
        (PilotFixture.pilot(PilotFixture.externalPlan()), []),
    ])

    @Test func linksToTheNewestReportOfEachPilot() throws {
        let links = PageOutline(try index.html()).all("a").compactMap { $0.attributes["href"] }
        #expect(links == ["#main", "renewal-bonus/2026-W14.html"])
        #expect(index.markdown().contains("(<renewal-bonus/2026-W14.html>)"))
    }

    @Test func saysVerdictWeekAndGuardrails() {
        let markdown = index.markdown()
        #expect(
            markdown.contains(
                "Scale 'bonus': renewals are up 6.3 points (2.1 to 10.5), every guardrail holds."))
        #expect(markdown.contains("Running. Week 12 of 26; scheduled analysis 12 of 26; data to 2026-03-30."))
        #expect(markdown.contains("| Customers lost within 90 days | bonus | ok |"))
    }

    @Test func aPilotWithoutAReportSaysWhenItsFirstComes() {
        #expect(
            index.markdown().contains(
                "Pilot 'letters' has no report yet; the first scheduled analysis is on 2026-01-12."))
    }

    @Test func anEmptyProgrammeSaysWhatToDo() throws {
        let empty = ProgrammeIndex(entries: [])
        #expect(empty.markdown().contains("fairway start experiments/NAME.yaml"))
        #expect(PageOutline(try empty.html()).fault == nil)
    }
}
