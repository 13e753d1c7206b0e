import Foundation
import Statistics
import Testing

@Suite struct EstimationErrorTests {
    private let errors: [EstimationError] = [
        .emptyArm(.control), .tooFewClusters(arm: .treatment, found: 1, required: 2), .noVariation,
        .fullLeverage(.control), .invalidTotal(arm: nil, index: 0), .invalidTotal(arm: .treatment, index: 4),
        .nobodyAtRisk, .noEvents, .horizonNotReached(horizon: 365, lastAtRisk: 90),
        .riskSetExhausted(time: 3), .inconsistentBlocks(reason: "partner 0 stands in two positions"),
        .notPositive(.control), .constantCovariate, .loneClusterInStratum(arm: .treatment, stratum: 2),
        .stratumInOneArm(stratum: 3), .quantileNotResolved(.control), .unequalColumns(found: 3, expected: 4),
        .unknownPartner(row: 7), .totalOverflow(partner: 5), .notAnIndicator(row: 2),
        .invalidGraph(reason: "a row adds up to 2"),
        .noInformation,
        .invalidPlan(reason: "there is no stratum"), .unattainablePower(target: 0.9, best: 0.2),
        .collinearCovariate(index: 1), .didNotConverge(iterations: 100),
        .unboundedEstimate, .tooFewDegreesOfFreedom(found: 0.7, required: 1),
        .tooFewPartners(found: 2, required: 3),
        .restsOnOnePartner(index: 4), .denominatorIsNotACount(arm: .control, index: 1),
        .acceptanceTooRare(accepted: 3, candidates: 30_000), .invalidCounts(reason: "an arm is missing"),
        .invalidColumn(name: "value", row: 2), .unknownColumn("x"), .dependentTerm("x"),
    ]

    @Test func everyErrorSaysWhatToDoNextInItsOwnWords() {
        let sentences = errors.map(\.description)
        #expect(Set(sentences).count == errors.count)
        for sentence in sentences {
            #expect(sentence.contains(";"), "no next step: \(sentence)")
            #expect(sentence.first?.isUppercase == false)
        }
    }

    @Test func sentencesNameTheArmAndTheNumbers() {
        let tooFew = EstimationError.tooFewClusters(arm: .treatment, found: 1, required: 2).description
        #expect(tooFew.contains("treatment group has 1 partner with customers, at least 2"))
        #expect(
            EstimationError.invalidTotal(arm: .control, index: 4).description.contains(
                "number 5 of the control"))
    }

    @Test func errorsSurviveStorage() throws {
        let stored = try JSONEncoder().encode(errors)
        #expect(try JSONDecoder().decode([EstimationError].self, from: stored) == errors)
    }
}
