import Statistics
import Testing

@Suite struct DecisionValueTests {
    private let estimate = Estimate(value: 0.05, standardError: 0.02, degreesOfFreedom: 6)
    private let prior = NormalBelief(mean: 0.01, standardDeviation: 0.015)

    @Test func normalPosteriorByHand() throws {
        // Precisions 2500 and 4444.4: mean (2500·0.05 + 4444.4·0.01)/6944.4 = 0.0244, sd = 0.012.
        let posterior = try EffectPosterior(estimate: estimate, prior: prior, likelihood: .normal)
        #expect(isClose(posterior.mean, 0.0244))
        #expect(isClose(posterior.standardDeviation, 0.012))
        #expect(isClose(posterior.probability(above: 0.0244), 0.5))
    }

    @Test func tPosteriorMatchesQuadratureOverTheEffect() throws {
        // SciPy 1.17.1: integrate.quad of t.pdf((0.05 − θ)/0.02, 6)·norm.pdf(θ, 0.01, 0.015).
        let posterior = try EffectPosterior(estimate: estimate, prior: prior)
        #expect(posterior.likelihood == .studentT)
        #expect(isClose(posterior.mean, 0.022_352_453_173_517_087, within: 1e-11))
        #expect(isClose(posterior.standardDeviation, 0.013_330_768_422_058_917, within: 1e-11))
        #expect(isClose(posterior.probability(above: 0.03), 0.288_834_155_359_512_85, within: 1e-10))
        #expect(isClose(posterior.expectedExcess(above: 0.03), 0.002_274_746_824_347_867_5, within: 1e-12))
    }

    @Test func withoutAPriorTheTPosteriorIsTheTInterval() throws {
        let posterior = try EffectPosterior(estimate: estimate, prior: nil)
        #expect(isClose(posterior.mean, 0.05))
        #expect(isClose(posterior.standardDeviation, 0.02 * (6.0 / 4).squareRoot(), within: 1e-10))
        #expect(isClose(posterior.probability(above: 0), 1 - estimate.pValue() / 2, within: 1e-11))
        let interval = posterior.credibleInterval(level: 0.95)
        let confidence = estimate.interval(confidenceLevel: 0.95)
        #expect(isClose(interval.lower, confidence.lower, within: 1e-10))
        #expect(isClose(interval.upper, confidence.upper, within: 1e-10))
        #expect(throws: EstimationError.self) {
            try EffectPosterior(
                estimate: Estimate(value: 1, standardError: 1, degreesOfFreedom: 1.5), prior: nil)
        }
    }

    @Test func manyDegreesOfFreedomAreNormal() throws {
        let large = Estimate(value: 0.05, standardError: 0.02, degreesOfFreedom: 1e6)
        let t = try EffectPosterior(estimate: large, prior: prior, likelihood: .studentT)
        let normal = try EffectPosterior(estimate: large, prior: prior)
        #expect(normal.likelihood == .normal)
        #expect(isClose(t.mean, normal.mean, within: 1e-6))
        #expect(isClose(t.standardDeviation, normal.standardDeviation, within: 1e-6))
    }

    @Test func aTLikelihoodGivesWayToAPriorItContradicts() throws {
        let far = Estimate(value: 1, standardError: 0.02, degreesOfFreedom: 4)
        let t = try EffectPosterior(estimate: far, prior: prior)
        let normal = try EffectPosterior(estimate: far, prior: prior, likelihood: .normal)
        #expect(t.mean < 0.2 && normal.mean > 0.3)
        #expect(isClose(t.probability(above: -10), 1))
    }

    @Test func informationIsWorthWhatRaiffaAndSchlaiferSay() throws {
        // 5·φ(0.4) − 2·Φ(−0.4), and with a preposterior deviation of √(25 − 9) = 4.
        let belief = NormalBelief(mean: 2, standardDeviation: 5)
        #expect(isClose(belief.expectedValueOfPerfectInformation, 1.152_194_184_737_265))
        #expect(isClose(belief.expectedValueOfSampleInformation(remaining: 3), 0.791_186_229_605_224_1))
        #expect(belief.expectedValueOfSampleInformation(remaining: 5) == 0)
        #expect(
            isClose(
                belief.expectedValueOfSampleInformation(remaining: 0),
                belief.expectedValueOfPerfectInformation))
        let mirrored = NormalBelief(mean: -2, standardDeviation: 5)
        #expect(
            isClose(
                mirrored.expectedValueOfPerfectInformation, belief.expectedValueOfPerfectInformation))
        #expect(isClose(belief.expectedExcess(above: 0) - belief.expectedShortfall(below: 0), 2))
        #expect(NormalBelief(mean: 3, standardDeviation: 0).expectedValueOfPerfectInformation == 0)
    }

    @Test func aLookAddsTheInformationItsErrorLoses() throws {
        // Prior precision 1/4; the estimate's goes from 1 to 4: afterwards 1/(1/4 + 3).
        let belief = NormalBelief(mean: 0, standardDeviation: 2)
        let after = try belief.standardDeviation(afterStandardErrorFalls: 1, to: 0.5)
        #expect(isClose(after * after, 1 / 3.25))
        #expect(throws: EstimationError.self) {
            try belief.standardDeviation(afterStandardErrorFalls: 1, to: 1.1)
        }
    }

    @Test func valueOfScalingUpByHand() throws {
        // A million per unit of effect, 20,000 of cost: break-even at 0.02, posterior N(0.0244, 0.012²).
        let posterior = try EffectPosterior(estimate: estimate, prior: prior, likelihood: .normal)
        let economics = ScalingEconomics(valuePerUnitEffect: 1e6, fixedCost: 20_000)
        let value = try decisionValue(
            posterior: posterior, economics: economics, interval: estimate.interval(confidenceLevel: 0.95))
        #expect(isClose(value.expectedNetValue, 4400, within: 1e-9))
        #expect(isClose(value.standardDeviation, 12_000, within: 1e-9))
        #expect(isClose(value.probabilityOfGain, Normal.cdf(4.4 / 12)))
        #expect(value.breakEvenEffect == 0.02)
        #expect(value.breakEvenPosition == .insideInterval)
        #expect(
            isClose(value.expectedLossOfStopping - value.expectedLossOfScaling, 4400, within: 1e-9))
        #expect(
            isClose(
                value.expectedValueOfPerfectInformation, value.belief.expectedValueOfPerfectInformation,
                within: 1e-9))
        #expect(throws: EstimationError.self) {
            try decisionValue(
                posterior: posterior, economics: ScalingEconomics(valuePerUnitEffect: 0, fixedCost: 1),
                interval: estimate.interval(confidenceLevel: 0.95))
        }
    }

    @Test func adviceNeverOverridesTheGate() throws {
        let sure = Estimate(value: 0.05, standardError: 0.005, degreesOfFreedom: 80)
        let posterior = try EffectPosterior(estimate: sure, prior: nil)
        let value = try decisionValue(
            posterior: posterior, economics: ScalingEconomics(valuePerUnitEffect: 1e6, fixedCost: 20_000),
            interval: sure.interval(confidenceLevel: 0.95))
        #expect(value.breakEvenPosition == .belowInterval)
        func advice(_ gatePasses: Bool, budget: Double = 100, next: Double?) -> EconomicAdvice {
            economicAdvice(
                gatePasses: gatePasses, value: value, lossBudget: budget, valueOfNextLook: next,
                holdingCost: 50)
        }
        #expect(advice(true, next: nil) == .scale)
        #expect(advice(false, next: 60) == .wait)
        #expect(advice(false, next: 40) == .stop)
        #expect(advice(false, next: nil) == .stop)
        #expect(advice(true, budget: -1, next: nil) == .stop)
    }

    @Test func netValueTakesTheIncentiveOffWhereItIsPaid() throws {
        // Margin one half: control −5 and 0, treatment 10 − 4 = 6 and 5 − 2 − 1 = 2.
        let control = [
            PartnerAccount(revenueBefore: 100, revenueAfter: 90, incentivePaid: 0),
            PartnerAccount(revenueBefore: 50, revenueAfter: 50, incentivePaid: 0),
        ]
        let treatment = [
            PartnerAccount(revenueBefore: 100, revenueAfter: 120, incentivePaid: 4),
            PartnerAccount(revenueBefore: 60, revenueAfter: 70, incentivePaid: 2, administration: 1),
        ]
        let result = try netValueDifference(control: control, treatment: treatment, grossMargin: 0.5)
        #expect(isClose(result.perPartner.controlMean, -2.5))
        #expect(isClose(result.perPartner.treatmentMean, 4))
        let perRevenue = try #require(result.perRevenue)
        #expect(isClose(perRevenue.difference, 8.0 / 160 + 5.0 / 150))
        #expect(perRevenue.estimate != nil)
    }

    @Test func theIncentiveIsAnOutcomeAndNotAConstant() throws {
        // The incentive is two thirds of the earned uplift, so net value varies a third as much as the uplift.
        func accounts(_ uplifts: [Double], share: Double) -> [PartnerAccount] {
            uplifts.map {
                PartnerAccount(revenueBefore: 100, revenueAfter: 100 + $0, incentivePaid: share * $0)
            }
        }
        let control = accounts([0, 0, 0, 0.5], share: 0)
        let gross = try netValueDifference(
            control: control, treatment: accounts([2, 9, 15, 30], share: 0), grossMargin: 1)
        let net = try netValueDifference(
            control: control, treatment: accounts([2, 9, 15, 30], share: 2.0 / 3), grossMargin: 1)
        let errors = [gross, net].compactMap { $0.perPartner.estimate?.standardError }
        #expect(errors.count == 2)
        #expect(errors[1] < 0.36 * errors[0])
    }
}
