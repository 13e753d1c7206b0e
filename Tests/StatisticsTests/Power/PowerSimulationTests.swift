import Foundation
import Testing

@testable import Statistics

@Suite struct PowerSimulationTests {
    private func halves(_ partners: Int) -> AssignmentDraw {
        let block = RandomizationBlock(
            labels: (0..<partners).map { $0 < partners / 2 }, clusters: (0..<partners).map { $0 })
        return permutedAssignment(blocks: [block], partnerCount: partners)
    }

    private func simulation(
        sizes: [Int], rate: Double = 0.7, correlation: Double = 0.05, effects: [Double],
        test: PlannedTest = PlannedTest(), seed: UInt64 = 11
    ) throws -> PowerSimulation {
        try PowerSimulation(
            sizes: sizes, rates: [Double](repeating: rate, count: sizes.count),
            intraclassCorrelation: correlation, effects: effects, test: test, seed: seed,
            assignment: halves(sizes.count))
    }

    @Test func agreesWithTheFormulaWhenPartnersAreEqual() throws {
        let runs = 3000
        let effects = [0, 0.08, 0.12]
        let design = ClusterDesign(
            controlPartners: 20, treatmentPartners: 20, meanSize: 50, sizeVariation: 0,
            intraclassCorrelation: 0.05, outcome: .rate(control: 0.7))
        let simulation = try simulation(sizes: [Int](repeating: 50, count: 40), effects: effects)
        for tally in simulation.tallies(replicates: 0..<runs) {
            let formula = try design.power(effect: tally.effect, test: PlannedTest())
            let power = try #require(tally.power)
            // Three Monte-Carlo errors, and a point for the t approximation of binary outcomes.
            let allowed = try 3 * #require(tally.monteCarloError) + 0.01
            #expect(abs(power - formula) < allowed, "\(tally.effect): \(power), formula \(formula)")
            #expect(tally.undefined == 0)
        }
    }

    @Test func blocksOfReplicatesAddUpToTheWhole() throws {
        let simulation = try simulation(
            sizes: HeavyTailedRoster.sizes(partners: 24), effects: [-0.05, 0, 0.05, 0.1])
        let whole = simulation.tallies(replicates: 0..<300)
        let parts = [200..<300, 0..<1, 1..<200].map { simulation.tallies(replicates: $0) }
        let sum = parts.dropFirst().reduce(parts[0]) { zip($0, $1).map { $0 + $1 } }
        #expect(sum == whole)
        #expect(simulation.tallies(replicates: 0..<300) == whole)
        #expect(
            try self.simulation(
                sizes: HeavyTailedRoster.sizes(partners: 24), effects: [-0.05, 0, 0.05, 0.1], seed: 12
            ).tallies(replicates: 0..<300) != whole)
    }

    @Test func commonRandomNumbersMakePowerRiseWithTheEffect() throws {
        let effects = stride(from: 0.0, through: 0.2, by: 0.02).map { $0 }
        let simulation = try simulation(
            sizes: HeavyTailedRoster.sizes(partners: 40), effects: effects,
            test: PlannedTest(claim: .superiority(.greater)))
        let powers = simulation.tallies(replicates: 0..<400).map { $0.rejections }
        #expect(zip(powers, powers.dropFirst()).allSatisfy { $0 <= $1 + 8 })
        let tallies = simulation.tallies(replicates: 0..<400)
        let detectable = try #require(minimumDetectableEffect(simulated: tallies, power: 0.5))
        #expect((0.02...0.2).contains(detectable))
        #expect(minimumDetectableEffect(simulated: tallies, power: 0.999_9) == nil)
    }

    @Test func decidesAsTheEstimatorDoes() throws {
        var random = SeededGenerator(seed: 5)
        for test in [PlannedTest(), PlannedTest(claim: .nonInferiority(margin: 0.02, higherIsBetter: true))] {
            let decision = SimulatedDecision(test: test)
            var rejections = 0
            for _ in 0..<300 {
                let totals = (0..<16).map { index in
                    let size = Int.random(in: 1...(index.isMultiple(of: 5) ? 120 : 20), using: &random)
                    let rate = Double.random(in: index < 8 ? 0.2...0.7 : 0.5...1, using: &random)
                    let successes = (0..<size).count { _ in Double.random(in: 0..<1, using: &random) < rate }
                    return ClusterTotal(successes: successes, size: size)
                }
                let arms = (control: Array(totals[..<8]), treatment: Array(totals[8...]))
                func simulated(_ totals: [ClusterTotal]) -> SimulatedArm {
                    var arm = SimulatedArm(
                        total: totals.reduce(0) { $0 + $1.denominator }, center: 0.6)
                    for total in totals { arm.add(total.numerator, size: total.denominator) }
                    return arm
                }
                let outcome = decision.outcome(
                    control: simulated(arms.control), treatment: simulated(arms.treatment)
                ) { [arms.control, arms.treatment].map { $0.map(\.denominator) } }
                var estimate = try #require(
                    rateDifference(control: arms.control, treatment: arms.treatment).estimate)
                estimate.value -= test.boundaryEffect
                #expect(outcome == (estimate.pValue(alternative: test.alternative) <= test.alpha))
                rejections += outcome == true ? 1 : 0
            }
            #expect((20...290).contains(rejections))
        }
    }

    @Test func countsAreBetaBinomial() {
        // SciPy 1.17.1: betabinom.cdf([0, 3, 7], 12, 0.7·19, 0.3·19); correlation 1/20.
        var tables = BetaBinomialTables(correlation: 0.05)
        let table = tables.table(size: 12, mean: 0.7)
        let draws = 200_000
        var counts = [Int](repeating: 0, count: 13)
        for draw in 0..<draws {
            counts[tables.count(table: table, (Double(draw) + 0.5) / Double(draws))] += 1
        }
        for (k, expected) in [(0, 5.028_514_44e-5), (3, 0.011_290_630_5), (7, 0.308_795_273)] {
            let share = Double(counts[...k].reduce(0, +)) / Double(draws)
            #expect(abs(share - expected) <= 1 / Double(draws))
        }
        #expect(tables.table(size: 12, mean: 0.7) == table)
        let (nobody, everybody) = (tables.table(size: 4, mean: 0), tables.table(size: 4, mean: 1))
        #expect(tables.count(table: nobody, 0.999) == 0)
        #expect(tables.count(table: everybody, 0) == 4)
        var independent = BetaBinomialTables(correlation: 0)
        let five = independent.table(size: 5, mean: 0.4)
        let atMostTwo = Binomial(trials: 5, probability: 0.4).cdf(2)
        #expect(independent.count(table: five, atMostTwo - 1e-9) == 2)
        #expect(independent.count(table: five, atMostTwo + 1e-9) == 3)
    }

    @Test func aHarmlessTreatmentRarelyProvesThreePointsWithFortyHeavyTailedPartners() throws {
        let simulation = try simulation(
            sizes: HeavyTailedRoster.sizes(partners: 40), rate: 0.75, correlation: 0.03,
            effects: [-0.03, 0],
            test: PlannedTest(claim: .nonInferiority(margin: 0.03, higherIsBetter: true)))
        let tallies = simulation.tallies(replicates: 0..<1000)
        #expect(try #require(tallies[0].power) < 0.09)
        #expect(try #require(tallies[1].power) < 0.35)
    }

    @Test func aMechanismThatTreatsOnePartnerTestsNothing() throws {
        let oneTreated = RandomizationBlock(labels: [true, false, false, false], clusters: [0, 1, 2, 3])
        let simulation = try PowerSimulation(
            sizes: [10, 10, 10, 10], rates: [0.5, 0.5, 0.5, 0.5], intraclassCorrelation: 0,
            effects: [0.3], test: PlannedTest(), seed: 1,
            assignment: permutedAssignment(blocks: [oneTreated], partnerCount: 4))
        let tally = simulation.tallies(replicates: 0..<50)[0]
        #expect(tally.undefined == 50)
        #expect(tally.power == 0)
    }

    @Test func effectsKeepRatesInRangeOrAreRefused() throws {
        #expect(throws: EstimationError.self) {
            try simulation(sizes: [10, 10, 10, 10], rate: 0.9, effects: [0.2])
        }
        #expect(throws: EstimationError.self) {
            try simulation(sizes: [10, 10], rate: 1.2, effects: [0])
        }
        #expect(throws: EstimationError.self) {
            try simulation(sizes: [10, 10], correlation: 1, effects: [0])
        }
    }
}
