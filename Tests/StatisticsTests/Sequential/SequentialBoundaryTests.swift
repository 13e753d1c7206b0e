import Foundation
import Testing

@testable import Statistics

@Suite struct SequentialBoundaryTests {
    @Test func fineQuadratureAgreesWithTheRecursionTo1e7() throws {
        let golden = try Golden("gs_26looks_asOF")
        let fractions = try #require(golden.arguments["information_rates"] as? [Double])
        let boundaries = try sequentialBoundaries(
            informationFractions: fractions, alpha: 0.025, spending: .obrienFleming)
        for (boundary, expected) in zip(boundaries, try golden.numbers("critical_z")) {
            #expect(abs((boundary.criticalValue ?? 0) - expected) < 1e-7)
        }
    }

    @Test func twelvePocockLooksAgreeWithSimpsonsRule() throws {
        // The recursion by Simpson's rule on 4001 nodes from -9 standard deviations to the boundary (NumPy,
        // SciPy 1.17.1).
        let simpson = [
            2.711837595305889, 2.676954545694457, 2.640359848984116, 2.6100299643626577, 2.5851956665151676,
            2.5646090625132283, 2.5472808791273933, 2.5324856035006276, 2.5196929780500255,
            2.5085101763815185,
            2.498641092119327, 2.4898586158551193,
        ]
        let boundaries = try sequentialBoundaries(
            informationFractions: (1...12).map { Double($0) / 12 }, alpha: 0.025, spending: .pocock)
        for (boundary, expected) in zip(boundaries, simpson) {
            #expect(isClose(boundary.criticalValue, expected, within: 1e-9))
        }
    }

    @Test func twiceTheNodesMoveNoBoundary() throws {
        let schedules: [[Double]] = [
            (1...26).map { Double($0) / 26 }, [0.12, 0.31, 0.45, 0.8, 1], [0.5, 0.5001, 0.9, 1],
            [0.01, 0.99, 1],
        ]
        let families: [SpendingFunction] = [
            .obrienFleming, .pocock, .hwangShihDeCani(gamma: -4), .kimDeMets(rho: 1),
        ]
        for fractions in schedules {
            for spending in families {
                let boundaries = { (width: Double, reach: Double) in
                    sequentialBoundaries(
                        informationFractions: fractions, alpha: 0.025, spending: spending,
                        spendingFractions: nil, endsSchedule: false,
                        quadrature: SequentialDensity.Quadrature(panelWidth: width, reach: reach))
                }
                let standard = boundaries(4, 8)
                for finer in [boundaries(2, 8), boundaries(4, 12)] {
                    for (one, two) in zip(standard, finer) {
                        #expect(
                            abs((one.criticalValue ?? 0) - (two.criticalValue ?? 99)) < 1e-9,
                            "\(spending) at \(one.informationFraction)")
                    }
                }
            }
        }
    }

    @Test func aMissedLookLeavesItsShareToTheNext() throws {
        let boundaries = try sequentialBoundaries(
            informationFractions: [0.25, 0.75, 1], alpha: 0.025, spending: .pocock)
        #expect(
            isClose(
                boundaries[1].cumulativeAlpha, SpendingFunction.pocock.cumulative(at: 0.75, alpha: 0.025)))
        let complete = try sequentialBoundaries(
            informationFractions: [0.25, 0.5, 0.75, 1], alpha: 0.025, spending: .pocock)
        #expect(boundaries[0] == complete[0])
        #expect((boundaries[1].criticalValue ?? 9) < complete[2].criticalValue ?? 0)
    }

    @Test func theLastLookSpendsEverythingWhateverHappened() throws {
        let short = try sequentialBoundaries(
            informationFractions: [0.3, 0.8], alpha: 0.025, spending: .obrienFleming, endsSchedule: true)
        #expect(short[1].cumulativeAlpha == 0.025)
        // Only ratios of information matter once the spending is given.
        let scaled = try sequentialBoundaries(
            informationFractions: [0.45, 1.2], alpha: 0.025, spending: .obrienFleming,
            spendingFractions: [0.3, 1])
        for (one, two) in zip(short, scaled) {
            #expect(isClose(one.criticalValue, two.criticalValue, within: 1e-11))
        }
        let alone = try sequentialBoundaries(
            informationFractions: [0.4], alpha: 0.025, spending: .obrienFleming, endsSchedule: true)
        #expect(isClose(alone[0].criticalValue, Normal.survivalQuantile(0.025)))
    }

    @Test func spendingByTheCalendarKeepsItsLevelUnderOtherInformation() throws {
        let boundaries = try sequentialBoundaries(
            informationFractions: [0.5, 0.8, 0.9, 1], alpha: 0.025, spending: .obrienFleming,
            spendingFractions: [0.25, 0.5, 0.75, 1])
        let characteristics = operatingCharacteristics(of: StoppingRule(boundaries: boundaries), drift: 0)
        #expect(isClose(characteristics.power, 0.025, within: 1e-11))
        #expect(
            isClose(
                characteristics.upperCrossing[0],
                SpendingFunction.obrienFleming.cumulative(at: 0.25, alpha: 0.025), within: 1e-11))
    }

    @Test func spendingLateMakesBoundariesFall() throws {
        for count in [2, 5, 12, 26] {
            for spending in [SpendingFunction.obrienFleming, .hwangShihDeCani(gamma: -4), .kimDeMets(rho: 3)]
            {
                let limits = try sequentialBoundaries(
                    informationFractions: (1...count).map { Double($0) / Double(count) }, alpha: 0.025,
                    spending: spending
                ).compactMap(\.criticalValue)
                #expect(limits.count == count && zip(limits, limits.dropFirst()).allSatisfy { $0 > $1 })
                #expect((limits.last ?? 0) > Normal.survivalQuantile(0.025))
            }
        }
    }

    @Test func oneLookIsThePlainQuantile() throws {
        let boundaries = try sequentialBoundaries(informationFractions: [1], alpha: 0.025, spending: .pocock)
        #expect(isClose(boundaries[0].criticalValue, Normal.survivalQuantile(0.025)))
        #expect(isClose(boundaries[0].nominalLevel, 0.025))
    }

    @Test func aLookDoesNotDependOnLaterOnes() throws {
        let all = [0.1, 0.25, 0.26, 0.7, 1]
        let complete = try sequentialBoundaries(
            informationFractions: all, alpha: 0.05, spending: .obrienFleming)
        for count in 1..<all.count {
            let partial = try sequentialBoundaries(
                informationFractions: Array(all.prefix(count)), alpha: 0.05, spending: .obrienFleming)
            for (early, late) in zip(partial, complete) {
                #expect(isClose(early.criticalValue, late.criticalValue, within: 1e-10))
            }
        }
    }

    @Test func looksWithoutNewInformationSpendNothing() throws {
        let boundaries = try sequentialBoundaries(
            informationFractions: [0, 0.3, 0.3, 0.6, 1, 1], alpha: 0.025, spending: .pocock)
        let plain = try sequentialBoundaries(
            informationFractions: [0.3, 0.6, 1], alpha: 0.025, spending: .pocock)
        #expect(boundaries[0].criticalValue == nil && boundaries[0].cumulativeAlpha == 0)
        #expect(boundaries[2].criticalValue == nil && boundaries[2].nominalLevel == nil)
        #expect(boundaries[2].cumulativeAlpha == boundaries[1].cumulativeAlpha)
        #expect(boundaries[5].criticalValue == nil && boundaries[5].cumulativeAlpha == 0.025)
        #expect([1, 3, 4].map { boundaries[$0].criticalValue } == plain.map(\.criticalValue))
    }

    @Test func aVanishingShareOfTheErrorGivesNoBoundaryAndIsKept() throws {
        let boundaries = try sequentialBoundaries(
            informationFractions: [0.001, 0.5, 1], alpha: 0.025, spending: .obrienFleming)
        let plain = try sequentialBoundaries(
            informationFractions: [0.5, 1], alpha: 0.025, spending: .obrienFleming)
        #expect(boundaries[0].criticalValue == nil)
        #expect(boundaries.dropFirst().map(\.criticalValue) == plain.map(\.criticalValue))
    }

    @Test func nearlySimultaneousLooksAreResolved() throws {
        // Two looks a hair apart share the error of one: the first of them is close to a single look there.
        let split = try sequentialBoundaries(
            informationFractions: [0.5, 0.5001, 1], alpha: 0.025, spending: .pocock)
        let merged = try sequentialBoundaries(
            informationFractions: [0.5001, 1], alpha: 0.025, spending: .pocock)
        #expect(isClose(split[2].criticalValue, merged[1].criticalValue, within: 1e-3))
        #expect((split[1].criticalValue ?? 0) > (split[0].criticalValue ?? 0))
    }

    @Test func crossingProbabilitiesOfASimulatedPathMatchTheSpending() throws {
        let fractions = [0.3, 0.5, 0.9, 1]
        let boundaries = try sequentialBoundaries(
            informationFractions: fractions, alpha: 0.1, spending: .kimDeMets(rho: 1))
        var random = SeededGenerator(seed: 20)
        var crossings = [0, 0, 0, 0]
        let paths = 40_000
        for _ in 0..<paths {
            var score = 0.0
            var last = 0.0
            for (index, fraction) in fractions.enumerated() {
                let normal = Normal.quantile(Double.random(in: 1e-12...1, using: &random))
                score += normal * (fraction - last).squareRoot()
                last = fraction
                if score / fraction.squareRoot() > boundaries[index].criticalValue ?? .infinity {
                    crossings[index] += 1
                    break
                }
            }
        }
        for (index, expected) in [0.03, 0.02, 0.04, 0.01].enumerated() {
            let tolerance = 4 * (expected * (1 - expected) / Double(paths)).squareRoot()
            #expect(abs(Double(crossings[index]) / Double(paths) - expected) < tolerance, "look \(index)")
        }
    }
}

@Suite struct SpendingFunctionTests {
    private let families: [SpendingFunction] = [
        .obrienFleming, .pocock, .hwangShihDeCani(gamma: -4), .hwangShihDeCani(gamma: 0), .kimDeMets(rho: 3),
    ]

    @Test func spendsNothingAtTheStartAndEverythingAtTheEnd() {
        for family in families {
            #expect(family.cumulative(at: 0, alpha: 0.025) == 0)
            #expect(family.cumulative(at: 1, alpha: 0.025) == 0.025)
            let path = stride(from: 0.05, through: 1, by: 0.05).map {
                family.cumulative(at: $0, alpha: 0.025)
            }
            #expect(path == path.sorted())
        }
        #expect(isClose(SpendingFunction.hwangShihDeCani(gamma: 0).cumulative(at: 0.4, alpha: 0.05), 0.02))
        #expect(isClose(SpendingFunction.kimDeMets(rho: 2).cumulative(at: 0.5, alpha: 0.04), 0.01))
    }

    @Test func survivesStorageAndRefusesAMissingParameter() throws {
        let stored = try JSONEncoder().encode(families)
        #expect(try JSONDecoder().decode([SpendingFunction].self, from: stored) == families)
        for text in [#"{"kind":"kimDeMets"}"#, #"{"kind":"pocock","parameter":2}"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(SpendingFunction.self, from: Data(text.utf8))
            }
        }
    }

    @Test func theQuadratureIntegratesPolynomialsExactly() {
        var sum = 0.0
        GaussLegendre.panels(from: -1, to: 2, width: 5) { point, weight in
            sum += weight * (0..<23).reduce(1.0) { power, _ in power * point }
        }
        #expect(isClose(sum, (16_777_216 - 1) / 24, within: 1e-13))
    }
}
