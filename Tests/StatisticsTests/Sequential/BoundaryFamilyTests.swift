import Foundation
import Testing

@testable import Statistics

@Suite struct BoundaryFamilyTests {
    private func equalLooks(_ count: Int) -> [Double] { (1...count).map { Double($0) / Double(count) } }

    @Test func constantsAreThoseOfThePublishedTables() throws {
        // Jennison & Turnbull (2000), tables 2.1 and 2.3, two-sided 0.05, five looks.
        let pocock = try #require(
            familyBoundaries(
                informationFractions: equalLooks(5), alpha: 0.05, family: .pocock, isTwoSided: true))
        #expect(abs(pocock.constant - 2.413) < 5e-4)
        let obrienFleming = try #require(
            familyBoundaries(
                informationFractions: equalLooks(5), alpha: 0.05, family: .obrienFleming, isTwoSided: true))
        #expect(abs(obrienFleming.constant - 2.040) < 5e-4)
    }

    @Test func shapesFollowTheirExponent() throws {
        for delta in [0, 0.1, 0.25, 0.5, 0.7] {
            let fractions = [0.2, 0.5, 0.6, 1]
            let solved = try #require(
                familyBoundaries(
                    informationFractions: fractions, alpha: 0.025, family: .wangTsiatis(delta: delta),
                    isTwoSided: false))
            let limits = solved.boundaries.compactMap(\.criticalValue)
            #expect(limits.count == 4 && isClose(limits[3], solved.constant))
            #expect(delta > 0.5 || zip(limits, limits.dropFirst()).allSatisfy { $0 >= $1 })
            #expect(isClose(solved.boundaries[3].cumulativeAlpha, 0.025, within: 1e-10))
            // Score limits grow as information^delta.
            #expect(isClose(limits[1] * 0.5.squareRoot() / limits[3], pow(0.5, delta), within: 1e-12))
        }
    }

    @Test func oneLookIsThePlainQuantile() throws {
        let solved = try #require(
            familyBoundaries(informationFractions: [1], alpha: 0.05, family: .pocock, isTwoSided: true))
        #expect(isClose(solved.constant, Normal.survivalQuantile(0.025), within: 1e-10))
        #expect(
            familyBoundaries(informationFractions: [], alpha: 0.05, family: .pocock, isTwoSided: true) == nil)
    }

    @Test func pathsThatCouldCrossEitherWayLowerATwoSidedConstant() throws {
        let two = try #require(
            familyBoundaries(
                informationFractions: equalLooks(10), alpha: 0.4, family: .pocock, isTwoSided: true))
        let one = try #require(
            familyBoundaries(
                informationFractions: equalLooks(10), alpha: 0.2, family: .pocock, isTwoSided: false))
        #expect(two.constant < one.constant - 1e-4)
        let rule = StoppingRule(boundaries: two.boundaries, isTwoSided: true)
        let characteristics = operatingCharacteristics(of: rule, drift: 0)
        for (upper, lower) in zip(characteristics.upperCrossing, characteristics.lowerCrossing) {
            #expect(isClose(upper, lower, within: 1e-12))
        }
        #expect(isClose(characteristics.power, 0.2, within: 1e-10))
    }
}
