import Foundation
import Statistics
import Testing

@Suite struct RateDifferenceGoldenTests {
    private static let corrections: [(String, ClusterVarianceCorrection)] = [
        ("CR0", .cr0), ("CR1", .cr1), ("CR1S", .cr1s), ("CR2", .cr2), ("CR3", .cr3),
    ]

    @Test(arguments: ["p12", "p30", "p80"])
    func everyCorrectionMatchesClubSandwich(_ data: String) throws {
        for (name, correction) in Self.corrections {
            let golden = try Golden("\(data)_lpm_\(name)")
            let table = try CustomerTable(golden)
            let arms = table.split(table.renewals())
            let variance = try rateDifferenceVariance(
                control: arms.control, treatment: arms.treatment, correction: correction)
            #expect(golden.agrees(variance.squareRoot(), with: try golden.numbers("se")[1]), "\(golden.name)")
        }
    }

    @Test(arguments: ["p12", "p30", "p80"])
    func estimateMatchesClubSandwichUnderItsWorkingModel(_ data: String) throws {
        let golden = try Golden("\(data)_lpm_CR2")
        let table = try CustomerTable(golden)
        let arms = table.split(table.renewals())
        let result = try rateDifference(
            control: arms.control, treatment: arms.treatment, workingCovariance: .identity)
        let estimate = try #require(result.estimate)
        let interval = estimate.interval(confidenceLevel: 0.95)
        #expect(golden.agrees(result.control.rate, with: try golden.numbers("estimate")[0]))
        #expect(golden.agrees(estimate.value, with: try golden.numbers("estimate")[1]))
        #expect(golden.agrees(estimate.standardError, with: try golden.numbers("se")[1]))
        #expect(golden.agrees(estimate.degreesOfFreedom, with: try golden.numbers("df")[1]))
        #expect(golden.agrees(estimate.statistic, with: try golden.numbers("t")[1]))
        #expect(golden.agrees(estimate.pValue(), with: try golden.numbers("p")[1]))
        #expect(golden.agrees(interval.lower, with: try golden.numbers("ci_low")[1]))
        #expect(golden.agrees(interval.upper, with: try golden.numbers("ci_high")[1]))
    }

    @Test(arguments: ["CR0", "CR1"])
    func aSingleTreatedPartnerHasTheMisleadingVarianceOthersReport(_ name: String) throws {
        let golden = try Golden("p9_one_treated_\(name)")
        let table = try CustomerTable(golden)
        let arms = table.split(table.renewals())
        let variance = try rateDifferenceVariance(
            control: arms.control, treatment: arms.treatment, correction: name == "CR0" ? .cr0 : .cr1)
        #expect(golden.agrees(variance.squareRoot(), with: try golden.numbers("se")[1]))
        let result = try rateDifference(control: arms.control, treatment: arms.treatment)
        #expect(golden.agrees(result.difference, with: try golden.numbers("estimate")[1]))
        #expect(result.estimate == nil)
        #expect(result.unavailable == .tooFewClusters(arm: .treatment, found: 1, required: 2))
    }

    @Test(arguments: 0..<4)
    func sampleRatioMatchesPearson(_ index: Int) throws {
        let golden = try Golden("srm_\(index)")
        let observed = try #require(golden.arguments["observed"] as? [Int])
        let weights = try #require(golden.arguments["weights"] as? [Double])
        let pValue = try #require(chiSquaredGoodnessOfFit(observed: observed, weights: weights))
        #expect(golden.agrees(pValue, with: try golden.number("p")))
    }
}
