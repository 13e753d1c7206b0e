import Model
import Statistics
import Testing

@testable import Operations
@testable import Storage

/// A trial of twelve partners with three customers each, assigned and measured elsewhere.
@Suite struct TrialImportTests {
    private func trial(title: String = "Trial") throws -> ApprovedPlan {
        var trial = try plan(
            "trial", title: title, weeks: 1, lookEveryWeeks: 1, guardrails: [], design: .external)
        trial.primary = Metric(
            id: "binary", kind: .binary, estimand: .customerAverage, graceDays: 0, origin: .assignment,
            horizonDays: 0)
        return ApprovedPlan(plan: trial, resolved: "pilot: trial")
    }

    private func page(flipping flipped: Int? = nil) -> OutcomePage {
        let records = (0..<36).map { row in
            MappedRecord(
                nativeID: "row \(row)", nativeVersion: "line \(row)",
                body: .observation(
                    ObservationFact(
                        partner: Programme.partner(row / 3), customer: Customer.ID("row \(row)"),
                        outcome: (row * 7 % 5 < 2) != (row == flipped), baseline: nil, observedOn: start)))
        }
        return OutcomePage(
            source: Source.trial("trial"), stream: "trial", records: records, quarantined: [],
            next: Cursor("rows:36"),
            completedThrough: nil)
    }

    private var arms: [Partner.ID: Variant.ID] {
        Dictionary(
            uniqueKeysWithValues: (0..<12).map { (Programme.partner($0), $0 < 6 ? Variant.control : "bonus") }
        )
    }

    @Test func importingTheSameFileAgainChangesNothing() async throws {
        let programme = try await Programme(partners: 0)
        let first = try await programme.operations.importTrial(trial(), page: page(), arms: arms, by: ada)
        #expect(first == StoredPage(newFacts: 36, repeated: 0, quarantined: 0))
        let assignments = try await programme.assignments(of: "trial")
        let again = try await programme.operations.importTrial(trial(), page: page(), arms: arms, by: ada)
        #expect(again == StoredPage(newFacts: 0, repeated: 36, quarantined: 0))
        #expect(try await programme.assignments(of: "trial") == assignments)
        #expect(
            try await programme.journal() == [.storeCreated, .pilotStarted, .factsImported, .factsImported])
    }

    @Test func anEditedPlanOrOtherArmsAreRefusedAndStoreNothing() async throws {
        let programme = try await Programme(partners: 0)
        _ = try await programme.operations.importTrial(trial(), page: page(), arms: arms, by: ada)
        let edited = await refusal(of: .conflict) {
            try await programme.operations.importTrial(
                trial(title: "Edited"), page: page(flipping: 3), arms: arms, by: ada)
        }
        #expect(edited.contains("a started plan never changes"))
        var moved = arms
        moved[Programme.partner(0)] = "bonus"
        let other = await refusal(of: .conflict) {
            try await programme.operations.importTrial(trial(), page: page(flipping: 3), arms: moved, by: ada)
        }
        #expect(other.contains("a stored assignment never changes"))
        #expect(try await programme.store.read { try $0.latestSequence() } == 36)
    }

    @Test func aPilotOfOursTakesNoTrial() async throws {
        let programme = try await Programme()
        let refused = await refusal(of: .invalid) {
            try await programme.operations.importTrial(
                ApprovedPlan(plan: plan(), resolved: ""), page: page(), arms: arms, by: ada)
        }
        #expect(refused.contains("draws its own lots"))
    }

    @Test func anImportedTrialIsLookedAtOnceAndHasNoProof() async throws {
        let programme = try await Programme(partners: 0)
        _ = try await programme.operations.importTrial(trial(), page: page(), arms: arms, by: ada)
        let look = try #require(try await programme.recordDueLooks().first)
        #expect(look.isFinal && look.asOf == start + 7 && !look.health.isStale)
        #expect(look.arms.map(\.due) == [18, 18])
        #expect(try await programme.recordDueLooks().isEmpty)
        let proof = await refusal(of: .invalid) {
            try await programme.operations.assignmentProof(of: "trial")
        }
        #expect(proof.contains("there are no lots to verify"))
    }
}
