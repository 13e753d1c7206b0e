import Foundation
import Statistics
import Testing

/// Compared with 40-digit quadrature (mpmath 1.3.0).
@Suite struct NoncentralTTests {
    @Test func matchesFortyDigitQuadrature() {
        let cases: [(x: Double, df: Double, delta: Double, survival: Double)] = [
            (2.0244, 38, 1.2253, 0.221_987_565_823_057_55),
            (2.5, 5, 3, 0.692_324_574_651_811_53),
            (12, 1, -1, 0.005_532_670_271_089_842_1),
            (60, 20, 2, 7.630_094_947_567_493_8e-21),
        ]
        for (x, df, delta, survival) in cases {
            let distribution = NoncentralT(degreesOfFreedom: df, noncentrality: delta)
            #expect(isClose(distribution.survival(x) / survival, 1, within: 1e-12))
            #expect(isClose(distribution.cdf(x) + distribution.survival(x), 1))
        }
        #expect(
            isClose(
                NoncentralT(degreesOfFreedom: 5, noncentrality: 3).density(2.5), 0.284_402_167_172_950_43))
    }

    @Test func withoutAnEffectItIsStudentsT() {
        for df in [0.4, 1, 6.5, 38, 3000, 1e7] {
            for x in [-30, -1.2, 0, 0.3, 2.1, 14.0] {
                let central = StudentT(degreesOfFreedom: df)
                let noncentral = NoncentralT(degreesOfFreedom: df, noncentrality: 0)
                #expect(isClose(noncentral.logSurvival(x), central.logSurvival(x), within: 1e-11))
                #expect(isClose(noncentral.density(x), central.density(x), within: 1e-11))
            }
        }
    }

    @Test func manyDegreesOfFreedomAreAShiftedNormal() {
        let exact = NoncentralT(degreesOfFreedom: .infinity, noncentrality: 1.7)
        #expect(exact.survival(2) == Normal.survival(2 - 1.7))
        let large = NoncentralT(degreesOfFreedom: 1e9, noncentrality: 1.7)
        #expect(isClose(large.survival(2), exact.survival(2), within: 1e-8))
    }

    @Test func quantilesUndoProbabilities() {
        #expect(
            isClose(
                NoncentralT(degreesOfFreedom: 5, noncentrality: 3).quantile(0.9), 5.882_705_904_166_745,
                within: 1e-10))
        for delta in [-4, 0, 2.2] {
            let distribution = NoncentralT(degreesOfFreedom: 9, noncentrality: delta)
            for p in [1e-30, 1e-5, 0.2, 0.5, 0.8, 0.999] {
                #expect(isClose(distribution.cdf(distribution.quantile(p)) / p, 1, within: 1e-10))
                #expect(
                    isClose(distribution.survival(distribution.survivalQuantile(p)) / p, 1, within: 1e-10))
            }
        }
        #expect(NoncentralT(degreesOfFreedom: 9, noncentrality: 1).quantile(0) == -.infinity)
    }
}
