import GRDB
import Model
import Statistics
import Testing

@testable import Operations
@testable import Storage

@Suite struct LookRecordingTests {
    private func started(harmful: Bool, plan: Plan) async throws -> Programme {
        let programme = try await Programme()
        try await programme.operations.start(plan)
        // Of eight contracts each: about six renewed, or about two under a harmful treatment.
        var number = 0
        try await programme.addRenewals(
            { assignment in
                number += 1
                return (harmful && assignment.variant == "bonus" ? 1 : 5) + number % 3
            }, of: plan.pilot)
        return programme
    }

    private func harmfulProgramme() async throws -> Programme {
        let programme = try await started(harmful: true, plan: plan())
        try await programme.move(to: start + 56)
        try await programme.keepPilotsCurrent()
        try await programme.move(to: start + 91)
        return programme
    }

    @Test func aLookIsRecordedOnce() async throws {
        let programme = try await started(harmful: false, plan: plan())
        try await programme.move(to: start + 90)
        #expect(try await programme.recordDueLooks().isEmpty)
        try await programme.move(to: start + 91)
        let recorded = try await programme.recordDueLooks()
        #expect(recorded.map(\.index) == [1] && recorded.map(\.plannedIndex) == [1])
        #expect(try await programme.recordDueLooks().isEmpty)
        #expect(try await programme.operations.recordedLooks(of: "spiff") == recorded)
        #expect(try await programme.journal().count { $0 == .lookRecorded } == 1)
    }

    @Test func aPreviewRecordsNothingAndSaysTheSame() async throws {
        let programme = try await started(harmful: false, plan: plan())
        try await programme.move(to: start + 91)
        let preview = try await programme.operations.previewLook(of: "spiff")
        #expect(try await programme.operations.recordedLooks(of: "spiff").isEmpty)
        #expect(try await programme.journal().contains(.lookRecorded) == false)
        #expect(try await programme.recordDueLooks() == [preview])
    }

    @Test func aLookIsStoredAsItWasReturned() async throws {
        let programme = try await started(harmful: true, plan: plan())
        try await programme.move(to: start + 91)
        let recorded = try await programme.recordDueLooks()
        let stored = try await programme.store.read { try $0.looks(of: "spiff") }
        #expect(stored == recorded && recorded.count == 1)
        let detail = try await programme.store.read { try $0.journalEntries() }.first {
            $0.action == .lookRecorded
        }?.detail
        #expect(try detail?["content"] == ContentHash(ofCanonicalJSON: recorded[0]).hex)
    }

    @Test func ofSeveralDatesThatPassedOnlyTheLastIsLookedAt() async throws {
        let programme = try await started(harmful: false, plan: plan(lookEveryWeeks: 6))
        try await programme.move(to: start + 100)
        let looks = try await programme.recordDueLooks()
        #expect(looks.map(\.index) == [1] && looks.map(\.plannedIndex) == [2])
        #expect(looks.map(\.asOf) == [start + 84])
        try await programme.move(to: start + 126)
        let next = try await programme.recordDueLooks()
        #expect(next.map(\.index) == [2] && next.map(\.plannedIndex) == [3])
    }

    @Test func aBreachPausesItsVariantTellsOnceAndKeepsPromises() async throws {
        let programme = try await harmfulProgramme()
        let promised = try await programme.promises()
        let look = try #require(try await programme.recordDueLooks().first)
        #expect(look.guardrails.map(\.state) == [.breached])
        #expect(look.recommendation.action == .pause && look.recommendation.variant == "bonus")
        let pilot = try await programme.operations.pilot("spiff")
        #expect(pilot.pausedVariants == ["bonus"] && pilot.state == .running)
        #expect(try await programme.operations.status().hasOpenBreach)
        let journal = try await programme.journal()
        #expect(journal.suffix(3) == [.lookRecorded, .guardrailBreached, .variantPaused])
        let message = try #require(try await programme.messages(.guardrailBreached).first)
        #expect(message.body.contains("\"variant\":\"bonus\"") && message.body.contains("renewalRate"))
        #expect(try await programme.messages(.guardrailBreached).count == 1)
        #expect(try await programme.promises() == promised, "what was promised stays promised")

        // Promises in force end on day 111; after that only control's are granted again.
        let treated = try #require(try await programme.assignments().first { $0.variant == "bonus" })
        try await programme.move(to: start + 111)
        let terms = try await programme.operations.terms(of: treated.partner)
        #expect(terms.terms.entries.map(\.variant) == ["bonus"] && terms.lots.map(\.isPaused) == [true])
        try await programme.move(to: start + 112)
        try await programme.keepPilotsCurrent()
        let renewed = try await programme.promises().filter { $0.from == start + 112 }
        #expect(renewed.count == 12 && renewed.allSatisfy { $0.variant == Variant.control })
        #expect(try await programme.operations.terms(of: treated.partner).terms.entries.isEmpty)
    }

    @Test func anOldBreachIsNotToldAgain() async throws {
        let programme = try await harmfulProgramme()
        _ = try await programme.recordDueLooks()
        try await programme.move(to: start + 182)
        let last = try #require(try await programme.recordDueLooks().first)
        #expect(last.guardrails.map(\.state) == [.breached])
        #expect(last.recommendation.action == .stop)
        #expect(try await programme.operations.status().hasOpenBreach == false, "the pilot is over")
        #expect(try await programme.messages(.guardrailBreached).count == 1)
        #expect(try await programme.journal().count { $0 == .variantPaused } == 1)
        #expect(try await programme.messages(.recommendationIssued).count == 1)
    }

    @Test func aLookAndAllThatFollowsAreStoredTogetherOrNotAtAll() async throws {
        let programme = try await harmfulProgramme()
        try await programme.store.write {
            try $0.db.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON outbox WHEN NEW.kind = 'guardrail.breached'
                    BEGIN SELECT RAISE(ABORT, 'no space'); END
                    """)
        }
        await #expect(throws: StoreError.self) { try await programme.recordDueLooks() }
        #expect(try await programme.operations.recordedLooks(of: "spiff").isEmpty)
        #expect(try await programme.operations.pilot("spiff").pausedVariants.isEmpty)
        #expect(try await programme.journal().contains(.lookRecorded) == false)
        try await programme.store.write { try $0.db.execute(sql: "DROP TRIGGER full") }
        #expect(try await programme.recordDueLooks().map(\.index) == [1])
        #expect(try await programme.operations.pilot("spiff").pausedVariants == ["bonus"])
    }

    @Test func theLastLookConcludesThePilot() async throws {
        let programme = try await started(harmful: false, plan: plan())
        for days in [91, 182] {
            try await programme.move(to: start + days)
            #expect(try await programme.recordDueLooks().count == 1)
        }
        #expect(try await programme.operations.pilot("spiff").state == .concluded)
        #expect(try await programme.journal().last == .pilotConcluded)
        #expect(try await programme.messages(.recommendationIssued).count == 1)
        try await programme.move(to: start + 300)
        #expect(try await programme.recordDueLooks().isEmpty)
    }

    @Test func aSourceThatIsNoLongerConfiguredDoesNotMakeTheDataStale() async throws {
        let programme = try await started(harmful: false, plan: plan())
        try await programme.ingest(from: "retired")
        try await programme.move(to: start + 91)
        let look = try #require(try await programme.recordDueLooks().first)
        #expect(!look.health.isStale && look.health.sources.map(\.source) == ["crm"])
    }

    @Test func aPilotOnImportedFilesIsNeverStaleAndConcludes() async throws {
        let programme = try await Programme(from: Source.importedFile("contracts.csv"))
        try await programme.operations.start(plan())
        for days in [91, 182] {
            programme.moveClock(to: start + days)
            let look = try #require(try await programme.recordDueLooks().first)
            #expect(!look.health.isStale)
            #expect(look.health.sources.map(\.source) == ["csv/contracts.csv"])
        }
        #expect(try await programme.operations.pilot("spiff").state == .concluded)
    }

    @Test func aConnectorThatStoppedMakesAPilotStaleWhateverWasImported() async throws {
        let programme = try await started(harmful: false, plan: plan())
        try await programme.ingest(from: Source.importedFile("extra.csv"))
        programme.moveClock(to: start + 91)
        let look = try #require(try await programme.recordDueLooks().first)
        #expect(look.health.isStale && look.health.staleSources.allSatisfy { $0.hasPrefix("crm/all:") })
    }

    @Test func theLastLookWaitsForItsDataAndSaysSo() async throws {
        let programme = try await started(harmful: false, plan: plan())
        programme.moveClock(to: start + 182)
        let operations = programme.operations
        let recording = try await operations.recordDueLook(of: "spiff", by: ada)
        guard case .withheld(let reasons) = recording else {
            Issue.record("the last look was \(recording)")
            return
        }
        #expect(reasons.count == 1 && reasons[0].hasPrefix("crm/all: complete only up to"))
        #expect(try await operations.pilot("spiff").state == .running)
        try await programme.ingest()
        #expect(try await operations.recordDueLook(of: "spiff", by: ada).look?.isFinal == true)
        #expect(try await operations.recordDueLook(of: "spiff", by: ada) == .notDue(next: nil))
    }

    @Test func aLookThatIsNotDueSaysWhenTheNextOneIs() async throws {
        let programme = try await started(harmful: false, plan: plan())
        let recording = try await programme.operations.recordDueLook(of: "spiff", by: ada)
        #expect(recording == .notDue(next: start + 91))
    }

    @Test func aStopPausesWhatWasFoundHarmfulAndSaysSo() async throws {
        let programme = try await started(harmful: true, plan: plan(guardrails: []))
        try await programme.move(to: start + 56)
        try await programme.keepPilotsCurrent()
        try await programme.move(to: start + 91)
        let look = try #require(try await programme.recordDueLooks().first)
        #expect(look.recommendation.action == .stop && look.verdicts.map(\.kind) == [.harmful])
        let pilot = try await programme.operations.pilot("spiff")
        #expect(pilot.pausedVariants == ["bonus"] && pilot.state == .concluded)
        #expect(
            try await programme.journal().suffix(3) == [.lookRecorded, .variantPaused, .pilotConcluded])
        let message = try #require(try await programme.messages(.recommendationIssued).first)
        #expect(message.body.contains("new promises of 'bonus' are paused"))
        try await programme.move(to: start + 112)
        try await programme.keepPilotsCurrent()
        let renewed = try await programme.promises().filter { $0.from == start + 112 }
        #expect(!renewed.isEmpty && renewed.allSatisfy { $0.variant == Variant.control })
    }

    @Test func aRecordedLookIsNotMovedByLaterFacts() async throws {
        let programme = try await started(harmful: false, plan: plan())
        try await programme.move(to: start + 91)
        let recorded = try await programme.recordDueLooks()
        let rows = try await programme.operations.exportOutcomes(of: "spiff", allLooks: true)
        try await programme.addRenewals({ _ in 8 }, of: "spiff")
        #expect(try await programme.operations.recordedLooks(of: "spiff") == recorded)
        let again = try await programme.operations.exportOutcomes(of: "spiff", allLooks: true)
        #expect(again.rows == rows.rows && rows.rows.count == 24 * 8)
    }
}

extension Programme {
    /// Moves the clock and completes the source up to it.
    fileprivate func move(to day: Day) async throws {
        moveClock(to: day)
        try await ingest()
    }
}
