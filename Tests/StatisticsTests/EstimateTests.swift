import Foundation
import Statistics
import Testing

@Suite struct EstimateTests {
    private let estimate = Estimate(value: 0.06, standardError: 0.02, degreesOfFreedom: 8)

    @Test func oneSidedPValuesAddToOneAndHalveTheTwoSided() {
        #expect(isClose(estimate.pValue(alternative: .greater) + estimate.pValue(alternative: .less), 1))
        #expect(isClose(estimate.pValue(), 2 * estimate.pValue(alternative: .greater)))
        // Two-sided p of t = 3 on 8 degrees of freedom.
        #expect(isClose(estimate.pValue(), 0.0170716812337895, within: 1e-10))
    }

    @Test func aNullEffectHasAPValueOfOne() {
        #expect(Estimate(value: 0, standardError: 1, degreesOfFreedom: 5).pValue() == 1)
    }

    @Test func theIntervalTouchesZeroExactlyAtThePValue() {
        let interval = estimate.interval(confidenceLevel: 1 - estimate.pValue())
        #expect(isClose(interval.lower, 0))
        #expect(interval.validity == .fixedSample)
    }

    @Test func aNormalBoundaryIsCarriedOverByItsTailProbability() {
        let z = Normal.survivalQuantile(0.025)
        let repeated = estimate.interval(criticalValue: z, confidenceLevel: 0.95)
        let fixed = estimate.interval(confidenceLevel: 0.95)
        #expect(isClose(repeated.lower, fixed.lower))
        #expect(isClose(repeated.upper, fixed.upper))
        #expect(repeated.validity == .repeated)
    }

    @Test func crossingABoundaryMeansTheSameForZAndForTheInterval() {
        for critical in [0.5, 1.9, 2.3, 2.4, 4.9] {
            let interval = estimate.interval(criticalValue: critical, confidenceLevel: 0.95)
            #expect((interval.lower > 0) == (estimate.zEquivalent > critical))
        }
    }

    @Test func theNormalEquivalentKeepsSignAndOneSidedPValue() {
        let z = estimate.zEquivalent
        #expect(isClose(Normal.survival(z), estimate.pValue(alternative: .greater)))
        #expect(Estimate(value: -0.06, standardError: 0.02, degreesOfFreedom: 8).zEquivalent == -z)
        #expect(Estimate(value: 0, standardError: 0.02, degreesOfFreedom: 8).zEquivalent == 0)
    }

    @Test func farTailsExcludeNothing() throws {
        let extreme = Estimate(value: 90, standardError: 1, degreesOfFreedom: 1e6)
        #expect(extreme.zEquivalent > 37 && extreme.zEquivalent < 38)
        let wide = Estimate(value: 1, standardError: 1, degreesOfFreedom: 0.4)
        let interval = wide.interval(criticalValue: 60, confidenceLevel: 0.95)
        #expect(interval.lower == -.infinity && interval.upper == .infinity)
        let stored = try JSONEncoder().encode(interval)
        #expect(try JSONDecoder().decode(Interval.self, from: stored) == interval)
        #expect(String(decoding: stored, as: UTF8.self).contains("lower") == false)
        let moderate = Estimate(value: 12, standardError: 1, degreesOfFreedom: 1e9)
        #expect(isClose(moderate.zEquivalent, 12, within: 1e-6))
    }
}
