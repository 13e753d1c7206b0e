import Foundation
import Testing

@testable import Statistics

/// Rejection rates without any effect, on six against six partners with heavy-tailed sizes.
///
/// A partner has clip(round(25(a − 1)/a · U^(−1/a)), 1, 400) customers with a = 1.2 (Pareto, mean 25 before
/// clipping) and a renewal rate of 0.75 plus normal noise that makes two of its customers correlate by 0.05.
@Suite struct CalibrationTests {
    private static func partner(using random: inout SeededGenerator) -> ClusterTotal {
        let shape = 1.2
        let uniform = Double.random(in: 0x1p-53...1, using: &random)
        let size = min(max((25 * (shape - 1) / shape * pow(uniform, -1 / shape)).rounded(), 1), 400)
        let noise = Normal.quantile(Double.random(in: 1e-9...(1 - 1e-9), using: &random))
        let rate = min(max(0.75 + (0.05 * 0.75 * 0.25).squareRoot() * noise, 0), 1)
        let successes = (0..<Int(size)).reduce(0) { count, _ in
            count + (Double.random(in: 0..<1, using: &random) < rate ? 1 : 0)
        }
        return ClusterTotal(successes: successes, size: Int(size))
    }

    @Test func errorRatesStayInsideTheirBandsWithSixPartnersAnArm() throws {
        let runs = 2000
        let labels = (0..<12).map { $0 < 6 }
        var rejections = (robust: 0, randomization: 0, uncorrected: 0)
        for run in 0..<runs {
            var random = SeededGenerator(seed: UInt64(run) &+ 77_000)
            let totals = (0..<12).map { _ in Self.partner(using: &random) }
            let (treatment, control) = (Array(totals[..<6]), Array(totals[6...]))
            if let estimate = try rateDifference(control: control, treatment: treatment).estimate,
                estimate.pValue() <= 0.05
            {
                rejections.robust += 1
            }
            let uncorrected = try rateDifferenceVariance(
                control: control, treatment: treatment, correction: .cr0)
            let difference = try rateDifference(control: control, treatment: treatment).difference
            if uncorrected > 0, abs(difference) > 1.96 * uncorrected.squareRoot() {
                rejections.uncorrected += 1
            }
            let randomization = try randomizationTest(
                totals: totals, blocks: [RandomizationBlock(labels: labels, clusters: (0..<12).map { $0 })],
                statistic: .rateDifference, draws: 199, seed: UInt64(run), exactLimit: 0)
            if randomization.pValue <= 0.05 { rejections.randomization += 1 }
        }
        let robust = Double(rejections.robust) / Double(runs)
        let randomization = Double(rejections.randomization) / Double(runs)
        // Monte-Carlo error of a rate of 5 % in 2,000 runs is 0.5 points; the bands allow for it.
        #expect((0.025...0.065).contains(robust), "CR2 rejects \(robust)")
        #expect((0.035...0.057).contains(randomization), "the randomisation test rejects \(randomization)")
        // The data are hard: the uncorrected normal test has to fail on them, or the bands show nothing.
        #expect(Double(rejections.uncorrected) / Double(runs) > 0.1)
    }
}
