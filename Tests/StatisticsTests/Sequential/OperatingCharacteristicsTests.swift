import Testing

@testable import Statistics

@Suite struct OperatingCharacteristicsTests {
    private let boundaries: [Boundary]

    init() throws {
        boundaries = try sequentialBoundaries(
            informationFractions: [0.3, 0.5, 0.9, 1], alpha: 0.025, spending: .pocock)
    }

    @Test func withoutAnEffectEveryLookCrossesAsOftenAsItSpends() {
        let rule = StoppingRule(boundaries: boundaries)
        let characteristics = operatingCharacteristics(of: rule, drift: 0)
        var spent = 0.0
        for (crossing, boundary) in zip(characteristics.upperCrossing, boundaries) {
            spent += crossing
            #expect(isClose(spent, boundary.cumulativeAlpha, within: 1e-12))
        }
        #expect(isClose(characteristics.power, 0.025, within: 1e-12))
        #expect(isClose(characteristics.neverStopping, 0.975, within: 1e-12))
    }

    @Test func oneLookHasTheTextbookPower() throws {
        let rule = StoppingRule(looks: [.init(informationFraction: 1, upper: 1.96)])
        for drift in [-3, 0, 2.8, 9] {
            let characteristics = operatingCharacteristics(of: rule, drift: drift)
            #expect(isClose(characteristics.power, Normal.cdf(drift - 1.96), within: 1e-13))
            #expect(characteristics.expectedLooks == 1 && characteristics.expectedInformationFraction == 1)
        }
        let plain = StoppingRule(boundaries: [
            Boundary(
                informationFraction: 1, cumulativeAlpha: 0.025, criticalValue: Normal.survivalQuantile(0.025),
                nominalLevel: 0.025)
        ])
        #expect(isClose(inflationFactor(power: 0.8, level: 0.025, rule: plain), 1, within: 1e-10))
    }

    @Test func twoLooksByHand() {
        // P(stop at look 1) = Φ̄(2 − δ√½); the mean number of looks is 2 less that.
        let rule = StoppingRule(looks: [
            .init(informationFraction: 0.5, upper: 2), .init(informationFraction: 1, upper: 2),
        ])
        let characteristics = operatingCharacteristics(of: rule, drift: 2)
        let early = Normal.survival(2 - 2 * 0.5.squareRoot())
        #expect(isClose(characteristics.upperCrossing[0], early, within: 1e-13))
        #expect(isClose(characteristics.expectedLooks, 2 - early, within: 1e-12))
        #expect(isClose(characteristics.expectedInformationFraction, 1 - early / 2, within: 1e-12))
        #expect(
            isClose(
                characteristics.neverStopping + characteristics.power
                    + characteristics.lowerCrossing.reduce(0, +), 1, within: 1e-12))
    }

    @Test func exchangingUpAndDownMirrorsEverything() {
        let rule = StoppingRule(looks: [
            .init(informationFraction: 0.2, lower: -1, upper: 2.7),
            .init(informationFraction: 0.6, lower: 0.1, upper: 2.4),
            .init(informationFraction: 1, lower: 2, upper: 2),
        ])
        let one = operatingCharacteristics(of: rule, drift: 1.7)
        let two = operatingCharacteristics(of: rule.mirrored, drift: -1.7)
        for index in 0..<3 {
            #expect(isClose(one.upperCrossing[index], two.lowerCrossing[index], within: 1e-12))
            #expect(isClose(one.lowerCrossing[index], two.upperCrossing[index], within: 1e-12))
        }
        #expect(isClose(one.expectedLooks, two.expectedLooks, within: 1e-12))
        #expect(isClose(one.neverStopping, 0, within: 1e-12))
    }

    @Test func requiredDriftHasThePowerAskedFor() throws {
        let rule = StoppingRule(boundaries: boundaries)
        for power in [0.01, 0.5, 0.8, 0.999] {
            let drift = try #require(requiredDrift(power: power, rule: rule))
            #expect(isClose(operatingCharacteristics(of: rule, drift: drift).power, power, within: 1e-10))
        }
        let blind = StoppingRule(looks: [.init(informationFraction: 1, lower: -1)])
        #expect(requiredDrift(power: 0.8, rule: blind) == nil)
    }

    @Test func simulatedPathsUnderDriftCrossAsOften() {
        let rule = StoppingRule(looks: [
            .init(informationFraction: 0.25, lower: -0.5, upper: 2.5),
            .init(informationFraction: 0.7, lower: 0.6, upper: 2.2), .init(informationFraction: 1, upper: 2),
        ])
        let expected = operatingCharacteristics(of: rule, drift: 1.5)
        var crossings = (upper: [0.0, 0, 0], lower: [0.0, 0, 0])
        let paths = 40_000
        for path in 0..<paths {
            var random = SeededGenerator(seed: UInt64(path) &+ 900)
            let scores = brownianPath(
                at: rule.looks.map(\.informationFraction), drift: 1.5, using: &random)
            for (index, look) in rule.looks.enumerated() {
                let z = scores[index] / look.informationFraction.squareRoot()
                if z > look.upper ?? .infinity {
                    crossings.upper[index] += 1
                    break
                }
                if z < look.lower ?? -.infinity {
                    crossings.lower[index] += 1
                    break
                }
            }
        }
        for index in 0..<3 {
            #expect(abs(crossings.upper[index] / Double(paths) - expected.upperCrossing[index]) < 0.01)
            #expect(abs(crossings.lower[index] / Double(paths) - expected.lowerCrossing[index]) < 0.01)
        }
    }
}
