import Model
import Randomization
import Testing

@testable import Operations

@Suite struct EnrolmentTests {
    @Test func aLateJoinerIsAssignedAndNobodyMoves() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let before = try await programme.assignments()
        programme.moveClock(to: start + 10)
        try await programme.addPartners(24..<30)
        try await programme.keepPilotsCurrent()
        let after = try await programme.assignments()
        #expect(after.filter { $0.assignedOn == start } == before)
        let late = after.filter { $0.assignedOn == start + 10 }
        #expect(Set(late.map(\.partner)) == Set((24..<30).map(Programme.partner)))
        #expect(late.map(\.block).sorted() == [6, 6, 6, 6, 7, 7], "24 partners fill blocks 0 to 5")
        #expect(late.count { $0.block == 6 && $0.variant == "bonus" } == 2)
        let promises = try await programme.promises().filter { promise in
            late.contains { $0.partner == promise.partner }
        }
        #expect(promises.allSatisfy { $0.from == start + 10 } && promises.count == 6)
        try await programme.keepPilotsCurrent()
        #expect(try await programme.assignments() == after, "running it again changes nothing")
    }

    @Test func nobodyJoinsAfterTheEnrolmentEnds() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        try await programme.addPartners(24..<26)
        programme.moveClock(to: start + 29)
        try await programme.keepPilotsCurrent()
        #expect(try await programme.assignments().count == 24)
    }

    @Test func promisesAreRenewedTheDayAfterTheyEnd() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        programme.moveClock(to: start + 55)
        try await programme.keepPilotsCurrent()
        #expect(try await programme.promises().count == 24)
        programme.moveClock(to: start + 56)
        try await programme.keepPilotsCurrent()
        let renewed = try await programme.promises().filter { $0.from > start }
        #expect(
            renewed.count == 24 && renewed.allSatisfy { $0.from == start + 56 && $0.until == start + 111 })
    }

    @Test(arguments: [[0, 0], [0, 3], [3, 3], [3, 7]])
    func theProofHoldsForEveryDrawOfTheDay(days: [Int]) async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        for (draw, days) in days.enumerated() {
            programme.moveClock(to: start + days)
            // Ids that sort before those of the draws before.
            try await programme.addPartners((90 - 3 * draw)..<(93 - 3 * draw))
            try await programme.keepPilotsCurrent()
        }
        let proof = try await programme.operations.assignmentProof(of: "spiff")
        #expect(proof.batches.map(\.entries.count) == [24, 3, 3])
        #expect(try proof.verify() == [])
    }

    @Test func anAlteredAssignmentFailsTheProof() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let proof = try await programme.operations.assignmentProof(of: "spiff")
        #expect(try proof.verify() == [])
        for index in proof.assignments.indices {
            var altered = proof
            altered.assignments[index].variant =
                proof.assignments[index].variant == "bonus" ? Variant.control : "bonus"
            let found = try altered.verify()
            #expect(found.count == 1)
            #expect(found.first?.contains("'\(proof.assignments[index].partner)'") == true)
        }
    }
}
