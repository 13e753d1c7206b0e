import Statistics
import Testing

@Suite struct RandomizationIntervalTests {
    private let labels = [1, 0, 1, 0, 1, 0, 1, 0, 0, 1]
    private let totals =
        eightPartners + [(14, 22), (8, 13)].map { ClusterTotal(successes: $0.0, size: $0.1) }

    private func infer(
        _ totals: [ClusterTotal], _ statistic: RandomizationStatistic = .rateDifference,
        mechanism: AssignmentMechanism? = nil, alternative: Alternative = .twoSided, level: Double? = 0.9,
        isStudentized: Bool = true
    ) throws -> RandomizationInference {
        try randomizationTests(
            metrics: [
                RandomizationMetric(totals: totals, statistic: statistic, isStudentized: isStudentized)
            ],
            mechanism: mechanism ?? .complete(labels: labels),
            options: RandomizationOptions(seed: 2, alternative: alternative, confidenceLevel: level))[0]
    }

    /// The totals as they would be without an effect of `shift` on the treated.
    private func lowered(by shift: Double) -> [ClusterTotal] {
        zip(totals, labels).map { total, label in
            var total = total
            total.numerator -= label == 1 ? shift * total.denominator : 0
            return total
        }
    }

    @Test(arguments: [
        RandomizationStatistic.rateDifference, .partnerAverage, .stratifiedAverage,
    ])
    func endsAreWhereTheTestOfLoweredOutcomesBeginsToReject(_ statistic: RandomizationStatistic) throws {
        for isStudentized in [true, false] {
            let result = try infer(totals, statistic, isStudentized: isStudentized)
            let interval = try #require(result.interval)
            #expect(interval.lower < result.difference && result.difference < interval.upper)
            #expect(interval.confidenceLevel == 0.9 && interval.validity == .fixedSample)
            for (end, outward) in [(interval.lower, -1.0), (interval.upper, 1.0)] {
                let outside = try infer(
                    lowered(by: end + outward * 1e-6), statistic, level: nil, isStudentized: isStudentized)
                let inside = try infer(
                    lowered(by: end - outward * 2e-4), statistic, level: nil, isStudentized: isStudentized)
                #expect(outside.test.pValue <= 0.1 && inside.test.pValue > 0.1, "\(statistic)")
            }
        }
    }

    @Test func oneSidedIntervalsHaveOneEnd() throws {
        let greater = try infer(totals, alternative: .greater, level: 0.95)
        let less = try infer(totals, alternative: .less, level: 0.95)
        #expect(greater.interval?.upper == .infinity && less.interval?.lower == -.infinity)
        let lower = try #require(greater.interval?.lower)
        #expect(try infer(lowered(by: lower - 1e-6), alternative: .greater, level: nil).test.pValue <= 0.05)
        #expect(try infer(lowered(by: lower + 2e-4), alternative: .greater, level: nil).test.pValue > 0.05)
        #expect(isClose(greater.test.pValue + less.test.pValue, 1 + 1.0 / 252, within: 1e-9))
    }

    @Test func anUnattainableLevelHasNoEnds() throws {
        let six = Array(totals[..<6])
        let result = try infer(six, mechanism: .complete(labels: [1, 0, 1, 0, 1, 0]), level: 0.95)
        #expect(result.interval?.lower == -.infinity && result.interval?.upper == .infinity)
        let attainable = try infer(six, mechanism: .complete(labels: [1, 0, 1, 0, 1, 0]), level: 0.9)
        #expect(attainable.interval?.upper.isFinite == true)
    }

    @Test func theIntervalMovesWithTheOutcomesAndTheirUnit() throws {
        let base = try infer(totals, .partnerAverage)
        let shifted = try infer(lowered(by: -0.2), .partnerAverage)
        let scaled = try infer(
            totals.map {
                var total = $0
                total.numerator *= 1e6
                return total
            }, .partnerAverage)
        let (one, two, three) = (
            try #require(base.interval), try #require(shifted.interval), try #require(scaled.interval)
        )
        #expect(abs(one.lower + 0.2 - two.lower) < 1e-4 && abs(one.upper + 0.2 - two.upper) < 1e-4)
        #expect(isClose(three.lower / 1e6, one.lower, within: 1e-6))
        #expect(isClose(three.upper / 1e6, one.upper, within: 1e-6))
    }

    @Test func everyMechanismHasAnInterval() throws {
        for design in SmallDesign.all where design.name != "a partly filled block" {
            let possible = design.assignments.filter {
                $0.probability > 0 && directRateStatistic(eightPartners, $0.labels).isFinite
            }
            let assignment = possible[possible.count / 3]
            let result = try infer(eightPartners, mechanism: assignment.mechanism, level: 0.7)
            let interval = try #require(result.interval)
            #expect(interval.lower <= result.difference && result.difference <= interval.upper)
            #expect(result.isIntervalMonotone != nil)
        }
    }

    @Test func anEffectCarriesItsLevel() throws {
        let result = try infer(totals)
        let effect = result.effect(confidenceLevel: 0.9)
        #expect(effect.interval == result.interval && effect.pValue == result.test.pValue)
        #expect(effect.method == .studentizedRandomization && effect.estimand == .customerAverage)
        #expect(effect.control.raw == 5 && effect.treatment.raw == 5)
        #expect(result.effect(confidenceLevel: 0.95).interval == nil)
    }
}
