import Testing

@testable import Statistics

/// One block with everybody in it.
private func completeBlock(_ treated: [Bool]) -> [RandomizationBlock] {
    [RandomizationBlock(labels: treated, clusters: treated.indices.map { $0 })]
}

@Suite struct RandomizationTestTests {
    private let totals = [(9, 10), (45, 60), (3, 4), (7, 9), (30, 60), (1, 8), (5, 5), (11, 20)]
        .map { ClusterTotal(successes: $0.0, size: $0.1) }
    private let treated = [true, false, true, false, true, false, true, false]

    /// |R₁ − R₀| / √V from first principles.
    private func directStatistic(_ treated: [Bool], totals: [ClusterTotal]? = nil) -> Double {
        let totals = totals ?? self.totals
        func arm(_ wanted: Bool) -> (rate: Double, variance: Double) {
            let members = zip(totals, treated).filter { $1 == wanted }.map(\.0)
            let size = members.reduce(0) { $0 + $1.denominator }
            let rate = members.reduce(0) { $0 + $1.numerator } / size
            let m = Double(members.count { $0.denominator > 0 || $0.numerator != 0 })
            let squares = members.reduce(0) { sum, total in
                let residual = total.numerator - rate * total.denominator
                return sum + residual * residual
            }
            return (rate, m / (m - 1) * squares / (size * size))
        }
        return abs(arm(true).rate - arm(false).rate) / (arm(true).variance + arm(false).variance).squareRoot()
    }

    @Test func theStudentisedRateDifferenceMatchesDirectEnumeration() throws {
        let result = try randomizationTest(
            totals: totals, blocks: completeBlock(treated), statistic: .rateDifference, seed: 1)
        let observed = directStatistic(treated)
        var extreme = 0
        var assignments = 0
        for pattern in 0..<256 where pattern.nonzeroBitCount == 4 {
            assignments += 1
            let labels = (0..<8).map { pattern >> $0 & 1 == 1 }
            if directStatistic(labels) >= observed - 1e-9 { extreme += 1 }
        }
        #expect(result.draws == assignments)
        #expect(isClose(result.statistic.map(abs), observed))
        #expect(isClose(result.pValue, Double(extreme) / Double(assignments)))
    }

    @Test func randomDrawsApproachTheExactAnswer() throws {
        for statistic in [RandomizationStatistic.rateDifference, .partnerAverage, .sum] {
            let exact = try randomizationTest(
                totals: totals, blocks: completeBlock(treated), statistic: statistic, seed: 3)
            let drawn = try randomizationTest(
                totals: totals, blocks: completeBlock(treated), statistic: statistic, draws: 4999, seed: 3,
                exactLimit: 0)
            #expect(!drawn.isExact && drawn.draws == 4999)
            // Five standard errors of a share from 4,999 draws.
            #expect(abs(drawn.pValue - exact.pValue) < 0.036, "\(statistic)")
        }
    }

    @Test func drawsDependOnTheSeedAlone() throws {
        func p(_ seed: UInt64) throws -> Double {
            try randomizationTest(
                totals: totals, blocks: completeBlock(treated), statistic: .rateDifference, draws: 499,
                seed: seed, exactLimit: 0
            ).pValue
        }
        #expect(try p(7) == p(7))
        #expect(try Set((0..<8).map(p)).count > 1)
    }

    @Test func emptyPositionsTakePartInTheReplay() throws {
        // Labels T C T C over three partners and nobody: of the six orders, two treat the pair {0, 2}, and so
        // on.
        let four = Array(totals[0..<4]) + [totals[5]]
        let blocks = [
            RandomizationBlock(labels: [true, false, true, false], clusters: [0, 1, 2, nil]),
            RandomizationBlock(labels: [false, true], clusters: [3, 4]),
        ]
        let result = try randomizationTest(totals: four, blocks: blocks, statistic: .partnerAverage, seed: 1)
        #expect(result.assignmentCount == 12)
        #expect(result.draws == 12)
        #expect(isClose(result.smallestAttainable, 2.0 / 12))
        #expect(isClose((result.pValue * 12).rounded(), result.pValue * 12, within: 1e-9))
        let drawn = try randomizationTest(
            totals: four, blocks: blocks, statistic: .partnerAverage, draws: 9999, seed: 1, exactLimit: 0)
        #expect(abs(drawn.pValue - result.pValue) < 0.025)
    }

    @Test func partnersWithoutCustomersKeepTheirPositionAndWeighNothing() throws {
        let blocks = [
            RandomizationBlock(
                labels: treated + [true, false], clusters: (0..<8).map { $0 } + [8, 9])
        ]
        let nobody = [
            RandomizationBlock(labels: treated + [true, false], clusters: (0..<8).map { $0 } + [nil, nil])
        ]
        let idle = try randomizationTest(
            totals: totals + [.empty, .empty], blocks: blocks, statistic: .rateDifference, seed: 1)
        let absent = try randomizationTest(
            totals: totals, blocks: nobody, statistic: .rateDifference, seed: 1)
        #expect(idle.pValue == absent.pValue)
        #expect(idle.statistic == absent.statistic)
    }

    @Test("a partner with a numerator and no denominator stays in the pooled ratio, under every assignment")
    func aNumeratorAloneIsKept() throws {
        var totals = totals
        totals[2] = ClusterTotal(count: 4, numerator: 13, denominator: 0, sumOfSquares: 60)
        let metric = RandomizationMetric(
            totals: totals, statistic: .rateDifference, estimand: .revenueWeighted)
        let inference = try randomizationTests(
            metrics: [metric], mechanism: .complete(labels: treated.map { $0 ? 1 : 0 }),
            options: RandomizationOptions(draws: 99, seed: 1))[0]
        func arm(_ wanted: Bool) -> [ClusterTotal] { zip(totals, treated).filter { $1 == wanted }.map(\.0) }
        let pooled = try compareRatios(
            control: arm(false), treatment: arm(true), estimand: .revenueWeighted, variance: .firstOrder)
        #expect(isClose(inference.difference, pooled.difference))
        #expect(inference.treatment.raw == 3 && inference.control.raw == 4)
        let observed = directStatistic(treated, totals: totals)
        #expect(isClose(abs(try #require(inference.test.statistic)), observed, within: 1e-9))
        let patterns = (0..<256).filter { $0.nonzeroBitCount == 4 }
        let extreme = patterns.count { pattern in
            directStatistic((0..<8).map { pattern >> $0 & 1 == 1 }, totals: totals) >= observed - 1e-9
        }
        #expect(isClose(inference.test.pValue, Double(extreme) / Double(patterns.count)))
        let left = try leaveOnePartnerOut(control: arm(false), treatment: arm(true))
        #expect(left.contains { $0.arm == .treatment && $0.cluster == 1 })
    }

    @Test func swappingLabelsKeepsTheTwoSidedPValue() throws {
        let forward = try randomizationTest(
            totals: totals, blocks: completeBlock(treated), statistic: .rateDifference, seed: 1)
        let backward = try randomizationTest(
            totals: totals, blocks: completeBlock(treated.map { !$0 }), statistic: .rateDifference, seed: 1)
        #expect(isClose(forward.pValue, backward.pValue))
        #expect(isClose(forward.statistic, backward.statistic.map { -$0 }))
    }

    @Test func completeSeparationReachesTheSmallestPValue() throws {
        let separated = [(5, 5), (9, 9), (4, 4), (0, 6), (0, 8), (0, 3)].map {
            ClusterTotal(successes: $0.0, size: $0.1)
        }
        let blocks = completeBlock([true, true, true, false, false, false])
        for statistic in [RandomizationStatistic.rateDifference, .partnerAverage] {
            let result = try randomizationTest(
                totals: separated, blocks: blocks, statistic: statistic, seed: 1)
            #expect(isClose(result.pValue, 0.1), "\(statistic)")
            #expect(isClose(result.smallestAttainable, 0.1))
            // The t is infinite: no number stands for it.
            #expect(result.statistic == nil)
        }
    }

    @Test func moneyMayBeCountedInAnyUnit() throws {
        func scaled(_ unit: Double) throws -> RandomizationResult {
            try randomizationTest(
                totals: totals.map {
                    ClusterTotal(
                        count: $0.count, numerator: $0.numerator * unit, denominator: $0.denominator * unit,
                        sumOfSquares: $0.sumOfSquares * unit * unit)
                }, blocks: completeBlock(treated), statistic: .rateDifference, seed: 1)
        }
        #expect(try isClose(scaled(1).statistic, scaled(1e9).statistic))
        #expect(try scaled(1).pValue == scaled(1e9).pValue)
    }

    @Test func aHugeDesignStillHasAFiniteAssignmentCount() throws {
        let many = (0..<2400).map { ClusterTotal(successes: $0 % 7, size: 7) }
        let result = try randomizationTest(
            totals: many, blocks: completeBlock(many.indices.map { $0 % 2 == 0 }), statistic: .rateDifference,
            draws: 19, seed: 1)
        #expect(result.assignmentCount.isFinite)
        #expect(isClose(result.smallestAttainable, 0.05))
    }

    @Test func refusesWhatCannotBeTested() {
        #expect(throws: EstimationError.tooFewClusters(arm: .treatment, found: 1, required: 2)) {
            try randomizationTest(
                totals: Array(totals[0..<4]), blocks: completeBlock([true, false, false, false]),
                statistic: .rateDifference, seed: 1)
        }
        let equal = [(1, 3), (2, 6), (10, 30), (4, 12)].map { ClusterTotal(successes: $0.0, size: $0.1) }
        #expect(throws: EstimationError.noVariation) {
            try randomizationTest(
                totals: equal, blocks: completeBlock([true, false, true, false]), statistic: .rateDifference,
                seed: 1)
        }
        #expect(throws: EstimationError.self) {
            try randomizationTest(
                totals: totals, blocks: [RandomizationBlock(labels: [true], clusters: [0, 1])],
                statistic: .sum, seed: 1)
        }
        #expect(throws: EstimationError.inconsistentBlocks(reason: "partner 0 stands in two positions")) {
            try randomizationTest(
                totals: totals, blocks: [RandomizationBlock(labels: [true, false], clusters: [0, 0])],
                statistic: .sum, seed: 1)
        }
        #expect(
            throws: EstimationError.inconsistentBlocks(reason: "block 1 names partner 9, expected 0 to 7")
        ) {
            try randomizationTest(
                totals: totals, blocks: [RandomizationBlock(labels: [true, false], clusters: [0, 9])],
                statistic: .sum, seed: 1)
        }
    }

    @Test func boundedDrawsAreUniform() {
        var random = ResamplingGenerator(seed: 11, draw: 0)
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[random.below(6)] += 1 }
        // Five standard deviations of a count of 10,000 are about 460.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 460 })
    }
}
