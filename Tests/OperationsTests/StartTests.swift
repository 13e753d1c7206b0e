import GRDB
import Model
import Randomization
import Testing

@testable import Operations
@testable import Storage

@Suite struct StartTests {
    @Test func aStartFreezesThePlanAndAssignsEverybody() async throws {
        let programme = try await Programme()
        let plan = try plan()
        let started = try await programme.operations.start(plan)
        let pilot = try await programme.operations.pilot("spiff")
        #expect(pilot == started)
        #expect(pilot.plan == plan)
        #expect(try pilot.planHash == plan.contentHash())
        #expect(pilot.state == .running)
        let assignments = try await programme.assignments()
        #expect(Set(assignments.map(\.partner)) == Set((0..<24).map(Programme.partner)))
        #expect(assignments.count { $0.variant == "bonus" } == 12)
        #expect(assignments.allSatisfy { $0.assignedOn == start })
        let promises = try await programme.promises()
        #expect(promises.count == 24)
        #expect(promises.allSatisfy { $0.from == start && $0.until == start + 55 })
        #expect(
            try await programme.journal() == [
                .storeCreated, .pilotStarted, .partnersAssigned, .promisesGranted,
            ])
        #expect(try await programme.messages(.pilotStarted).count == 1)
    }

    @Test func aStartThatFailsHalfWayLeavesNothing() async throws {
        let programme = try await Programme()
        try await programme.store.write {
            try $0.db.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no space'); END
                    """)
        }
        await #expect(throws: StoreError.self) { try await programme.operations.start(plan()) }
        #expect(try await programme.operations.pilots().isEmpty)
        #expect(try await programme.assignments().isEmpty)
        #expect(try await programme.promises().isEmpty)
        #expect(try await programme.journal() == [.storeCreated])
        try await programme.store.write { try $0.db.execute(sql: "DROP TRIGGER full") }
        try await programme.operations.start(plan())
        #expect(try await programme.assignments().count == 24)
    }

    @Test func aStartedPlanIsNeverEdited() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let again = await refusal(of: .conflict) { try await programme.operations.start(plan()) }
        #expect(again.contains("already started") && again.contains("this very plan"))
        let edited = await refusal(of: .conflict) {
            try await programme.operations.start(plan(title: "Edited"))
        }
        #expect(edited.contains("a started plan never changes"))
        #expect(try await programme.operations.pilot("spiff").plan == plan())
    }

    @Test func aStartThatCannotBeEvaluatedIsRefused() async throws {
        let programme = try await Programme(partners: 3)
        let few = await refusal(of: .invalid) { try await programme.operations.start(plan()) }
        #expect(few.contains("every variant needs at least two partners"))
        try await programme.addPartners(3..<12)
        let looks = await refusal(of: .invalid) {
            try await programme.operations.start(plan(lookEveryWeeks: 6))
        }
        #expect(looks.contains("at most 3 looks") && looks.contains("'lookEveryWeeks' to 9"))
        let past = await refusal(of: .invalid) {
            try await programme.operations.start(plan(starts: start - 1))
        }
        #expect(past.contains("2026-01-04, which is past"))
        let external = await refusal(of: .invalid) {
            try await programme.operations.start(plan(design: .external))
        }
        #expect(external.contains("assigned outside Fairway"))
        #expect(try await programme.journal() == [.storeCreated])
        try await programme.operations.start(plan(lookEveryWeeks: 9))
    }

    @Test func aFieldThatNoPartnerHasIsRefusedWithTheNearestName() async throws {
        let programme = try await Programme()
        let stratum = await refusal(of: .invalid) {
            try await programme.operations.start(plan(strata: ["size", "regoin"]))
        }
        #expect(
            stratum.contains("'regoin' under 'design.strata'") && stratum.contains("did you mean 'region'?"))
        let population = await refusal(of: .invalid) {
            try await programme.operations.start(plan(population: ["tier": ["gold"]]))
        }
        #expect(population.contains("'tier' under 'population'") && population.contains("has 'region'"))
        try await programme.operations.start(plan(strata: ["size", "region"]))
    }

    @Test func partnersOfAnotherPilotAreNamedAsWhatIsMissing() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let message = await refusal(of: .invalid) { try await programme.operations.start(plan("second")) }
        #expect(message.contains("pilot 'spiff' holds 24 of them to 2026-07-06"))
        #expect(!message.contains("sync the roster"))
    }

    @Test func aPilotInWhichNothingFallsDueIsRefused() async throws {
        let programme = try await Programme()
        let late = try plan(starts: start + 60)
        let message = await refusal(of: .invalid) { try await programme.operations.start(late) }
        #expect(message.contains("could measure nothing") && message.contains("2026-03-06"))
        #expect(try await programme.journal() == [.storeCreated])
    }

    @Test func seedsComeFromOutsideOnlyInAPracticeStore() async throws {
        let seed = try #require(Seed(hex: fixedSeed))
        let real = try await Programme()
        let refused = await refusal(of: .invalid) { try await real.operations.start(plan(), seed: seed) }
        #expect(refused.contains("only in a practice store"))
        let practice = try await Programme(isPractice: true)
        #expect(try await practice.operations.start(plan(), seed: seed).seed == seed)
        let twin = try await Programme(isPractice: true)
        try await twin.operations.start(plan(), seed: seed)
        #expect(try await twin.assignments() == practice.assignments(), "the same lots")
        let reused = await refusal(of: .conflict) {
            try await practice.operations.start(
                plan("second", layer: "other", component: .commission), seed: seed)
        }
        #expect(reused.contains("'spiff'") && reused.contains("a seed of its own"))
    }

    @Test func everyPilotDrawsASeedOfItsOwn() async throws {
        let programme = try await Programme()
        let first = try await programme.operations.start(plan())
        let second = try await programme.operations.start(
            plan("second", layer: "deals", component: .commission))
        #expect(first.seed != second.seed)
    }
}

@Suite struct LayerTests {
    @Test func aLayerOwnsItsComponentsWhileItsPilotsRun() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let taken = await refusal(of: .conflict) {
            try await programme.operations.start(plan("second", layer: "deals"))
        }
        #expect(taken.contains("'renewalBonus'") && taken.contains("layer 'renewals' owns"))
        try await programme.operations.start(plan("third", layer: "deals", component: .commission))
        #expect(try await programme.assignments(of: "third").count == 24, "another layer shares partners")
    }

    @Test func aPartnerIsInOnePilotALayer() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan(population: ["region": ["emea"]]))
        try await programme.operations.start(plan("second"))
        let (first, second) = (
            try await programme.assignments(), try await programme.assignments(of: "second")
        )
        #expect(first.count == 12 && second.count == 12)
        #expect(Set(first.map(\.partner)).isDisjoint(with: second.map(\.partner)))
    }

    @Test func aConcludedPilotKeepsItsPartnersUntilItsTermsEnd() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan(weeks: 6, lookEveryWeeks: 6))
        try await programme.store.write { try $0.setState(.concluded, of: "spiff") }
        programme.moveClock(to: start + 20)
        let tooEarly = await refusal(of: .invalid) {
            try await programme.operations.start(plan("second", starts: start + 41))
        }
        #expect(tooEarly.contains("0 in 'control'"))
        try await programme.operations.start(plan("second", starts: start + 42))
        #expect(try await programme.assignments(of: "second").count == 24)
    }

    @Test func theHoldoutIsKeptByEveryPilotOfTheLayer() async throws {
        let programme = try await Programme(partners: 60)
        try await programme.operations.start(plan(population: ["region": ["emea"]], holdout: percent(30)))
        try await programme.operations.start(plan("second", holdout: percent(30)))
        let proofs = [
            try await programme.operations.assignmentProof(of: "spiff"),
            try await programme.operations.assignmentProof(of: "second"),
        ]
        #expect(proofs[0].holdoutSeed == proofs[1].holdoutSeed)
        let assigned = Set(proofs.flatMap(\.assignments).map(\.partner))
        let everybody = Set((0..<60).map(Programme.partner))
        let heldOut = everybody.subtracting(assigned)
        #expect((8...28).contains(heldOut.count), "30 % of 60, give or take 2.8 standard deviations")
        for partner in heldOut {
            #expect(isHeldOut(partner, layer: "renewals", share: percent(30), seed: proofs[0].holdoutSeed))
        }
        let other = await refusal(of: .conflict) {
            try await programme.operations.start(plan("third", holdout: percent(20)))
        }
        #expect(other.contains("30 %") && other.contains("20 %"))
    }
}
