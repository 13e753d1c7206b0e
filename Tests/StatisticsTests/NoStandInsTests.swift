import Statistics
import Testing

/// A quantity that is not defined is missing, with a reason, and never replaced by a number.
@Suite struct NoStandInsTests {
    private let separated = [(5, 5), (9, 9), (4, 4), (0, 6), (0, 8), (0, 3)].map {
        ClusterTotal(successes: $0.0, size: $0.1)
    }

    private func infer(
        _ totals: [ClusterTotal], labels: [Int], isStudentized: Bool = true
    ) throws -> RandomizationInference {
        try randomizationTests(
            metrics: [
                RandomizationMetric(
                    totals: totals, statistic: .rateDifference, isStudentized: isStudentized)
            ], mechanism: .complete(labels: labels),
            options: RandomizationOptions(seed: 3, confidenceLevel: 0.8))[0]
    }

    @Test("Trap 6: arms that do not vary inside have no interval by randomisation, least of all a point")
    func constantArmsHaveNoInterval() throws {
        for isStudentized in [true, false] {
            let result = try infer(separated, labels: [1, 1, 1, 0, 0, 0], isStudentized: isStudentized)
            #expect(result.interval == nil && result.intervalUnavailable == .noVariation)
            #expect(isClose(result.difference, 1) && isClose(result.test.pValue, 0.1))
            #expect(result.effect(confidenceLevel: 0.8).interval == nil)
            // The bound that demands no variation.
            let bound = try clusteredProportionDifference(
                control: Array(separated[3...]), treatment: Array(separated[..<3]), confidenceLevel: 0.8)
            #expect(bound.interval.lower < 0.95 && bound.interval.lower > 0)
        }
        var varied = separated
        varied[4] = ClusterTotal(successes: 3, size: 8)
        let one = try infer(varied, labels: [1, 1, 1, 0, 0, 0])
        #expect(one.interval != nil && one.intervalUnavailable == nil)
    }

    @Test func withoutALevelThereIsNoReasonToMissAnInterval() throws {
        let result = try randomizationTests(
            metrics: [RandomizationMetric(totals: separated, statistic: .rateDifference)],
            mechanism: .complete(labels: [1, 1, 1, 0, 0, 0]), options: RandomizationOptions(seed: 3))[0]
        #expect(result.interval == nil && result.intervalUnavailable == nil)
    }

    @Test func aSteppedStartSaysWhoIsMissing() throws {
        let waves = [0, 1, 1, 2, 2, 2]
        let rates = [0.2, 0.5, 0.4, 0.7, 0.1, 0.3].map(single)
        let metric = RandomizationMetric(totals: rates, statistic: .partnerAverage)
        #expect(throws: EstimationError.tooFewClusters(arm: .treatment, found: 1, required: 2)) {
            try steppedStartTest(
                periods: [metric], mechanism: .steppedStart(waves: waves),
                options: RandomizationOptions(seed: 1))
        }
        let late = [0, 0, 0, 0, 0, 1]
        #expect(throws: EstimationError.tooFewClusters(arm: .control, found: 1, required: 2)) {
            try steppedStartTest(
                periods: [metric], mechanism: .steppedStart(waves: late),
                options: RandomizationOptions(seed: 1))
        }
    }

    @Test func aTreatmentKnownToBeNothingIsAHundredPerCentLess() throws {
        let comparison = try compareRatios(
            control: [0.4, 0.6, 0.5, 0.7].map(single), treatment: [0.0, 0, 0].map(single),
            variance: .firstOrder)
        #expect(
            try comparison.fiellerRegion(confidenceLevel: 0.95) == .bounded(lower: -1, upper: -1))
        #expect(comparison.armsWithoutVariation == [.treatment])
        let nearNothing = try compareRatios(
            control: [-0.4, 0.6, 0.1, 0.3].map(single), treatment: [0.0, 0, 0].map(single),
            variance: .firstOrder)
        #expect(try nearNothing.fiellerRegion(confidenceLevel: 0.95) == .wholeLine)
    }

    @Test func anOutcomeThatFollowsFromItsCovariateDoesNotVary() throws {
        func pairs(_ values: [Double]) -> [PairedTotal] {
            values.map { PairedTotal(outcome: single(2 * $0), covariate: single($0)) }
        }
        let result = try cupedComparison(
            control: pairs([0.1, 0.7, 0.33, 1.9, 12.3]), treatment: pairs([0.2, 0.9, 7.7, 0.41]),
            estimand: .partnerAverage)
        #expect(result.adjusted.unavailable == .noVariation)
        #expect(result.unadjusted.unavailable == nil)
        #expect(isClose(result.coefficient, 2))
    }

    @Test func sumsBeyondTheRangeOfNumbersAreNamed() {
        let huge = ClusterTotal(count: 1, numerator: 1e308, denominator: 1e308, sumOfSquares: 1)
        #expect(throws: EstimationError.invalidTotal(arm: .treatment, index: 2)) {
            try rateDifference(control: [0.1, 0.2].map(single), treatment: [single(1), huge, huge, huge])
        }
    }

    @Test func jointTestsWithoutDegreesOfFreedomSaySo() throws {
        var totals: [ClusterTotal] = []
        var arms: [Int] = []
        for arm in 0..<9 {
            for (successes, size) in [(15_000 + 200 * arm, 40_000), (1 + arm % 2, 3)] {
                totals.append(ClusterTotal(successes: successes, size: size))
                arms.append(arm)
            }
        }
        let model = try ClusterCrossProducts(totals: totals, arms: arms, armCount: 9).fit(
            LinearModelFormula(outcome: "outcome", regressors: (1..<9).map(ClusterCrossProducts.armTerm)))
        let joint = (1..<9).map { arm in (0..<9).map { $0 == arm ? 1.0 : 0 } }
        var shortage: EstimationError?
        do throws(EstimationError) {
            _ = try model.waldTest(joint)
        } catch {
            shortage = error
        }
        guard case .tooFewDegreesOfFreedom(let found, let required) = shortage else {
            Issue.record("expected too few degrees of freedom, found \(String(describing: shortage))")
            return
        }
        #expect(found <= required && required == 7)
        let single = try model.waldTest([joint[0]])
        #expect(single.partners.raw == 18 && single.partners.effective < 6)
        #expect(single.method.rawValue.hasPrefix("CR2"))
    }
}
