import Statistics
import Testing

@Suite struct ChiSquaredCountsTests {
    @Test func aSplitFarFromPlanIsImprobable() throws {
        let p = try #require(chiSquaredGoodnessOfFit(observed: [90, 10], weights: [1, 1]))
        #expect(isClose(p, 2 * Normal.survival(8), within: 1e-12))  // χ² = 64 = 8²
        #expect(p > 0)
    }

    @Test func weightsMayHaveAnyUnit() {
        #expect(
            isClose(
                chiSquaredGoodnessOfFit(observed: [52, 18], weights: [0.75, 0.25]),
                chiSquaredGoodnessOfFit(observed: [52, 18], weights: [3, 1])))
    }

    @Test func independenceOfATwoByTwoTableMatchesTheHandFormula() throws {
        // χ² = N(ad − bc)² / (product of margins) = 100·(20·30 − 30·20)² / … = 0, and 16 for the second
        // table.
        #expect(chiSquaredIndependence(table: [[20, 30], [20, 30]]) == 1)
        let p = try #require(chiSquaredIndependence(table: [[35, 15], [15, 35]]))
        #expect(isClose(p, 2 * Normal.survival(4)))
    }

    @Test func whatCannotBeComputedIsNil() {
        #expect(chiSquaredGoodnessOfFit(observed: [0, 0], weights: [1, 1]) == nil)
        #expect(chiSquaredGoodnessOfFit(observed: [5, 5], weights: [1, 0]) == nil)
        #expect(chiSquaredGoodnessOfFit(observed: [5], weights: [1]) == nil)
        #expect(chiSquaredIndependence(table: [[1, 0], [3, 0]]) == nil)
        #expect(chiSquaredIndependence(table: [[1, 2], [3]]) == nil)
        #expect(chiSquaredIndependence(table: []) == nil)
    }
}
