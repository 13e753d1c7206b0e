import Testing

@testable import Statistics

@Suite struct RandomizationDrawsTests {
    /// Three hundred partners in blocks of four and two large strata, with a partly filled block.
    private static let mechanism: AssignmentMechanism = {
        var blocks: [RandomizationBlock] = (0..<30).map { block in
            RandomizationBlock(
                labels: block % 2 == 0 ? [0, 1, 0, 1] : [1, 1, 0, 0],
                clusters: (0..<4).map { 4 * block + $0 < 118 ? 4 * block + $0 : nil })
        }
        blocks.append(
            RandomizationBlock(labels: (118..<200).map { $0 % 2 }, clusters: (118..<200).map { $0 }))
        blocks.append(
            RandomizationBlock(
                labels: (200..<300).map { $0 % 10 == 0 ? 1 : 0 }, clusters: (200..<300).map { $0 }))
        return .permutedBlocks(blocks)
    }()

    private static let metrics: [RandomizationMetric] = {
        let totals = (0..<300).map { partner in
            ClusterTotal(successes: (partner * 7919) % 23, size: 23 + partner % 17)
        }
        let scores = (0..<300).map { partner in
            ClusterTotal(
                count: 1, numerator: Double((partner * 104_729) % 101) - 50, denominator: 1,
                sumOfSquares: 0)
        }
        return [
            RandomizationMetric(totals: totals, statistic: .rateDifference),
            RandomizationMetric(totals: totals, statistic: .partnerAverage),
            RandomizationMetric(totals: scores, statistic: .sum),
        ]
    }()

    @Test func severalTasksGiveTheSameBits() async throws {
        let options = RandomizationOptions(draws: 2999, seed: 12, confidenceLevel: 0.95)
        let serial = try randomizationTests(
            metrics: Self.metrics, mechanism: Self.mechanism, options: options)
        for concurrency in 1...3 {
            let parallel = try await randomizationTests(
                metrics: Self.metrics, mechanism: Self.mechanism, options: options,
                concurrency: concurrency)
            #expect(parallel == serial)
        }
        #expect(serial.allSatisfy { $0.test.draws == 2999 && $0.interval?.upper.isFinite == true })
    }

    @Test func severalTasksAgreeUnderAnAcceptanceRuleAndAnEarlyStop() async throws {
        let covariates = (0..<40).map { [Double($0 * 13 % 40), Double($0 * $0 % 11)] }
        let labels = (0..<40).map { ($0 / 2 + $0) % 2 }
        let mechanism = AssignmentMechanism.rerandomized(
            [RandomizationBlock(labels: labels, clusters: (0..<40).map { $0 })],
            MahalanobisCriterion(
                covariates: covariates, threshold: max(0.5, mahalanobisDistance(covariates, labels))))
        let totals = (0..<40).map { ClusterTotal(successes: $0 * 5 % 12, size: 12 + $0 % 5) }
        for stoppingCount in [nil, 50] {
            let options = RandomizationOptions(draws: 1999, seed: 4, stoppingCount: stoppingCount)
            let metric = RandomizationMetric(totals: totals, statistic: .rateDifference)
            let serial = try randomizationTests(
                metrics: [metric], mechanism: mechanism, options: options)
            let parallel = try await randomizationTests(
                metrics: [metric], mechanism: mechanism, options: options, concurrency: 2)
            #expect(serial == parallel)
            #expect(stoppingCount != nil || serial[0].test.draws == 1999)
        }
    }

    @Test func metricsTogetherAreMetricsAlone() throws {
        let options = RandomizationOptions(draws: 999, seed: 3)
        let together = try randomizationTests(
            metrics: Self.metrics, mechanism: Self.mechanism, options: options)
        for (metric, result) in zip(Self.metrics, together) {
            let alone = try randomizationTests(
                metrics: [metric], mechanism: Self.mechanism, options: options)[0]
            #expect(alone.test == result.test)
        }
    }

    @Test func countsPerBlockAreExactInEveryDraw() throws {
        var labels = [Int](repeating: 0, count: 130)
        for index in stride(from: 0, to: 130, by: 3) { labels[index] = 1 }
        let blocks = [
            RandomizationBlock(labels: Array(labels[..<100]), clusters: (0..<100).map { $0 }),
            RandomizationBlock(labels: Array(labels[100...]), clusters: (100..<130).map { $0 }),
        ]
        // A column for each block: the sums are the numbers treated there.
        let columns = [(0..<130).map { $0 < 100 ? 1.0 : 0 }, (0..<130).map { $0 < 100 ? 0 : 1.0 }]
        let replay = try AssignmentReplay(.permutedBlocks(blocks), comparing: [0, 1], columns: columns)
        let sums = replay.batch(3, count: 700, seed: 8)
        #expect(sums.count == 700)
        for row in 0..<sums.count { #expect(sums[row, 0] == 34 && sums[row, 1] == 10) }
    }

    @Test(arguments: [(5, 2), (5, 4), (70, 1), (70, 69), (200, 25), (64, 32)])
    func subsetsAreUniform(_ size: Int, _ chosen: Int) {
        var random = ResamplingGenerator(seed: 21, draw: 0)
        let count = 20_000
        let subsets = RandomSubsets(size: size, chosen: chosen, count: count, using: &random)
        var inclusions = [Int](repeating: 0, count: size)
        var neighbours = 0
        var previous = [Bool](repeating: false, count: count)
        for half in 0..<((size + 31) / 32) {
            subsets.withHalfWords(at: half) { subset, bits in
                for bit in 0..<min(32, size - 32 * half) {
                    let isInside = bits >> UInt32(bit) & 1 == 1
                    if isInside { inclusions[32 * half + bit] += 1 }
                    if isInside, 32 * half + bit == 1, previous[subset] { neighbours += 1 }
                    if 32 * half + bit == 0 { previous[subset] = isInside }
                }
            }
        }
        #expect(inclusions.reduce(0, +) == chosen * count)
        let share = Double(chosen) / Double(size)
        let error = (share * (1 - share) * Double(count)).squareRoot()
        #expect(inclusions.allSatisfy { abs(Double($0) - share * Double(count)) < 5 * error })
        // Elements 0 and 1 are together with probability m(m − 1)/(n(n − 1)).
        let both = share * Double(chosen - 1) / Double(size - 1)
        #expect(
            abs(Double(neighbours) - both * Double(count))
                <= 5 * (both * (1 - both) * Double(count)).squareRoot())
    }

    @Test func anEarlyStopEndsAtTheStoppingCount() throws {
        let metric = [Self.metrics[2]]
        let full = try randomizationTests(
            metrics: metric, mechanism: Self.mechanism,
            options: RandomizationOptions(draws: 4999, seed: 6))[0].test
        let stopped = try randomizationTests(
            metrics: metric, mechanism: Self.mechanism,
            options: RandomizationOptions(draws: 4999, seed: 6, stoppingCount: 20))[0].test
        #expect(full.pValue > 0.05, "the example needs an unremarkable outcome")
        #expect(stopped.draws < 500)
        #expect(isClose(stopped.pValue, 20 / Double(stopped.draws)))
        #expect(abs(stopped.pValue - full.pValue) < 5 * full.pValue / 20.0.squareRoot())
    }

    @Test("Trap 20: a Monte-Carlo p-value counts what happened and is never 0")
    func drawnPValuesAreNeverZero() throws {
        let totals = (0..<40).map { ClusterTotal(successes: $0 < 20 ? 90 + $0 % 3 : 10 + $0 % 3, size: 100) }
        let result = try randomizationTest(
            totals: totals,
            blocks: [
                RandomizationBlock(labels: (0..<40).map { $0 < 20 }, clusters: (0..<40).map { $0 })
            ], statistic: .partnerAverage, draws: 999, seed: 1)
        #expect(!result.isExact && result.pValue == 1.0 / 1000)
        #expect(result.smallestAttainable == 1.0 / 1000)
    }

    @Test("Trap 27: sums that tie on paper tie in floating point")
    func tiesAreCounted() throws {
        // Tenths have no exact binary form; whole numbers have, and must give the same p.
        let whole = [1, 2, 3, 4, 5, 6, 7, 8, 9, 3, 6, 1]
        let labels = [1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1]
        func pValue(_ unit: Double, offset: Double) throws -> Double {
            let totals = whole.map {
                ClusterTotal(
                    count: 1, numerator: Double($0) * unit + offset, denominator: 1, sumOfSquares: 0)
            }
            return try randomizationTests(
                metrics: [RandomizationMetric(totals: totals, statistic: .sum, isStudentized: false)],
                mechanism: .complete(labels: labels), options: RandomizationOptions(seed: 1))[0].test
                .pValue
        }
        let observed = abs(2 * zip(whole, labels).reduce(0) { $0 + $1.0 * $1.1 } - whole.reduce(0, +))
        var extreme = 0
        for pattern in 0..<4096 where pattern.nonzeroBitCount == 6 {
            let treated = whole.indices.reduce(0) { $0 + (pattern >> $1 & 1) * whole[$1] }
            if abs(2 * treated - whole.reduce(0, +)) >= observed { extreme += 1 }
        }
        for (unit, offset) in [(1.0, 0.0), (0.1, 0), (1e-7, 0), (0.1, 1e3), (3e7, 0)] {
            #expect(try isClose(pValue(unit, offset: offset), Double(extreme) / 924), "\(unit)")
        }
    }
}
