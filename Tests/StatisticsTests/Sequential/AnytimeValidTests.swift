import Foundation
import Testing

@testable import Statistics

@Suite struct AnytimeValidTests {
    private func look(_ fraction: Double, z: Double, degreesOfFreedom: Double = .infinity) -> SequentialLook {
        SequentialLook(
            informationFraction: fraction,
            estimate: Estimate(value: 0.2 * z, standardError: 0.2, degreesOfFreedom: degreesOfFreedom))
    }

    @Test func eValuesByHand() {
        // c = 7 at t = 1: 8^(−1/2) · exp(z² · 7/16).
        let looks = eProcess(looks: [look(0.5, z: 0), look(1, z: 3)])
        #expect(isClose(looks[0].logEValue, -0.5 * log(4.5)))
        #expect(looks[0].pValue == 1)
        #expect(isClose(looks[1].logEValue, -0.5 * log(8) + 9 * 7 / 16))
        #expect(isClose(looks[1].pValue, exp(-looks[1].logEValue)))
    }

    @Test func anIntervalExcludesZeroExactlyWhenEReachesItsLevel() throws {
        for z in stride(from: 0.0, through: 4, by: 0.05) {
            for fraction in [0.1, 0.5, 1] {
                let one = try #require(eProcess(looks: [look(fraction, z: z)]).first)
                let interval = try #require(one.interval)
                #expect((interval.lower > 0) == (one.logEValue > log(20)))
                #expect(interval.validity == .anytime)
            }
        }
    }

    @Test func thePValueNeverRises() {
        let looks = eProcess(looks: [look(0.2, z: 3.5), look(0.4, z: 1), look(0.6, z: 4), look(1, z: 0)])
        #expect(zip(looks, looks.dropFirst()).allSatisfy { $0.pValue >= $1.pValue })
        #expect(looks[3].pValue == looks[2].pValue)
        #expect(eProcess(looks: [look(0, z: 1)])[0].interval == nil)
    }

    @Test func theExactTuningIsNarrowestWhereItSaysSo() {
        let best = AsymptoticConfidenceSequence(narrowestAt: 120, alpha: 0.05)
        let margin = best.margin(partners: 120, variance: 2)
        for factor in [0.8, 0.95, 1.05, 1.3] {
            let other = AsymptoticConfidenceSequence(rhoSquared: best.rhoSquared * factor, alpha: 0.05)
            #expect(other.margin(partners: 120, variance: 2) > margin)
        }
        #expect(best.oneSidedMargin(partners: 120, variance: 2) < margin)
    }

    @Test func anAsymptoticIntervalStatesItsLimits() throws {
        let sequence = AsymptoticConfidenceSequence(narrowestAt: 100, alpha: 0.05)
        let estimate = Estimate(value: 0.1, standardError: 0.04, degreesOfFreedom: 50)
        let few = try sequence.interval(
            for: estimate, control: PartnerCount(raw: 59, effective: 40),
            treatment: PartnerCount(raw: 80, effective: 60))
        #expect(few.limits == [.holdsForManyArrivingPartners, .fewPartners] && few.partners == 139)
        let many = try sequence.interval(
            for: estimate, control: PartnerCount(raw: 60, effective: 40),
            treatment: PartnerCount(raw: 60, effective: 60))
        #expect(many.limits == [.holdsForManyArrivingPartners])
        // s² = V·t, so the margin is √(V·t) times that of unit variance.
        let unit = sequence.margin(partners: 120, variance: 1)
        #expect(isClose(many.interval.upper - 0.1, 0.04 * 120.0.squareRoot() * unit))
        #expect(throws: EstimationError.emptyArm(.control)) {
            try sequence.interval(
                for: estimate, control: PartnerCount(raw: 0, effective: 0),
                treatment: PartnerCount(raw: 3, effective: 3))
        }
    }

    @Test func boundariesReachTheirMartingaleLevel() throws {
        let boundaries: [UniformBoundary] = [
            .normalMixture(optimum: 100, tuningAlpha: 0.05),
            .oneSidedNormalMixture(optimum: 100, tuningAlpha: 0.05),
            .gammaExponential(optimum: 100, tuningAlpha: 0.05, scale: 0.3),
            .betaBinomial(optimum: 100, tuningAlpha: 0.05, below: 0.4, above: 0.6),
        ]
        for boundary in boundaries {
            for time in [20.0, 100, 3000] {
                let sum = try #require(boundary.value(at: time, alpha: 0.01))
                #expect(isClose(boundary.logMartingale(sum: sum, time: time), log(100), within: 1e-9))
            }
        }
        // Two trials of variables between −0.4 and 0.6 cannot add up to the level.
        let bounded = UniformBoundary.betaBinomial(optimum: 100, tuningAlpha: 0.05, below: 0.4, above: 0.6)
        #expect(bounded.value(at: 0.48, alpha: 0.01) == nil)
    }

    @Test func aSmallScaleTurnsGammaExponentialIntoNormal() throws {
        let normal = UniformBoundary.oneSidedNormalMixture(optimum: 50, tuningAlpha: 0.05)
        let gamma = UniformBoundary.gammaExponential(optimum: 50, tuningAlpha: 0.05, scale: 1e-3)
        for time in [10.0, 50, 500] {
            let curve = try #require(gamma.value(at: time, alpha: 0.05))
            #expect(isClose(normal.value(at: time, alpha: 0.05), curve, within: 2e-3))
        }
    }

    @Test func theZetaSeriesHasItsKnownValues() {
        #expect(isClose(UniformBoundary.riemannZeta(2), .pi * .pi / 6, within: 1e-14))
        #expect(isClose(UniformBoundary.riemannZeta(4), pow(.pi, 4) / 90, within: 1e-14))
        #expect(isClose(UniformBoundary.riemannZeta(1.1), 10.584_448_464_950_8, within: 1e-13))
    }

    @Test func aBernoulliSequenceMirrorsAndEndsAtItsRange() {
        let one = bernoulliConfidenceSequence(successes: 12, trials: 40, alpha: 0.05, optimum: 100)
        let two = bernoulliConfidenceSequence(successes: 28, trials: 40, alpha: 0.05, optimum: 100)
        #expect(
            isClose(one.lower, 1 - two.upper, within: 1e-9) && isClose(one.upper, 1 - two.lower, within: 1e-9)
        )
        let all = bernoulliConfidenceSequence(successes: 40, trials: 40, alpha: 0.05, optimum: 100)
        #expect(all.upper == 1 && all.lower > 0.7)
    }

    @Test func aBracketWithoutASignChangeHasNoRoot() {
        #expect(bracketedRoot(in: 0...1) { $0 + 1 } == nil)
        #expect(isClose(bracketedRoot(in: 0...3) { cos($0) }, .pi / 2, within: 1e-12))
        #expect(bracketedRoot(in: 2...5) { $0 - 2 } == 2)
        // A root of high order defeats interpolation, not bisection.
        #expect(isClose(bracketedRoot(in: -1...4) { pow($0 - 1, 9) }, 1, within: 1e-9))
    }
}
