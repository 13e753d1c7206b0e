import Statistics
import Testing

/// For every mechanism: p is the share found by writing down all assignments, and under the hypothesis a test
/// at any level rejects no more often than that.
@Suite struct MechanismExactnessTests {
    private func pValue(
        _ mechanism: AssignmentMechanism, _ totals: [ClusterTotal], exactLimit: Double = 2e5
    ) throws -> RandomizationResult {
        try randomizationTests(
            metrics: [RandomizationMetric(totals: totals, statistic: .rateDifference)],
            mechanism: mechanism,
            options: RandomizationOptions(draws: 9999, seed: 5, exactLimit: exactLimit))[0].test
    }

    /// The partners of a design; a partly filled block has seven.
    private func partners(of design: SmallDesign) -> [ClusterTotal] {
        design.name == "a partly filled block" ? Array(eightPartners[..<7]) + [.empty] : eightPartners
    }

    @Test(arguments: SmallDesign.all.indices)
    func pIsTheShareOfAllAssignments(_ number: Int) throws {
        let design = SmallDesign.all[number]
        let totals = partners(of: design)
        let statistics = design.assignments.map { directRateStatistic(totals, $0.labels) }
        for (index, assignment) in design.assignments.enumerated() where assignment.probability > 0 {
            guard statistics[index].isFinite else { continue }
            let result = try pValue(assignment.mechanism, totals)
            let expected = zip(design.assignments, statistics).reduce(0.0) { sum, other in
                sum + (other.1 >= statistics[index] - 1e-9 ? other.0.probability : 0)
            }
            #expect(result.isExact, "\(design.name)")
            #expect(isClose(result.pValue, expected, within: 1e-9), "\(design.name) \(assignment.labels)")
            #expect(result.smallestAttainable <= result.pValue * (1 + 1e-9), "\(design.name)")
        }
    }

    @Test(arguments: SmallDesign.all.indices)
    func noLevelIsExceeded(_ number: Int) throws {
        let design = SmallDesign.all[number]
        let totals = partners(of: design)
        #expect(isClose(design.assignments.reduce(0) { $0 + $1.probability }, 1, within: 1e-12))
        var outcomes: [(p: Double, probability: Double)] = []
        for assignment in design.assignments where assignment.probability > 0 {
            // An assignment that cannot be tested never rejects.
            let p = (try? pValue(assignment.mechanism, totals).pValue) ?? 1
            outcomes.append((p, assignment.probability))
        }
        outcomes.sort { $0.p < $1.p }
        for level in Set(outcomes.map(\.p)) {
            let rejected = outcomes.filter { $0.p <= level * (1 + 1e-9) }.reduce(0) { $0 + $1.probability }
            #expect(rejected <= level * (1 + 1e-9), "\(design.name) at \(level)")
        }
    }

    @Test(arguments: SmallDesign.all.indices)
    func drawsApproachTheShare(_ number: Int) throws {
        let design = SmallDesign.all[number]
        let totals = partners(of: design)
        let usable = design.assignments.filter {
            $0.probability > 0 && directRateStatistic(totals, $0.labels).isFinite
        }
        for assignment in [usable[0], usable[usable.count / 2]] {
            let exact = try pValue(assignment.mechanism, totals)
            let drawn = try pValue(assignment.mechanism, totals, exactLimit: 0)
            #expect(!drawn.isExact && drawn.draws == 9999)
            // Five standard errors of a share from 9,999 draws.
            #expect(abs(drawn.pValue - exact.pValue) < 0.026, "\(design.name)")
        }
    }

    @Test("Trap 19: a permutation that ignores strata answers another question")
    func strataAreReplayed() throws {
        // Large differences between strata, small ones within: only the stratified replay sees the effect.
        let rates = [90, 92, 80, 81, 20, 22, 10, 11]
        let totals = rates.map { ClusterTotal(successes: $0, size: 100) }
        let labels = [1, 1, 0, 0, 1, 1, 0, 0]
        let stratified = try pValue(.stratified(labels: labels, strata: [0, 0, 0, 0, 1, 1, 1, 1]), totals)
        let ignoring = try pValue(.complete(labels: labels), totals)
        #expect(isClose(stratified.pValue, 2.0 / 36))
        #expect(ignoring.pValue > 0.5)
    }

    @Test("Trap 19: a permutation that ignores the acceptance rule answers another question")
    func theRejectionStepIsReplayed() throws {
        let design = try #require(SmallDesign.all.first { $0.name.hasPrefix("rerandomised") })
        let labels = design.assignments[0].labels
        let replayed = try pValue(design.assignments[0].mechanism, eightPartners)
        let ignoring = try pValue(.complete(labels: labels), eightPartners)
        #expect(replayed.assignmentCount == Double(design.assignments.count))
        #expect(ignoring.assignmentCount == 70 && replayed.assignmentCount < 70)
        #expect(replayed.pValue != ignoring.pValue)
    }

    @Test func anAssignmentTheMechanismCannotHaveProducedIsRefused() {
        let covariates = (0..<8).map { [Double($0)] }
        let blocks = [
            RandomizationBlock(labels: [1, 1, 1, 1, 0, 0, 0, 0], clusters: (0..<8).map { $0 })
        ]
        #expect(throws: EstimationError.self) {
            try pValue(
                .rerandomized(blocks, MahalanobisCriterion(covariates: covariates, threshold: 0.1)),
                eightPartners)
        }
        #expect(throws: EstimationError.self) {
            // A coin of 1 sends the second partner of a level to the other arm.
            try pValue(
                .minimization(
                    Minimization(
                        clusters: [0, 1, 2, 3], labels: [1, 1, 0, 0], levels: [[0], [0], [0], [0]],
                        factorWeights: [1], coin: 1)), eightPartners)
        }
        #expect(throws: EstimationError.self) {
            let constant = MahalanobisCriterion(
                covariates: covariates.map { $0 + [2 * $0[0]] }, threshold: 9)
            return try pValue(.rerandomized(blocks, constant), eightPartners)
        }
    }
}
