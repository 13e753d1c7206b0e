import Testing

@testable import Statistics

@Suite struct FutilityBoundsTests {
    private let efficacy: [Boundary]

    init() throws {
        efficacy = try sequentialBoundaries(
            informationFractions: [0.2, 0.4, 0.7, 1], alpha: 0.025, spending: .obrienFleming)
    }

    @Test func spendBetaAtTheDriftTheyWereMadeFor() throws {
        let spending = SpendingFunction.hwangShihDeCani(gamma: -2)
        let futility = try #require(futilityBounds(efficacy: efficacy, beta: 0.2, spending: spending))
        let rule = futility.rule(efficacy: efficacy)
        let characteristics = operatingCharacteristics(of: rule, drift: futility.drift)
        #expect(isClose(characteristics.power, 0.8, within: 1e-9))
        var spent = 0.0
        for (index, bound) in futility.bounds.enumerated() {
            spent += characteristics.lowerCrossing[index]
            #expect(isClose(spent, bound.cumulativeBeta, within: 1e-9))
            #expect(
                isClose(bound.cumulativeBeta, spending.cumulative(at: bound.informationFraction, alpha: 0.2)))
        }
        let limits = futility.bounds.compactMap(\.criticalValue)
        #expect(limits.count == 4 && limits == limits.sorted())
        #expect(limits.last == efficacy.last?.criticalValue)
    }

    @Test func heedingThemCostsPowerAndNeverLevel() throws {
        let futility = try #require(futilityBounds(efficacy: efficacy, beta: 0.1, spending: .pocock))
        let free = try #require(requiredDrift(power: 0.9, rule: StoppingRule(boundaries: efficacy)))
        #expect(futility.drift > free)
        let heeding = operatingCharacteristics(of: futility.rule(efficacy: efficacy), drift: 0)
        #expect(heeding.power < 0.025)
        #expect(heeding.expectedLooks < 2.5)
    }

    @Test func oneLookNeedsTheTextbookDrift() throws {
        let alone = try sequentialBoundaries(informationFractions: [1], alpha: 0.025, spending: .pocock)
        let futility = try #require(futilityBounds(efficacy: alone, beta: 0.2, spending: .pocock))
        #expect(
            isClose(
                futility.drift, Normal.survivalQuantile(0.025) + Normal.survivalQuantile(0.2), within: 1e-9))
        #expect(futilityBounds(efficacy: [], beta: 0.2, spending: .pocock) == nil)
    }
}
