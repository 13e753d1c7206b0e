import Statistics
import Testing

@Suite struct PastEffectsTests {
    @Test func momentsByHand() throws {
        // Equal errors of 1: weights 1, mean 2, Q = 4 + 0 + 4 = 8, τ² = (8 − 2)/(3 − 1) = 3.
        let history = try pastEffects([0, 2, 4].map { PastEffect(value: $0, standardError: 1) })
        #expect(isClose(history.heterogeneity, 8))
        #expect(isClose(history.betweenVariance, 3))
        #expect(isClose(history.mean, 2))
        #expect(isClose(history.standardError, (4.0 / 3).squareRoot()))
        #expect(isClose(history.shrunk[0].mean, 0.5))
        #expect(isClose(history.shrunk[0].standardDeviation, (0.75).squareRoot()))
        #expect(isClose(history.prior.standardDeviation, (3 + 4.0 / 3).squareRoot()))
    }

    @Test func pilotsThatAgreeShrinkToTheirMean() throws {
        let history = try pastEffects([
            PastEffect(value: 0.02, standardError: 0.02), PastEffect(value: 0.021, standardError: 0.01),
        ])
        #expect(history.betweenVariance == 0)
        #expect(history.shrunk.allSatisfy { isClose($0.mean, history.mean) })
    }

    @Test func orderAndUnitsDoNotMatter() throws {
        let pilots = [(0.03, 0.02), (-0.02, 0.03), (0.05, 0.025)].map {
            PastEffect(value: $0.0, standardError: $0.1)
        }
        let one = try pastEffects(pilots)
        let reversed = try pastEffects(pilots.reversed())
        #expect(isClose(one.mean, reversed.mean))
        let percent = try pastEffects(
            pilots.map { PastEffect(value: 100 * $0.value, standardError: 100 * $0.standardError) })
        #expect(isClose(percent.betweenVariance, 10_000 * one.betweenVariance))
    }

    @Test func refusesOnePilotAndNoError() {
        #expect(throws: EstimationError.self) {
            try pastEffects([PastEffect(value: 1, standardError: 1)])
        }
        #expect(throws: EstimationError.self) {
            try pastEffects([
                PastEffect(value: 1, standardError: 0), PastEffect(value: 1, standardError: 1),
            ])
        }
    }
}
