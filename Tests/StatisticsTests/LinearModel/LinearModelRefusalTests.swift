import Testing

@testable import Statistics

@Suite struct LinearModelRefusalTests {
    private func table(_ columns: [(String, [Double])], clusters: [Int]) throws -> ClusterCrossProducts {
        try ClusterCrossProducts(
            clusters: clusters, clusterCount: (clusters.max() ?? 0) + 1,
            columns: columns.map { NamedColumn(name: $0.0, values: $0.1) })
    }

    @Test func numbersThatAreNotFiniteAreNamed() {
        #expect(throws: EstimationError.invalidColumn(name: "x", row: 1)) {
            try table([("y", [1, 2]), ("x", [0, .nan])], clusters: [0, 1])
        }
        #expect(throws: EstimationError.invalidColumn(name: "weights", row: 0)) {
            try ClusterCrossProducts(
                clusters: [0], clusterCount: 1, columns: [NamedColumn(name: "y", values: [1])], weights: [0])
        }
    }

    @Test func dependentTermsAndUnknownColumnsAreNamed() throws {
        let lines = try table(
            [
                ("y", [1, 2, 4, 3, 5]), ("a", [0, 1, 0, 1, 0]), ("b", [2, 0, 2, 0, 2]),
                ("c", [7, 7, 7, 7, 7]),
            ],
            clusters: [0, 1, 2, 3, 4])
        #expect(throws: EstimationError.dependentTerm("b")) {
            try lines.fit(LinearModelFormula(outcome: "y", regressors: ["a", "b"]))
        }
        #expect(throws: EstimationError.dependentTerm("c")) {
            try lines.fit(LinearModelFormula(outcome: "y", regressors: ["c"]))
        }
        #expect(throws: EstimationError.unknownColumn("z")) {
            try lines.fit(LinearModelFormula(outcome: "y", regressors: ["z"]))
        }
        let model = try lines.fit(LinearModelFormula(outcome: "y", regressors: ["a"]))
        #expect(throws: EstimationError.unknownColumn("z")) { try model.estimate(of: "z") }
    }

    @Test func asManyCoefficientsAsRowsAreRefused() throws {
        let lines = try table([("y", [1, 2]), ("a", [0, 1])], clusters: [0, 1])
        #expect(throws: EstimationError.tooFewPartners(found: 2, required: 3)) {
            try lines.fit(LinearModelFormula(outcome: "y", regressors: ["a"]))
        }
    }

    @Test func outcomesThatDoNotVaryHaveNoStandardError() throws {
        let lines = try table(
            [("y", [1, 1, 1, 1, 1, 1]), ("a", [0, 1, 0, 1, 0, 1])], clusters: [0, 1, 2, 3, 4, 5])
        let model = try lines.fit(LinearModelFormula(outcome: "y", regressors: ["a"]))
        #expect(try model.estimate(of: "a").unavailable == .noVariation)
        #expect(throws: EstimationError.noVariation) { try model.waldTest([[0, 1]]) }
        #expect(throws: EstimationError.noVariation) { try model.wildBootstrap(of: "a", seed: 1) }
    }

    @Test func aSinglePartnerHasNoStandardError() throws {
        let lines = try table([("y", [1, 2, 3, 5]), ("a", [0, 1, 0, 1])], clusters: [0, 0, 0, 0])
        let model = try lines.fit(LinearModelFormula(outcome: "y", regressors: ["a"]))
        #expect(try model.estimate(of: "a").unavailable == .tooFewPartners(found: 1, required: 2))
    }
}
