import Foundation
import Testing

@testable import Statistics

@Suite struct ConditionalPowerTests {
    private let boundaries: [Boundary]

    init() throws {
        boundaries = try sequentialBoundaries(
            informationFractions: [0.25, 0.5, 0.75, 1], alpha: 0.025, spending: .obrienFleming)
    }

    @Test func oneLookAheadHasClosedForms() throws {
        let rule = StoppingRule(looks: [.init(informationFraction: 1, upper: 2)])
        let power = try #require(
            conditionalPower(z: 1.5, informationFraction: 0.4, rule: rule, plannedDrift: 3))
        let score = 1.5 * 0.4.squareRoot()
        let under = { (drift: Double) in Normal.cdf((score + drift * 0.6 - 2) / 0.6.squareRoot()) }
        #expect(isClose(power.underNoEffect, under(0), within: 1e-13))
        #expect(isClose(power.underTrend, under(score / 0.4), within: 1e-13))
        #expect(isClose(power.underPlan, under(3), within: 1e-13))
        #expect(
            isClose(
                power.predictive, Normal.cdf((score / 0.4 - 2) / (1 / 0.4 - 1).squareRoot()), within: 1e-13))
    }

    @Test func averagingOverTheFirstLookGivesThePower() throws {
        let rule = StoppingRule(boundaries: boundaries)
        let limit = try #require(boundaries[0].criticalValue)
        let drift = 2.5
        var total = Normal.survival(limit - drift * 0.5)
        GaussLegendre.panels(from: -8, to: limit, width: 0.5) { z, weight in
            let distance = z - drift * 0.5
            let density = 0.398_942_280_401_432_7 * exp(-distance * distance / 2)
            let later =
                conditionalPower(z: z, informationFraction: 0.25, rule: rule, plannedDrift: drift)?.underPlan
                ?? 0
            total += weight * density * later
        }
        #expect(isClose(total, operatingCharacteristics(of: rule, drift: drift).power, within: 1e-10))
    }

    @Test func predictivePowerAveragesConditionalPowerOverTheDrift() throws {
        let rule = StoppingRule(boundaries: boundaries)
        let power = try #require(conditionalPower(z: 1.2, informationFraction: 0.5, rule: rule))
        let trend = 1.2 / 0.5.squareRoot()
        var average = 0.0
        GaussLegendre.panels(from: -8, to: 8, width: 0.5) { x, weight in
            let drift = trend + x / 0.5.squareRoot()
            let under = conditionalPower(z: 1.2, informationFraction: 0.5, rule: rule, plannedDrift: drift)?
                .underPlan
            average += weight * 0.398_942_280_401_432_7 * exp(-x * x / 2) * (under ?? 0)
        }
        #expect(isClose(power.predictive, average, within: 1e-10))
        #expect(power.underPlan == nil)
        #expect(conditionalPower(z: 1, informationFraction: 1, rule: rule) == nil)
    }
}
