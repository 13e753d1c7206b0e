import Foundation
import Statistics
import Testing

/// Tails compared with 40-digit arithmetic (mpmath 1.3.0) where a Double holds no 1 − cdf any more.
@Suite struct FarTailTests {
    @Test("Trap 21: a tail is never 1 − cdf: far out it keeps its digits, and its logarithm outlasts it")
    func tailsDoNotUnderflow() {
        #expect(1 - Normal.cdf(9) == 0)
        #expect(isClose(Normal.survival(9) / 1.128_588_405_953_840_6e-19, 1))
        #expect(isClose(Normal.logSurvival(60), -1805.013_560_680_567_1))
        #expect(1 - StudentT(degreesOfFreedom: 500).cdf(12) == 0)
        #expect(StudentT(degreesOfFreedom: 500).survival(12) > 0)
        #expect(isClose(StudentT(degreesOfFreedom: 500).logSurvival(200), -1102.632_844_889_048_8))
        #expect(isClose(StudentT(degreesOfFreedom: 7).logSurvival(1e60), -962.202_542_760_904_62))
        #expect(isClose(ChiSquared(degreesOfFreedom: 3).logSurvival(4000), -1996.078_516_626_276_1))
        #expect(isClose(Beta(alpha: 400, beta: 3).logCDF(0.05), -1187.097_967_173_453_9))
        #expect(
            isClose(Binomial(trials: 2000, probability: 0.001).logSurvival(500), -2340.397_829_851_107_3))
        #expect(isClose(Poisson(mean: 2).logSurvival(300), -1213.969_014_465_223_1))
        #expect(
            isClose(
                NoncentralT(degreesOfFreedom: 40, noncentrality: 5).logCDF(-3000), -288.153_896_281_920_94))
    }

    @Test("Trap 21: p-values of an estimate many standard errors from 0 stay positive")
    func pValuesDoNotUnderflow() {
        let estimate = Estimate(value: 30, standardError: 1, degreesOfFreedom: 300)
        #expect(estimate.pValue() > 0)
        #expect(estimate.pValue() < 1e-80)
        #expect(estimate.pValue(alternative: .less) == 1)
    }

    @Test func theTwoRoutesMeetWhereOneTakesOver() {
        for x in stride(from: 34.0, through: 38, by: 0.125) {
            let step = Normal.logSurvival(x) - Normal.logSurvival(x + 0.125)
            #expect(isClose(step, 0.125 * (x + 0.0625 + 1 / x), within: 1e-3))
        }
        let chi = ChiSquared(degreesOfFreedom: 11)
        for x in stride(from: 1300.0, through: 1400, by: 5) {
            #expect(chi.logSurvival(x) > chi.logSurvival(x + 5) + 2.4)
        }
    }

    @Test func lowerTailOfFFarBelowItsMean() {
        // The reference table prints 0 here, below its own resolution; the value is SciPy's.
        #expect(isClose(FDistribution(d1: 50, d2: 80).cdf(0.001) / 3.040_6e-63, 1, within: 1e-3))
        #expect(isClose(FDistribution(d1: 300, d2: 40).cdf(0.001) / 3.158_859_463_899_05e-295, 1))
    }
}
