import Statistics
import Testing

@Suite struct RatioComparisonTests {
    @Test func firstOrderVarianceMatchesAnExampleWorkedByHand() throws {
        // R = 6/10 and 9/10; residuals ±1 and ±0.5; V = 2·(1 + 1)/100 and 2·(0.25 + 0.25)/100.
        let control = [ClusterTotal(successes: 4, size: 5), ClusterTotal(successes: 2, size: 5)]
        let treatment = [
            ClusterTotal(count: 5, numerator: 5, denominator: 5, sumOfSquares: 5),
            ClusterTotal(count: 5, numerator: 4, denominator: 5, sumOfSquares: 4),
        ]
        let result = try compareRatios(control: control, treatment: treatment, variance: .firstOrder)
        #expect(isClose(result.control.uncertainty?.squaredStandardError, 0.04))
        #expect(isClose(result.treatment.uncertainty?.squaredStandardError, 0.01))
        let difference = try result.estimate()
        #expect(isClose(difference.value, 0.3))
        #expect(isClose(difference.standardError, 0.05.squareRoot()))
        #expect(isClose(difference.degreesOfFreedom, 0.05 * 0.05 / (0.04 * 0.04 + 0.01 * 0.01)))
        let relative = try result.estimate(on: .relativeDifference)
        #expect(isClose(relative.value, 0.5))
        #expect(isClose(relative.standardError, (0.01 / 0.36 + 0.04 * 0.81 / 0.1296).squareRoot()))
        let logRatio = try result.estimate(on: .logRatio)
        #expect(isClose(logRatio.standardError, (0.01 / 0.81 + 0.04 / 0.36).squareRoot()))
    }

    @Test func firstOrderIsWelchWhenEveryPartnerWeighsOne() throws {
        for seed in 0..<50 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            let average = try compareRatios(
                control: arms.control, treatment: arms.treatment, estimand: .partnerAverage,
                variance: .firstOrder)
            let rates = (
                arms.control.compactMap(\.rate).map(single), arms.treatment.compactMap(\.rate).map(single)
            )
            let pooled = try compareRatios(control: rates.0, treatment: rates.1, variance: .firstOrder)
            #expect(average.control == pooled.control)
            #expect(average.treatment == pooled.treatment)
        }
    }

    @Test("CV3 is (G − 1)/G of CR3, on the degrees of freedom of CR2")
    func scalesTheJackknife() throws {
        for seed in 0..<50 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            let careful = try compareRatios(
                control: arms.control, treatment: arms.treatment, variance: .cv3(.exchangeable))
            let plain = try compareRatios(control: arms.control, treatment: arms.treatment)
            guard plain.unavailable == nil else { continue }
            let (one, other) = (try careful.estimate(), try plain.estimate())
            let partners = Double(plain.control.partners.raw + plain.treatment.partners.raw)
            let squares = try rateDifferenceVariance(
                control: arms.control, treatment: arms.treatment, correction: .cr3)
            #expect(careful.method == .cv3Exchangeable && one.value == other.value)
            #expect(isClose(one.degreesOfFreedom, other.degreesOfFreedom), "seed \(seed)")
            #expect(
                isClose(one.standardError * one.standardError, (partners - 1) / partners * squares),
                "seed \(seed)")
        }
    }

    @Test(arguments: [
        RatioVariance.firstOrder, .cr2(.exchangeable), .cr2(.proportional), .cv3(.exchangeable),
    ])
    func armsSwappedMoneyRescaledAndOrderChangedTellTheSame(_ variance: RatioVariance) throws {
        for seed in 0..<50 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            var random = SeededGenerator(seed: seed)
            let forward = try compareRatios(
                control: arms.control, treatment: arms.treatment, variance: variance)
            let backward = try compareRatios(
                control: arms.treatment.shuffled(using: &random) + [.empty], treatment: arms.control,
                variance: variance)
            guard forward.unavailable == nil else { continue }
            let (one, other) = (try forward.estimate(), try backward.estimate())
            #expect(isClose(one.value, -other.value), "seed \(seed)")
            #expect(isClose(one.standardError, other.standardError), "seed \(seed)")
            #expect(isClose(one.degreesOfFreedom, other.degreesOfFreedom, within: 1e-9), "seed \(seed)")
            guard forward.control.value > 0, forward.treatment.value > 0 else { continue }
            let cents = arms.control.map {
                ClusterTotal(
                    count: $0.count, numerator: $0.numerator * 100, denominator: $0.denominator,
                    sumOfSquares: $0.sumOfSquares * 10_000)
            }
            let treatmentCents = arms.treatment.map {
                ClusterTotal(
                    count: $0.count, numerator: $0.numerator * 100, denominator: $0.denominator,
                    sumOfSquares: $0.sumOfSquares * 10_000)
            }
            let scaled = try compareRatios(control: cents, treatment: treatmentCents, variance: variance)
            #expect(
                isClose(
                    try forward.estimate(on: .logRatio).standardError,
                    try scaled.estimate(on: .logRatio).standardError), "seed \(seed)")
        }
    }

    @Test(
        "Trap 7: a ratio of totals is no average of ratios, and a partner without totals changes nothing")
    func ratiosKeepTheirEstimand() throws {
        // A large partner keeps 50 % of revenue, a small one 150 %.
        let before = [(1000.0, 500.0), (10.0, 15.0)]
        let lines = before.map {
            ClusterTotal(count: 1, numerator: $0.1, denominator: $0.0, sumOfSquares: $0.1 * $0.1)
        }
        let revenue = try compareRatios(
            control: lines, treatment: lines + [.empty], estimand: .revenueWeighted,
            variance: .cr2(.proportional))
        let partners = try compareRatios(
            control: lines, treatment: lines + [.empty], estimand: .partnerAverage, variance: .firstOrder)
        #expect(isClose(revenue.control.value, 515.0 / 1010))
        #expect(isClose(partners.control.value, 1))
        #expect(revenue.treatment == revenue.control)
        #expect(partners.treatment == partners.control)
        #expect(revenue.estimand == .revenueWeighted)
        #expect(partners.effect(confidenceLevel: 0.95).estimand == .partnerAverage)
        // The large partner keeps more under treatment and the small one less: whoever averages ratios under the
        // name of revenue reports the wrong sign.
        let changed = [(1000.0, 600.0), (10.0, 4.0)].map {
            ClusterTotal(count: 1, numerator: $0.1, denominator: $0.0, sumOfSquares: $0.1 * $0.1)
        }
        func difference(_ estimand: Estimand) throws -> Double {
            try compareRatios(control: lines, treatment: changed, estimand: estimand).difference
        }
        #expect(isClose(try difference(.revenueWeighted), 604.0 / 1010 - 515.0 / 1010))
        #expect(isClose(try difference(.partnerAverage), 0.5 - 1))
    }

    @Test func whatIsUndefinedIsSaidAndNeverInvented() throws {
        let varied = [ClusterTotal(successes: 1, size: 4), ClusterTotal(successes: 3, size: 4)]
        let lone = try compareRatios(control: varied, treatment: [.init(successes: 1, size: 2)])
        #expect(lone.unavailable == .tooFewClusters(arm: .treatment, found: 1, required: 2))
        let effect = lone.effect(confidenceLevel: 0.95)
        #expect(effect.value == 0 && effect.pValue == nil && effect.interval == nil)
        #expect(effect.unavailable == lone.unavailable)
        let nothing = [ClusterTotal(successes: 0, size: 4), ClusterTotal(successes: 0, size: 2)]
        let fromNothing = try compareRatios(control: nothing, treatment: varied)
        #expect(throws: EstimationError.notPositive(.control)) {
            try fromNothing.estimate(on: .relativeDifference)
        }
        #expect(throws: EstimationError.notPositive(.treatment)) {
            try compareRatios(control: varied, treatment: nothing).estimate(on: .logRatio)
        }
        #expect(throws: EstimationError.notPositive(.control)) {
            try fromNothing.relativeEffect(confidenceLevel: 0.95)
        }
        let constant = [ClusterTotal(successes: 2, size: 4), ClusterTotal(successes: 1, size: 2)]
        let still = try compareRatios(control: constant, treatment: nothing, variance: .firstOrder)
        #expect(still.unavailable == .noVariation)
        #expect(still.difference == -0.5)
        #expect(fromNothing.armsWithoutVariation == [.control])
    }
}
