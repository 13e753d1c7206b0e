import Statistics
import Testing

@Suite struct SeveralArmsTests {
    private let totals = eightPartners + [(14, 22)].map { ClusterTotal(successes: $0.0, size: $0.1) }
    private let labels = [0, 1, 2, 0, 1, 2, 0, 1, 2]

    /// Every labelling with three partners an arm.
    private var labellings: [[Int]] {
        func extend(_ prefix: [Int]) -> [[Int]] {
            prefix.count == 9
                ? [prefix]
                : (0..<3).filter { arm in prefix.count { $0 == arm } < 3 }.flatMap { extend(prefix + [$0]) }
        }
        return extend([])
    }

    @Test func twoOfThreeArmsAreTheirOwnExperiment() throws {
        let metric = RandomizationMetric(totals: totals, statistic: .rateDifference)
        let options = RandomizationOptions(seed: 1)
        let pair = try randomizationTests(
            metrics: [metric], mechanism: .complete(labels: labels), control: 0, treatment: 2,
            options: options)[0]
        let members = labels.indices.filter { labels[$0] != 1 }
        let alone = try randomizationTests(
            metrics: [
                RandomizationMetric(totals: members.map { totals[$0] }, statistic: .rateDifference)
            ],
            mechanism: .complete(labels: members.map { labels[$0] / 2 }), options: options)[0]
        #expect(pair.test == alone.test && pair.test.assignmentCount == 20)
        #expect(pair.control == alone.control && isClose(pair.difference, alone.difference))
    }

    @Test func theOmnibusTestMatchesDirectEnumeration() throws {
        func statistic(_ labels: [Int]) -> Double {
            let arms = (0..<3).map { arm -> (rate: Double, variance: Double) in
                let rates = zip(totals, labels).filter { $1 == arm }.compactMap { $0.0.rate }
                let mean = rates.reduce(0, +) / 3
                return (mean, rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2 / 3)
            }
            let weight = arms.reduce(0) { $0 + 1 / $1.variance }
            let center = arms.reduce(0) { $0 + $1.rate / $1.variance } / weight
            return arms.reduce(0) { $0 + ($1.rate - center) * ($1.rate - center) / $1.variance }
        }
        let metric = RandomizationMetric(totals: totals, statistic: .partnerAverage)
        let result = try omnibusRandomizationTest(
            metric: metric, mechanism: .complete(labels: labels), options: RandomizationOptions(seed: 1))
        let observed = statistic(labels)
        let share = labellings.map(statistic).count { $0 >= observed - 1e-9 }
        #expect(labellings.count == 1680 && result.test.assignmentCount == 1680)
        #expect(isClose(result.statistic, observed, within: 1e-9))
        #expect(isClose(result.test.pValue, Double(share) / 1680))
        // Six renamings of three equal arms give one statistic.
        #expect(isClose(result.test.smallestAttainable, 6.0 / 1680))
        let drawn = try omnibusRandomizationTest(
            metric: metric, mechanism: .complete(labels: labels),
            options: RandomizationOptions(seed: 1, exactLimit: 0))
        #expect(abs(drawn.test.pValue - result.test.pValue) < 0.026)
    }

    @Test func forTwoArmsTheOmnibusTestIsTheTwoSidedTest() throws {
        let labels = [1, 0, 1, 0, 1, 0, 1, 0]
        let metric = RandomizationMetric(totals: eightPartners, statistic: .rateDifference)
        let options = RandomizationOptions(seed: 1)
        let omnibus = try omnibusRandomizationTest(
            metric: metric, mechanism: .complete(labels: labels), options: options)
        let pair = try randomizationTests(
            metrics: [metric], mechanism: .complete(labels: labels), options: options)[0]
        #expect(isClose(omnibus.test.pValue, pair.test.pValue))
        #expect(isClose(omnibus.statistic, pair.test.statistic.map { $0 * $0 }, within: 1e-9))
        #expect(isClose(omnibus.rates[1] - omnibus.rates[0], pair.difference))
    }

    @Test func aThirdArmStaysWhereItIsUnderAnAcceptanceRule() throws {
        let covariates = [3.0, 1, 4, 1, 5, 9, 2, 6, 5].map { [$0] }
        let blocks = [RandomizationBlock(labels: labels, clusters: (0..<9).map { $0 })]
        func distance(_ labels: [Int]) -> Double {
            let mean = covariates.reduce(0) { $0 + $1[0] } / 9
            let variance = covariates.reduce(0) { $0 + ($1[0] - mean) * ($1[0] - mean) } / 8
            return (0..<3).reduce(0) { sum, arm in
                let average = zip(covariates, labels).reduce(0) { $0 + ($1.1 == arm ? $1.0[0] / 3 : 0) }
                return sum + 3 * (average - mean) * (average - mean) / variance
            }
        }
        let threshold = distance(labels) * 1.01
        let accepted = labellings.filter { distance($0) <= threshold }
        let mechanism = AssignmentMechanism.rerandomized(
            blocks, MahalanobisCriterion(covariates: covariates, threshold: threshold))
        let metric = RandomizationMetric(totals: totals, statistic: .partnerAverage)
        let all = try omnibusRandomizationTest(
            metric: metric, mechanism: mechanism, options: RandomizationOptions(seed: 1))
        #expect(all.test.assignmentCount == Double(accepted.count))
        let pair = try randomizationTests(
            metrics: [metric], mechanism: mechanism, options: RandomizationOptions(seed: 1))[0]
        let withThird = accepted.filter { other in
            labels.indices.allSatisfy { (labels[$0] == 2) == (other[$0] == 2) }
        }
        #expect(pair.test.assignmentCount == Double(withThird.count))
    }

    @Test func aSteppedStartComparesWithinPeriods() throws {
        let waves = [0, 0, 1, 1, 2, 2]
        let rates: [[Double]] = [
            [0.5, 0.7, 0.4, 0.3, 0.6, 0.35], [0.8, 0.6, 0.7, 0.75, 0.4, 0.5], [0.9, 0.8, 0.7, 0.9, 0.8, 0.7],
        ]
        let periods = rates.map { period in
            RandomizationMetric(
                totals: period.map {
                    ClusterTotal(count: 10, numerator: 10 * $0, denominator: 10, sumOfSquares: 0)
                }, statistic: .partnerAverage)
        }
        func statistic(_ waves: [Int]) -> Double {
            var (sum, variance) = (0.0, 0.0)
            for period in 0..<2 {
                let groups = [true, false].map { started in
                    zip(rates[period], waves).filter { ($1 <= period) == started }.map(\.0)
                }
                let means = groups.map { $0.reduce(0, +) / Double($0.count) }
                let weight = 2.0 * 4 / 6
                sum += weight * (means[0] - means[1])
                for (group, mean) in zip(groups, means) {
                    let m = Double(group.count)
                    variance +=
                        weight * weight * group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (m - 1) / m
                }
            }
            return abs(sum) / variance.squareRoot()
        }
        let orders = (0..<729).map { code in [1, 3, 9, 27, 81, 243].map { code / $0 % 3 } }
            .filter { order in (0..<3).allSatisfy { wave in order.count { $0 == wave } == 2 } }
        let result = try steppedStartTest(
            periods: periods, mechanism: .steppedStart(waves: waves), options: RandomizationOptions(seed: 1))
        let share = orders.map(statistic).count { $0 >= statistic(waves) - 1e-9 }
        #expect(orders.count == 90 && result.test.assignmentCount == 90)
        #expect(isClose(result.test.statistic.map(abs), statistic(waves), within: 1e-9))
        #expect(isClose(result.test.pValue, Double(share) / 90))
        #expect(result.periods[2] == nil)
        #expect(isClose(result.periods[0], 0.6 - 1.65 / 4))
        #expect(result.method == .steppedStartRandomization && result.alternative == .twoSided)
        #expect(result.waves.map(\.raw) == [2, 2, 2])
    }

    @Test func aSteppedStartOfOnePeriodIsATwoArmTest() throws {
        let waves = [0, 1, 0, 1, 0, 1, 0, 1]
        let metric = RandomizationMetric(totals: eightPartners, statistic: .rateDifference)
        let options = RandomizationOptions(seed: 1)
        let stepped = try steppedStartTest(
            periods: [metric], mechanism: .steppedStart(waves: waves), options: options)
        let pair = try randomizationTests(
            metrics: [metric], mechanism: .complete(labels: waves.map { 1 - $0 }), options: options)[0]
        #expect(isClose(stepped.test.pValue, pair.test.pValue))
        #expect(isClose(stepped.difference, pair.difference))
        #expect(isClose(stepped.test.smallestAttainable, pair.test.smallestAttainable))
    }
}
