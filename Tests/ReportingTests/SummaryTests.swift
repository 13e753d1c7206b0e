import Foundation
import Model
import Statistics
import Testing

@testable import Reporting

@Suite struct SummaryTests {
    @Test func scalingNamesTheGainItsIntervalAndTheGuardrails() {
        #expect(
            Reports.report(LookFixture.gain(), []).verdictSentence
                == "Scale 'bonus': renewals are up 6.3 points (2.1 to 10.5), every guardrail holds.")
    }

    @Test func pausingNamesTheBreachedGuardrail() {
        #expect(
            Reports.report(LookFixture.breach(), []).verdictSentence
                == "Pause 'bonus': renewals are down 2.1 points (−9.2 to 5.0), "
                + "the guardrail 'Customers lost within 90 days' is breached.")
    }

    @Test func aPauseOfAnEarlierWeekIsToldAsAState() {
        let earlier = LookFixture.breach()
        #expect(
            Reports.report(earlier, [earlier]).verdictSentence.hasPrefix(
                "'bonus' is paused since \(earlier.asOf): "))
    }

    @Test func nobodyIsToldToUseACommandThatDoesNotExist() {
        for action in [Recommendation.Action.continue, .pause, .stop, .scale, .extend] {
            for isFinal in [false, true] {
                var look = LookFixture.gain()
                look.recommendation.action = action
                look.isFinal = isFinal
                let needs = Reports.report(look, []).content.summary.needs.map(\.what)
                #expect(needs.allSatisfy { !$0.contains("record") && !$0.contains("lift") }, "\(needs)")
            }
        }
    }

    @Test func anImportedFileThatHasAgedIsToBeImportedAgain() {
        var look = LookFixture.gain()
        look.health.sources = [
            StreamStatus(
                source: Source.importedFile("contracts.csv"), stream: "contract",
                completedThrough: (look.asOf - 60).start(in: .gmt), facts: 3, quarantined: 0, lastError: nil)
        ]
        let needs = Reports.report(look, []).content.summary.needs.map(\.what)
        #expect(
            needs.contains(
                "import 'csv/contracts.csv' again if it has grown: renewals after \(look.asOf - 60) count as lost."
            ))
    }

    @Test func withoutDataItClaimsNoEffect() {
        #expect(
            Reports.report(LookFixture.empty(week: 1), []).verdictSentence
                == "Continue: with 'bonus', no effect can be estimated yet, whether the guardrails hold cannot be told "
                + "yet.")
    }

    @Test func anEffectThatRoundsToZeroIsUnchanged() {
        var look = LookFixture.gain()
        look.effects[0].estimate = Estimate(value: -0.0002, standardError: 0.01, degreesOfFreedom: 40)
        look.effects[0].repeatedInterval = nil
        look.effects[0].fixedInterval = nil
        #expect(
            Reports.report(look, []).verdictSentence
                == "Scale 'bonus': renewals are unchanged (no interval yet), every guardrail holds.")
    }

    @Test func eachGroupHasItsClauseWhenNoneIsSingledOut() {
        let plan = PilotFixture.plan(variants: ["control", "bonus", "tiers"])
        let report = WeeklyReport(
            pilot: PilotFixture.pilot(plan), look: LookFixture.empty(week: 2, plan: plan), previous: [])
        #expect(report.verdictSentence.contains("with 'bonus', "))
        #expect(report.verdictSentence.contains("; with 'tiers', "))
    }

    @Test func staleSourcesAndFragileResultsAskSomebodyToAct() {
        var look = LookFixture.fragile()
        look.health.staleSources = ["crm/contracts: complete only up to 2026-03-01T00:00:00Z"]
        let needs = Reports.report(look, []).content.summary.needs.map { "\($0.who): \($0.what)" }
        #expect(
            needs.contains {
                $0.hasPrefix(
                    "Data owner: bring the sources up to date; no conclusion is drawn until they are (crm/contracts: complete"
                )
            })
        let reasons = look.influence.flatMap(\.fragility).joined(separator: " ")
        #expect(!reasons.isEmpty && needs.contains { $0.hasSuffix("before deciding: \(reasons)") })
    }

    @Test func continuingNamesTheNextDateAndTheLastAnalysisNone() {
        let early = Reports.report(LookFixture.empty(week: 1), []).content.summary.needs
        #expect(early.first?.what.contains("2026-01-19") == true)
        let last = Reports.report(LookFixture.empty(week: 26), []).content.summary.needs
        #expect(last.first?.what.contains("no further analysis") == true)
    }
}

@Suite struct ChangesTests {
    @Test func theFirstReportSaysSo() {
        let markdown = Reports.report(LookFixture.gain(), []).markdown()
        #expect(markdown.contains("This is the first report of this pilot"))
    }

    @Test func listsWhatDiffersAndNamesTheRest() {
        let changes = Reports.report(LookFixture.gain(), LookFixture.history()).content.changes
        let effect = changes.compared.first { $0.what == "Renewal rate, effect of 'bonus'" }
        #expect(changes.since?.description == "2026-03-23")
        #expect(effect?.before == "+6.0 points (0.8 to 11.2)")
        #expect(effect?.now == "+6.3 points (2.1 to 10.5)")
        #expect(changes.compared.first { $0.what == "Engine version" }?.isChanged == false)
    }

    @Test func anIdenticalLookChangesNothing() {
        let look = LookFixture.gain()
        let changes = Reports.report(look, [look]).content.changes
        #expect(changes.compared.allSatisfy { !$0.isChanged })
    }
}

@Suite struct GuardrailWordsTests {
    @Test func saysHowMuchHarmIsStillPossible() {
        let rows = Reports.report(LookFixture.breach(), []).content.guardrails.rows
        #expect(
            rows.map(\.words) == [
                "breached", "cannot tell yet: harm up to 4.1 points still possible, limit 3.0 points",
            ])
    }

    @Test func aReportSaysWhatItsLookDidWhateverWasPausedLater() throws {
        let look = LookFixture.breach()
        let paused = WeeklyReport(pilot: PilotFixture.pilot(paused: ["bonus"]), look: look, previous: [])
        #expect(paused.content.guardrails.rows[0].done.contains("are paused; promises already made are kept"))
        #expect(try paused.html() == Reports.report(look, []).html())
    }

    @Test func theHarmLimitLiesOnTheSideOfHarm() {
        var plan = PilotFixture.plan()
        plan.guardrails = [Guardrail(metric: PilotFixture.retained, maxHarm: 0.02, severity: .alert)]
        var look = LookFixture.gain()
        look.effects[1].role = .guardrail
        look.guardrails = [LookFixture.result(plan.guardrails[0], .ok, harm: 0, upper: 0.01, "held")]
        let higherIsBetter = WeeklyReport(pilot: PilotFixture.pilot(plan), look: look, previous: [])
        #expect(higherIsBetter.content.effects.rows[1].harmLimit?.value == -0.02)
        let lowerIsBetter = Reports.report(LookFixture.gain(), []).content.effects.rows[2]
        #expect(lowerIsBetter.harmLimit?.value == 0.02)
        #expect(lowerIsBetter.harmLimit?.text == "+2.0 points")
    }
}
