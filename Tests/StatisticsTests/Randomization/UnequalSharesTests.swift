import Statistics
import Testing

/// Designs that treat a larger share of one stratum than of another.
@Suite struct UnequalSharesTests {
    /// The first stratum renews less than the second, and the treatment does nothing in either.
    private let totals = [(2, 10), (5, 20), (1, 8), (6, 21), (3, 12), (18, 20), (9, 11), (27, 30), (8, 10)]
        .map { ClusterTotal(successes: $0.0, size: $0.1) }
    private let strata = [0, 0, 0, 0, 0, 1, 1, 1, 1]
    private let labels = [1, 0, 0, 0, 0, 1, 1, 1, 0]

    private func infer(
        _ totals: [ClusterTotal], _ statistic: RandomizationStatistic, labels: [Int], strata: [Int],
        level: Double? = nil
    ) throws -> RandomizationInference {
        try randomizationTests(
            metrics: [RandomizationMetric(totals: totals, statistic: statistic)],
            mechanism: .stratified(labels: labels, strata: strata),
            options: RandomizationOptions(seed: 4, confidenceLevel: level))[0]
    }

    /// Every labelling with one treated partner of the first five and three of the last four.
    private var assignments: [[Int]] {
        (0..<5).flatMap { treated in
            (5..<9).map { control in
                (0..<9).map { $0 < 5 ? ($0 == treated ? 1 : 0) : ($0 == control ? 0 : 1) }
            }
        }
    }

    @Test("Trap 25: an effect of nothing averages to nothing over the assignments")
    func weightedDifferencesAreCentred() throws {
        func mean(_ statistic: RandomizationStatistic) throws -> Double {
            let differences = try assignments.map {
                try infer(totals, statistic, labels: $0, strata: strata).difference
            }
            return differences.reduce(0, +) / Double(differences.count)
        }
        // A partner's renewals follow its stratum, so pooled arms differ by the strata's difference.
        #expect(try mean(.rateDifference) > 0.3)
        #expect(try mean(.partnerAverage) > 0.3)
        #expect(try abs(mean(.stratifiedPartnerAverage)) < 1e-12)
        #expect(try abs(mean(.stratifiedRateDifference)) < 0.03)
    }

    @Test func theDifferenceIsThatOfTheStratifiedComparison() throws {
        for (statistic, estimand) in [
            (RandomizationStatistic.stratifiedRateDifference, Estimand.customerAverage),
            (.stratifiedPartnerAverage, .partnerAverage),
        ] {
            for labels in assignments {
                let result = try infer(totals, statistic, labels: labels, strata: strata)
                func arm(_ label: Int) -> StratifiedTotals {
                    let members = labels.indices.filter { labels[$0] == label }
                    return StratifiedTotals(
                        totals: members.map { totals[$0] }, stratum: members.map { strata[$0] })
                }
                let comparison = try compareStratifiedRatios(
                    control: arm(0), treatment: arm(1), estimand: estimand)
                #expect(isClose(result.difference, comparison.difference))
                #expect(result.estimand == estimand)
                #expect(isClose(result.control.effective, comparison.control.partners.effective))
                #expect(isClose(result.treatment.effective, comparison.treatment.partners.effective))
            }
        }
    }

    @Test func equalSharesGiveThePlainStatistic() throws {
        let strata = [0, 0, 0, 0, 1, 1, 1, 1]
        let labels = [1, 0, 0, 1, 0, 1, 0, 1]
        for (weighted, plain) in [
            (RandomizationStatistic.stratifiedRateDifference, RandomizationStatistic.rateDifference),
            (.stratifiedPartnerAverage, .partnerAverage),
        ] {
            let left = try infer(eightPartners, weighted, labels: labels, strata: strata, level: 0.8)
            let right = try infer(eightPartners, plain, labels: labels, strata: strata, level: 0.8)
            #expect(isClose(left.difference, right.difference))
            #expect(isClose(left.test.statistic, right.test.statistic, within: 1e-9))
            #expect(left.test.pValue == right.test.pValue)
            #expect(isClose(left.interval?.lower, right.interval?.lower, within: 1e-6))
            #expect(isClose(left.interval?.upper, right.interval?.upper, within: 1e-6))
        }
    }

    @Test func theIntervalEndsWhereLoweredOutcomesAreRejected() throws {
        let result = try infer(
            totals, .stratifiedRateDifference, labels: labels, strata: strata, level: 0.8)
        let interval = try #require(result.interval)
        func pValue(loweredBy shift: Double) throws -> Double {
            let lowered = zip(totals, labels).map { total, label in
                var total = total
                total.numerator -= label == 1 ? shift * total.denominator : 0
                return total
            }
            return try infer(lowered, .stratifiedRateDifference, labels: labels, strata: strata).test.pValue
        }
        for (end, outward) in [(interval.lower, -1.0), (interval.upper, 1.0)] where end.isFinite {
            #expect(try pValue(loweredBy: end + outward * 1e-6) <= 0.2)
            #expect(try pValue(loweredBy: end - outward * 5e-4) > 0.2)
        }
        #expect(interval.lower.isFinite || interval.upper.isFinite)
    }

    @Test func theTestIsExact() throws {
        let pValues = try assignments.map {
            try infer(totals, .stratifiedRateDifference, labels: $0, strata: strata).test.pValue
        }
        for alpha in pValues {
            #expect(Double(pValues.count { $0 <= alpha }) / Double(pValues.count) <= alpha + 1e-12)
        }
    }

    @Test func blocksOfOneArmSayNothing() throws {
        #expect(throws: EstimationError.stratumInOneArm(stratum: 1)) {
            try infer(
                eightPartners, .stratifiedRateDifference, labels: [0, 1, 0, 1, 1, 1, 0, 1],
                strata: [0, 0, 0, 0, 1, 1, 0, 0])
        }
    }

    @Test func unequalSharesAreKnown() {
        #expect(AssignmentMechanism.stratified(labels: labels, strata: strata).hasUnequalShares())
        #expect(!AssignmentMechanism.complete(labels: labels).hasUnequalShares())
        #expect(
            !AssignmentMechanism.stratified(labels: [0, 1, 0, 1, 0, 1], strata: [0, 0, 1, 1, 1, 1])
                .hasUnequalShares())
        // Only the shares among the compared arms count.
        let three = AssignmentMechanism.stratified(
            labels: [0, 1, 2, 2, 0, 1, 2], strata: [0, 0, 0, 0, 1, 1, 1])
        #expect(!three.hasUnequalShares())
        #expect(three.hasUnequalShares(control: 0, treatment: 2))
        // A partly filled block drew equal shares.
        let partly = AssignmentMechanism.permutedBlocks([
            RandomizationBlock(labels: [0, 1, 0, 1], clusters: [0, 1, 2, 3]),
            RandomizationBlock(labels: [1, 0, 1, 0], clusters: [4, nil, 5, nil]),
        ])
        #expect(!partly.hasUnequalShares())
        #expect(hasUnequalShares(control: [1, 1, 2], treatment: [1, 2]))
        #expect(!hasUnequalShares(control: [1, 1, 2, 2], treatment: [2, 1]))
    }
}
