import Foundation
import Statistics
import Testing

@Suite struct RelativeEffectTests {
    private func comparison(
        control: Double, _ controlVariance: Double, treatment: Double, _ treatmentVariance: Double,
        degreesOfFreedom: Double = 20
    ) -> RatioComparison {
        func arm(_ value: Double, _ variance: Double) -> ArmRatio {
            ArmRatio(
                value: value, partners: PartnerCount(raw: 21, effective: 21),
                uncertainty: ArmRatio.Uncertainty(
                    squaredStandardError: variance, degreesOfFreedom: degreesOfFreedom))
        }
        return RatioComparison(
            method: .deltaMethod, estimand: .customerAverage, control: arm(control, controlVariance),
            treatment: arm(treatment, treatmentVariance), unavailable: nil)
    }

    @Test func theEndsOfFiellersSetSolveItsEquation() throws {
        for (r0, v0, r1, v1) in [(1.0, 0.01, 1.3, 0.02), (0.8, 0.05, -0.4, 0.1), (-2, 0.1, 0.5, 0.3)] {
            let both = comparison(control: r0, v0, treatment: r1, v1)
            guard case .bounded(let lower, let upper) = try both.fiellerRegion(confidenceLevel: 0.9) else {
                Issue.record("an arm 3 standard errors from 0 gives an interval")
                continue
            }
            let t = StudentT(degreesOfFreedom: try both.estimate().degreesOfFreedom).survivalQuantile(0.05)
            for end in [lower + 1, upper + 1] {
                #expect(isClose(abs(r1 - end * r0) / (v1 + end * end * v0).squareRoot(), t, within: 1e-9))
            }
            #expect(lower < r1 / r0 - 1 && r1 / r0 - 1 < upper)
        }
    }

    @Test func fiellersSetMayBeTwoRaysOrEverything() throws {
        let rays = try comparison(control: 0.1, 0.01, treatment: 2, 0.01).fiellerRegion(confidenceLevel: 0.95)
        guard case .exclusive(let lower, let upper) = rays else {
            Issue.record("control near 0 and treatment far from it leave two rays, not \(rays)")
            return
        }
        #expect(lower < 0 && upper > 0)
        #expect(!rays.contains(0) && rays.contains(1e9) && rays.contains(-1e9) && rays.contains(19))
        let everything = comparison(control: 0.1, 0.01, treatment: 0.1, 0.01)
        #expect(try everything.fiellerRegion(confidenceLevel: 0.95) == .wholeLine)
    }

    @Test func fiellersSetLeavesOutZeroExactlyWhenTheDifferenceIsSignificant() throws {
        for seed in 0..<300 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            let both = try compareRatios(control: arms.control, treatment: arms.treatment)
            guard both.unavailable == nil else { continue }
            let region = try both.fiellerRegion(confidenceLevel: 0.8)
            let rejected = try both.estimate().pValue() < 0.2
            #expect(region.contains(0) != rejected, "seed \(seed): \(region)")
        }
    }

    @Test("Trap 9: a relative interval accounts for control's own uncertainty")
    func relativeIntervalsAccountForControl() throws {
        let clear = comparison(control: 1, 0.04, treatment: 1.2, 0.0001)
        let estimate = try clear.estimate()
        let naive = estimate.interval(confidenceLevel: 0.95)
        let relative = try clear.relativeEffect(confidenceLevel: 0.95)
        #expect(relative.method == .logRatioDelta)
        guard case .bounded(let lower, let upper) = relative.region else {
            Issue.record("control 5 standard errors from 0 gives an interval")
            return
        }
        // Dividing the difference's interval by R₀ = 1 leaves it as it is: too short where it matters.
        #expect(upper > naive.upper / 1 && upper - lower > naive.upper - naive.lower)
        #expect(isClose(log(1 + lower) + log(1 + upper), 2 * log(1.2)))
        let unclear = try comparison(control: 1, 0.16, treatment: 1.2, 0.0001)
            .relativeEffect(confidenceLevel: 0.95)
        #expect(unclear.method == .fieller)
    }

    @Test("Trap 21: a p-value far out keeps its digits instead of becoming 0")
    func farTailsKeepTheirDigits() throws {
        let far = Estimate(value: 12, standardError: 1, degreesOfFreedom: 1e6)
        #expect(far.pValue() > 1e-40 && far.pValue() < 1e-31)
        let counts = TwoProportions(
            control: Proportion(successes: 1000, trials: 10_000),
            treatment: Proportion(successes: 3000, trials: 10_000))
        let pValue = try #require(counts.pooledPValue)
        #expect(pValue > 0 && pValue < 1e-200)
    }

    @Test("Trap 26: the upper bound of a lower-tailed test lies above the estimate")
    func oneSidedBoundsLieOnTheirSide() {
        let estimate = Estimate(value: 2, standardError: 1, degreesOfFreedom: 10)
        let t = StudentT(degreesOfFreedom: 10).survivalQuantile(0.05)
        let less = estimate.interval(alternative: .less, confidenceLevel: 0.95)
        let greater = estimate.interval(alternative: .greater, confidenceLevel: 0.95)
        #expect(less.lower == -.infinity && isClose(less.upper, 2 + t))
        #expect(isClose(greater.lower, 2 - t) && greater.upper == .infinity)
        #expect((greater.lower > 0) == (estimate.pValue(alternative: .greater) < 0.05))
        #expect((less.upper < 0) == (estimate.pValue(alternative: .less) < 0.05))
        #expect(
            estimate.interval(alternative: .twoSided, confidenceLevel: 0.95)
                == estimate.interval(confidenceLevel: 0.95))
    }
}
