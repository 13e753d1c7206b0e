import Foundation
import Statistics
import Testing

/// What data may bring is refused by a typed error, never by stopping the program.
@Suite struct TypedFaultsTests {
    private let estimate = Estimate(value: 0.1, standardError: 0.05, degreesOfFreedom: 20)

    private func isInvalidPlan(_ error: any Error) -> Bool {
        if case EstimationError.invalidPlan = error { true } else { false }
    }

    private func refusesPlan(_ body: () throws -> Void) -> Bool {
        do {
            try body()
            return false
        } catch {
            return isInvalidPlan(error)
        }
    }

    @Test(arguments: [[0.5, 0.4], [0.5, 1.2], [-0.1, 0.5], [.nan, 1], [0.5, .infinity]])
    func looksOutOfOrderAreRefused(_ fractions: [Double]) {
        let design = SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: .obrienFleming)
        let looks = fractions.map { SequentialLook(informationFraction: $0, estimate: estimate) }
        let guarded = fractions.map { GuardrailLook(informationFraction: $0, estimate: estimate) }
        let plan = GuardrailPlan(margin: 0.01, benefit: .increase)
        #expect(
            refusesPlan {
                _ = try sequentialBoundaries(
                    informationFractions: fractions, alpha: 0.025, spending: .pocock)
            })
        #expect(refusesPlan { _ = try sequentialAnalysis(looks: looks, design: design) })
        #expect(refusesPlan { _ = try repeatedPValue(of: looks, design: design) })
        #expect(refusesPlan { _ = try design.boundaries(of: looks) })
        #expect(refusesPlan { _ = try guardrailMonitoring(looks: guarded, plan: plan) })
        #expect(refusesPlan { _ = try guardrailPValue(.deterioration, looks: guarded, plan: plan) })
    }

    @Test func informationBeyondThePlanNeedsSpendingFractions() throws {
        let boundaries = try sequentialBoundaries(
            informationFractions: [0.5, 1.2], alpha: 0.025, spending: .pocock, spendingFractions: [0.5, 1])
        #expect(boundaries.allSatisfy { $0.criticalValue != nil })
        #expect(
            refusesPlan {
                _ = try sequentialBoundaries(
                    informationFractions: [0.5, 1], alpha: 0.025, spending: .pocock,
                    spendingFractions: [0.5])
            })
    }

    @Test func aLookThatAddsNothingIsWorthNothing() throws {
        let belief = NormalBelief(mean: 3, standardDeviation: 0.1)
        #expect(belief.expectedValueOfSampleInformation(remaining: 0.1.nextUp) == 0)
        #expect(belief.expectedValueOfSampleInformation(remaining: 0.1) == 0)
        for seed in 1...200 {
            let belief = NormalBelief(mean: 1, standardDeviation: 1 / Double(seed))
            let after = try belief.standardDeviation(afterStandardErrorFalls: 0.3, to: 0.3)
            #expect(belief.expectedValueOfSampleInformation(remaining: after) < 1e-6)
        }
    }

    @Test func columnsThatAreNotNumbersAreNamed() throws {
        #expect(throws: EstimationError.invalidColumn(name: "time", row: 1)) {
            try SurvivalSample(
                cluster: [0, 1], entry: [0, 0], time: [1, .nan], isEvent: [true, true], clusterCount: 2)
        }
        #expect(throws: EstimationError.invalidColumn(name: "entry", row: 0)) {
            try CompetingExits(
                cluster: [0, 1], entry: [.nan, 0], time: [1, 2], cause: [1, 1], causeCount: 1,
                clusterCount: 2)
        }
        let sample = try SurvivalSample(
            cluster: [0, 1], entry: [0, 0], time: [1, 2], isEvent: [true, true], clusterCount: 2)
        #expect(throws: EstimationError.invalidColumn(name: "covariate 2", row: 1)) {
            try CoxModel(sample, covariates: [[1, 2], [1, .infinity]])
        }
        #expect(throws: EstimationError.invalidColumn(name: "value", row: 0)) {
            try ClusteredSample(values: [.nan, 1], cluster: [0, 0], clusterCount: 1)
        }
        #expect(throws: EstimationError.unknownPartner(row: 1)) {
            try ClusteredSample(values: [2, 1], cluster: [0, 1], clusterCount: 1)
        }
        #expect(throws: EstimationError.unequalColumns(found: 1, expected: 2)) {
            try ClusteredSample(values: [2, 1], cluster: [0], clusterCount: 1)
        }
    }

    @Test func theLogarithmOfATimeThatIsNotPositiveIsRefused() throws {
        let sample = try SurvivalSample(
            cluster: [0, 1, 2, 3], entry: [-5, -5, -5, -5], time: [-1, 2, 3, 4],
            isEvent: [true, true, true, true], clusterCount: 4)
        let model = try CoxModel(sample, covariates: [[1, 0, 1, 0]])
        #expect(
            refusesPlan { _ = try model.proportionalHazardsTest(of: sample, transform: .logarithm) })
        _ = try model.proportionalHazardsTest(of: sample, transform: .identity)
    }

    @Test(arguments: [-0.1, 1.5, .nan])
    func correlationsOutsideTheirRangeAreRefused(_ correlation: Double) {
        let arm = [ClusterTotal(successes: 3, size: 5), ClusterTotal(successes: 1, size: 4)]
        #expect(
            refusesPlan {
                _ = try precisionWeightedDifference(control: arm, treatment: arm, correlation: correlation)
            })
        #expect(
            refusesPlan {
                _ = try clusteredProportionDifference(
                    control: arm, treatment: arm, correlation: correlation, confidenceLevel: 0.95)
            })
    }

    private func isRefused<Value: Codable>(_ value: Value, _ stored: String, _ changed: String) throws -> Bool
    {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        try #require(text.contains(stored), "\(text)")
        _ = try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        do {
            _ = try JSONDecoder().decode(
                Value.self, from: Data(text.replacingOccurrences(of: stored, with: changed).utf8))
            return false
        } catch is DecodingError {
            return true
        }
    }

    @Test func storedValuesThatDoNotFitTogetherAreRefused() throws {
        let design = SequentialDesign(
            alpha: 0.05, alternative: .twoSided,
            boundaries: .family(.pocock, informationFractions: [0.5, 1]))
        #expect(try isRefused(design, "\"alpha\":0.05", "\"alpha\":1.5"))
        #expect(try isRefused(design, "[0.5,1]", "[1,0.5]"))
        #expect(try isRefused(BoundaryFamily.pocock, "0.5", "50"))
        let rule = StoppingRule(looks: [
            .init(informationFraction: 0.5, lower: -1, upper: 2), .init(informationFraction: 1, upper: 2),
        ])
        #expect(try isRefused(rule, "0.5", "7"))
        #expect(try isRefused(rule, "\"lower\":-1", "\"lower\":9"))
        let plan = GuardrailPlan(margin: 0.25, benefit: .increase)
        #expect(try isRefused(plan, "\"margin\":0.25", "\"margin\":-1"))
        #expect(try isRefused(plan.nonInferiority, "\"alpha\":0.05", "\"alpha\":0.7"))
        #expect(try isRefused(Proportion(successes: 2, trials: 5), "\"trials\":5", "\"trials\":1"))
        #expect(try isRefused(WinsorizationLimits(lower: 1, upper: 3), "\"upper\":3", "\"upper\":0"))
        let options = RandomizationOptions(draws: 99, seed: 1, confidenceLevel: 0.5, stoppingCount: 7)
        #expect(try isRefused(options, "\"draws\":99", "\"draws\":0"))
        #expect(try isRefused(options, "\"confidenceLevel\":0.5", "\"confidenceLevel\":1"))
        #expect(try isRefused(options, "\"stoppingCount\":7", "\"stoppingCount\":0"))
        #expect(
            try isRefused(GraphicalProcedure.holm(count: 2), "\"weights\":[0.5,0.5]", "\"weights\":[0.5,0.9]")
        )
        let sample = try ClusteredSample(values: [1, 2], cluster: [0, 1], clusterCount: 2)
        #expect(try isRefused(sample, "\"cluster\":[0,1]", "\"cluster\":[0,4]"))
        #expect(try isRefused(WildBootstrapPlan(draws: 99), "\"draws\":99", "\"draws\":-1"))
    }
}
