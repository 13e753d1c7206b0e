import Statistics
import Testing

@Suite struct CovariateAdjustmentTests {
    /// Partners whose outcome follows a covariate from before, plus noise and a constant effect.
    private func arms(
        seed: UInt64, effect: Double = 0.1
    ) -> (control: [PairedTotal], treatment: [PairedTotal]) {
        var random = SeededGenerator(seed: seed)
        func arm(_ shift: Double) -> [PairedTotal] {
            (0..<30).map { _ in
                let size = Int.random(in: 5...40, using: &random)
                let before = Double.random(in: 0.3...0.9, using: &random)
                let after = before + shift + Double.random(in: -0.05...0.05, using: &random)
                func line(_ rate: Double) -> ClusterTotal {
                    ClusterTotal(
                        count: size, numerator: rate * Double(size), denominator: Double(size),
                        sumOfSquares: 0)
                }
                return PairedTotal(outcome: line(after), covariate: line(before))
            }
        }
        return (arm(0), arm(effect))
    }

    private func mapCovariate(
        _ pairs: [PairedTotal], _ change: (ClusterTotal) -> ClusterTotal
    ) -> [PairedTotal] {
        pairs.map { PairedTotal(outcome: $0.outcome, covariate: change($0.covariate)) }
    }

    @Test(arguments: [Estimand.customerAverage, .partnerAverage])
    func adjustmentTakesOutWhatTheCovariateExplains(_ estimand: Estimand) throws {
        let both = arms(seed: 3)
        let result = try cupedComparison(
            control: both.control, treatment: both.treatment, estimand: estimand)
        let (adjusted, plain) = (try result.adjusted.estimate(), try result.unadjusted.estimate())
        #expect(adjusted.standardError < plain.standardError / 3)
        #expect(abs(adjusted.value - 0.1) < 3 * adjusted.standardError)
        #expect(isClose(result.coefficient, 1, within: 0.1))
        #expect(result.correlation > 0.9)
    }

    @Test("Trap 8: one coefficient for both arms; the covariate's origin and unit change nothing")
    func theCovariatesOriginAndUnitChangeNothing() throws {
        for seed in 0..<20 as Range<UInt64> {
            let both = arms(seed: seed)
            let original = try cupedComparison(control: both.control, treatment: both.treatment)
            let change: (ClusterTotal) -> ClusterTotal = {
                ClusterTotal(
                    count: $0.count, numerator: 100 * $0.numerator + 7 * $0.denominator,
                    denominator: $0.denominator, sumOfSquares: 0)
            }
            let moved = try cupedComparison(
                control: mapCovariate(both.control, change), treatment: mapCovariate(both.treatment, change))
            #expect(
                isClose(original.adjusted.difference, moved.adjusted.difference, within: 1e-9), "seed \(seed)"
            )
            #expect(isClose(original.coefficient, 100 * moved.coefficient, within: 1e-9), "seed \(seed)")
            #expect(
                isClose(
                    try original.adjusted.estimate().standardError,
                    try moved.adjusted.estimate().standardError, within: 1e-9), "seed \(seed)")
        }
    }

    @Test("Trap 29: a covariate that the treatment moves is shown to, and takes the effect away with it")
    func aMediatorIsNoCovariate() throws {
        // The discount is what the treatment changes; all of the effect runs through it.
        let depth = [(0.0, 0.2), (0.1, 0.3), (0.05, 0.25), (0.02, 0.22), (0.08, 0.28), (0.12, 0.35)]
        func pairs(_ depths: [Double]) -> [PairedTotal] {
            depths.enumerated().map { index, depth in
                PairedTotal(
                    outcome: single(0.5 + 2 * depth + (index.isMultiple(of: 2) ? 0.01 : -0.01)),
                    covariate: single(depth))
            }
        }
        let result = try cupedComparison(
            control: pairs(depth.map(\.0)), treatment: pairs(depth.map(\.1)), estimand: .partnerAverage)
        #expect(isClose(result.unadjusted.difference, 2 * (1.6 - 0.37) / 6))
        #expect(abs(result.adjusted.difference) < 0.03)
        #expect(try result.covariate.estimate().pValue() < 0.001)
    }

    @Test func aCovariateUnrelatedToAssignmentRaisesNoSuspicion() throws {
        let both = arms(seed: 8)
        let result = try cupedComparison(control: both.control, treatment: both.treatment)
        #expect(try result.covariate.estimate().pValue() > 0.05)
    }

    @Test func partnersWithoutAnOutcomeTakeNoPartAndThoseWithoutACovariateCountAsAverage() throws {
        let both = arms(seed: 5)
        let original = try cupedComparison(control: both.control, treatment: both.treatment)
        let padded = try cupedComparison(
            control: both.control + [PairedTotal(outcome: .empty, covariate: single(5))],
            treatment: both.treatment)
        #expect(padded == original)
        var missing = both
        missing.control[0].covariate = .empty
        let without = try cupedComparison(
            control: missing.control, treatment: missing.treatment)
        #expect(without.adjusted.control.partners == original.adjusted.control.partners)
        #expect(without.adjusted.difference != original.adjusted.difference)
    }

    @Test func aConstantCovariateIsRefused() {
        let pairs = [0.4, 0.6, 0.5].map { PairedTotal(outcome: single($0), covariate: single(1)) }
        #expect(throws: EstimationError.constantCovariate) {
            try cupedComparison(control: pairs, treatment: pairs)
        }
        #expect(throws: EstimationError.constantCovariate) {
            try cupedComparison(
                control: pairs.map { PairedTotal(outcome: $0.outcome, covariate: .empty) },
                treatment: pairs.map { PairedTotal(outcome: $0.outcome, covariate: .empty) })
        }
    }
}
