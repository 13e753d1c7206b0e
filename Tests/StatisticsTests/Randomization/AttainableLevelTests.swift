import Statistics
import Testing

@Suite struct AttainableLevelTests {
    @Test func threeAgainstThreeInTwoStrataCannotReachFivePercent() throws {
        let level = try attainableLevel(
            of: .stratified(labels: [1, 0, 0, 1, 1, 0], strata: [0, 0, 0, 1, 1, 1]))
        #expect(level.assignmentCount == 9 && level.isExact)
        #expect(isClose(level.smallestPValue, 1.0 / 9))
        #expect(!level.allows(alpha: 0.05) && level.allows(alpha: 0.12))
        #expect(
            level.statement(alpha: 0.05)
                == "the design has 9 possible assignments, so no p-value below 0.12 can occur; a test at 0.05 can "
                + "never reject: take more partners or fewer strata")
    }

    @Test func mirrorImagesDoubleATwoSidedPValue() throws {
        let pairs = AssignmentMechanism.matchedPairs((0..<5).map { (2 * $0, 2 * $0 + 1) })
        #expect(try isClose(attainableLevel(of: pairs).smallestPValue, 2.0 / 32))
        #expect(try isClose(attainableLevel(of: pairs, alternative: .greater).smallestPValue, 1.0 / 32))
        let lopsided = AssignmentMechanism.complete(labels: [1, 1, 0, 0, 0])
        #expect(try isClose(attainableLevel(of: lopsided).smallestPValue, 0.1))
    }

    @Test func randomDrawsBoundTheLevel() throws {
        let large = AssignmentMechanism.complete(labels: (0..<60).map { $0 % 2 })
        let level = try attainableLevel(of: large, draws: 999)
        #expect(!level.isExact && level.smallestPValue == 0.001)
    }

    @Test func rulesAndCoinsAreListed() throws {
        for design in SmallDesign.all {
            let possible = design.assignments.filter { $0.probability > 0 }
            let level = try attainableLevel(of: possible[0].mechanism)
            #expect(level.assignmentCount == Double(possible.count), "\(design.name)")
            #expect(level.isExact)
        }
        // The mirrored path of a coin is as likely as the path itself.
        let minimized = try #require(SmallDesign.all.first { $0.name == "minimised" })
        let rarest = minimized.assignments.map(\.probability).min() ?? 0
        let level = try attainableLevel(of: minimized.assignments[0].mechanism)
        #expect(isClose(level.smallestPValue, 2 * rarest, within: 1e-9))
    }

    @Test("Trap 18: a partner without customers keeps its place in the replay")
    func inactivePartnersStay() throws {
        let totals = Array(eightPartners[..<6]) + [.empty, .empty]
        let labels = [1, 0, 1, 0, 1, 0, 1, 0]
        let kept = try randomizationTests(
            metrics: [RandomizationMetric(totals: totals, statistic: .rateDifference)],
            mechanism: .complete(labels: labels), options: RandomizationOptions(seed: 1))[0]
        let dropped = try randomizationTests(
            metrics: [RandomizationMetric(totals: Array(totals[..<6]), statistic: .rateDifference)],
            mechanism: .complete(labels: Array(labels[..<6])), options: RandomizationOptions(seed: 1))[0]
        #expect(kept.test.assignmentCount == 70 && dropped.test.assignmentCount == 20)
        #expect(isClose(kept.test.statistic, dropped.test.statistic, within: 1e-9))
        #expect(kept.test.pValue != dropped.test.pValue)
        #expect(kept.treatment.raw == 3)
    }

    @Test("Trap 17: rows after a switch of arms stay with the arm that was assigned")
    func aSwitchDoesNotMoveAPartner() throws {
        // Partner 1 was assigned control and is treated from the second batch on, where it renews everything.
        var totals = PartnerTotals(arms: [0, 0, 1, 1], columns: [.indicator])
        try totals.add(partner: [0, 0, 1, 1, 2, 2, 3, 3], values: [[1, 0, 0, 1, 1, 1, 0, 1]])
        var later = PartnerTotals(arms: [0, 0, 1, 1], columns: [.indicator])
        try later.add(partner: [1, 1, 1, 1, 1, 1], values: [[1, 1, 1, 1, 1, 1]])
        try totals.merge(later)
        let assigned = totals.clusterTotals(ofArm: 0, numerator: 0)
        #expect(assigned == [.init(successes: 1, size: 2), .init(successes: 7, size: 8)])
        #expect(totals.clusterTotals(ofArm: 1, numerator: 0).map(\.count) == [2, 2])
        let result = try rateDifference(
            control: assigned, treatment: totals.clusterTotals(ofArm: 1, numerator: 0))
        #expect(isClose(result.difference, 0.75 - 0.8))
        // By the arm it was in, the very same rows would show the opposite: 9 of 10 against 2 of 4.
        #expect(result.difference < 0)
    }

    @Test("Trap 17: merged partners are one unit, and nobody is assigned twice")
    func mergedPartnersAreOneUnit() throws {
        // Partners 0 and 1, merged before assignment, share one position and one line of totals.
        let merged = [eightPartners[0] + eightPartners[1]] + eightPartners[2...]
        let result = try randomizationTests(
            metrics: [RandomizationMetric(totals: merged, statistic: .rateDifference)],
            mechanism: .complete(labels: [1, 0, 1, 0, 1, 0, 0]), options: RandomizationOptions(seed: 1))[0]
        #expect(result.test.assignmentCount == 35 && result.treatment.raw == 3)
        // As two units the merged partner would count its luck twice.
        let control = Array(eightPartners[4...])
        let halves = try rateDifference(
            control: control,
            treatment: [.init(successes: 20, size: 25), .init(successes: 20, size: 25)]
                + eightPartners[1...2])
        let whole = try rateDifference(
            control: control, treatment: [.init(successes: 40, size: 50)] + eightPartners[1...2])
        #expect(halves.difference == whole.difference)
        #expect(whole.treatment.clusterCount == 3 && halves.treatment.clusterCount == 4)
        #expect((whole.estimate?.degreesOfFreedom ?? 9) < (halves.estimate?.degreesOfFreedom ?? 0))
        #expect(throws: EstimationError.inconsistentBlocks(reason: "partner 0 stands in two positions")) {
            try randomizationTests(
                metrics: [RandomizationMetric(totals: eightPartners, statistic: .rateDifference)],
                mechanism: .permutedBlocks([
                    RandomizationBlock(labels: [1, 0], clusters: [0, 1]),
                    RandomizationBlock(labels: [1, 0], clusters: [2, 0]),
                ]), options: RandomizationOptions(seed: 1))
        }
    }
}
