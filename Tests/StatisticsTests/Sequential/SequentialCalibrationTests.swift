import Testing

@testable import Statistics

/// Error rates over many looks, on seeded Brownian paths.
@Suite struct SequentialCalibrationTests {
    private let weekly = (1...26).map { Double($0) / 26 }

    @Test("Trap 10: 26 weekly looks at a plain z reject far too often, a boundary does not")
    func peekingNeedsABoundary() throws {
        let obrienFleming = try sequentialBoundaries(
            informationFractions: weekly, alpha: 0.025, spending: .obrienFleming
        ).map { $0.criticalValue ?? .infinity }
        let pocock = try sequentialBoundaries(informationFractions: weekly, alpha: 0.025, spending: .pocock)
            .map { $0.criticalValue ?? .infinity }
        var rejections = (naive: 0.0, obrienFleming: 0.0, pocock: 0.0, eProcess: 0.0)
        let paths = 10_000
        for path in 0..<paths {
            var random = SeededGenerator(seed: UInt64(path) &+ 31_000)
            let z = zip(brownianPath(at: weekly, using: &random), weekly).map { $0 / $1.squareRoot() }
            if z.contains(where: { abs($0) > 1.959964 }) { rejections.naive += 1 }
            if zip(z, obrienFleming).contains(where: { abs($0) > $1 }) { rejections.obrienFleming += 1 }
            if zip(z, pocock).contains(where: { abs($0) > $1 }) { rejections.pocock += 1 }
            if zip(z, weekly).contains(where: {
                NormalMixture.pValue(logEValue: NormalMixture.logEValue(z: $0, varianceRatio: 7 * $1)) <= 0.05
            }) {
                rejections.eProcess += 1
            }
        }
        let share = { (count: Double) in count / Double(paths) }
        #expect(share(rejections.naive) > 0.25, "naive z rejects \(share(rejections.naive))")
        // Four standard errors around the level the boundaries claim to use up exactly.
        #expect(abs(share(rejections.obrienFleming) - 0.05) < 0.009)
        #expect(abs(share(rejections.pocock) - 0.05) < 0.009)
        #expect(share(rejections.eProcess) < 0.05)
    }

    @Test func resultsAtStoppingAreCenteredAndCovered() throws {
        let fractions = [0.25, 0.5, 0.75, 1]
        let design = SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: .pocock)
        for drift in [0, 2.0] {
            let trials = 500
            var counts = (below: 0.0, covered: 0.0, naiveBelow: 0.0, simultaneously: 0.0)
            for trial in 0..<trials {
                var random = SeededGenerator(seed: UInt64(trial) &+ 52_000)
                let scores = brownianPath(at: fractions, drift: drift, using: &random)
                let looks = zip(fractions, scores).map { fraction, score in
                    SequentialLook(
                        informationFraction: fraction,
                        estimate: Estimate(
                            value: score / fraction, standardError: 1 / fraction.squareRoot(),
                            degreesOfFreedom: .infinity))
                }
                let analysis = try sequentialAnalysis(looks: looks, design: design)
                let conclusion = try #require(analysis.conclusion)
                let interval = try #require(conclusion.interval)
                if try #require(conclusion.medianUnbiasedEstimate) < drift { counts.below += 1 }
                if conclusion.estimate.value < drift { counts.naiveBelow += 1 }
                if interval.lower <= drift && drift <= interval.upper { counts.covered += 1 }
                if analysis.looks.allSatisfy({ look in
                    look.interval.map { $0.lower <= drift && drift <= $0.upper } ?? true
                }) {
                    counts.simultaneously += 1
                }
            }
            let share = { (count: Double) in count / Double(trials) }
            // Four standard errors of 500 trials: 0.09 around a half, 0.039 around 95 %.
            #expect(abs(share(counts.below) - 0.5) < 0.09, "drift \(drift): \(share(counts.below))")
            #expect(abs(share(counts.covered) - 0.95) < 0.039, "drift \(drift): \(share(counts.covered))")
            #expect(abs(share(counts.simultaneously) - 0.95) < 0.039)
            if drift > 0 { #expect(share(counts.naiveBelow) < share(counts.below)) }
        }
    }
}
