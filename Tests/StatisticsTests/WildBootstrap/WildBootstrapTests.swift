import Testing

@testable import Statistics

@Suite struct WildBootstrapTests {
    private static let variants: [WildBootstrapVariant] = [.wcr11, .wcr31, .wcr33]

    private func fit(_ customers: RandomCustomers, outcome: [Double], on regressors: [String]) throws
        -> ClusteredLinearModel
    {
        var columns = customers.columns
        columns[0].values = outcome
        return try ClusterCrossProducts(
            clusters: customers.clusters, clusterCount: customers.clusterCount, columns: columns
        ).fit(LinearModelFormula(outcome: "y", regressors: regressors))
    }

    /// |t| of the arm's distance from a value, by a full fit.
    private func statistic(_ model: ClusteredLinearModel, _ variant: WildBootstrapVariant, from value: Double)
        throws -> Double
    {
        let index = try #require(model.formula.terms.firstIndex(of: "arm"))
        let error =
            try variant == .wcr33
            ? #require(model.jackknife().standardErrors[index])
            : model.covariance(.cr1s)[index][index].squareRoot()
        return abs(model.coefficients[index] - value) / error
    }

    /// The definition: every sign vector gets an outcome column of its own and a full fit.
    private func bruteForce(
        _ customers: RandomCustomers, on regressors: [String], nullValue: Double,
        _ variant: WildBootstrapVariant
    ) throws -> Double {
        let others = regressors.filter { $0 != "arm" }
        let shifted = zip(customers.outcome, customers.arm).map { $0 - nullValue * $1 }
        func fitted(by model: ClusteredLinearModel) -> [Double] {
            customers.outcome.indices.map { row in
                model.coefficients[0]
                    + (others.isEmpty ? 0 : model.coefficients[1] * customers.covariate[row])
            }
        }
        let restricted = try fit(customers, outcome: shifted, on: others)
        let level = fitted(by: restricted)
        var residuals = zip(shifted, level).map(-)
        if variant != .wcr11 {
            let jackknife = restricted.jackknife()
            for row in residuals.indices {
                let without = try #require(jackknife.leavingOut[customers.clusters[row]])
                residuals[row] =
                    shifted[row] - without[0] - (others.isEmpty ? 0 : without[1] * customers.covariate[row])
            }
        }
        let observed = try statistic(
            fit(customers, outcome: customers.outcome, on: regressors), variant, from: nullValue)
        var reached = 0
        for signs in 0..<(1 << customers.clusterCount) {
            let outcome = customers.outcome.indices.map { row in
                let sign = (signs >> customers.clusters[row]) & 1 == 1 ? 1.0 : -1
                return level[row] + nullValue * customers.arm[row] + sign * residuals[row]
            }
            let drawn = try statistic(
                fit(customers, outcome: outcome, on: regressors), variant, from: nullValue)
            if drawn >= observed - 1e-9 { reached += 1 }
        }
        return Double(reached) / Double(1 << customers.clusterCount)
    }

    @Test(arguments: variants, [["arm"], ["arm", "x"]])
    func enumerationAgreesWithRefittingEverySignVector(
        _ variant: WildBootstrapVariant, _ regressors: [String]
    ) throws {
        for nullValue in [0, 0.3] {
            let customers = RandomCustomers(partners: 8, seed: 40, effect: 0.4)
            let test = try customers.model(on: regressors).wildBootstrap(
                of: "arm", nullValue: nullValue, variant: variant, seed: 0)
            #expect(test.isEnumerated && test.draws == 256)
            #expect(
                test.pValue
                    == (try bruteForce(customers, on: regressors, nullValue: nullValue, variant)))
            #expect(test.smallestAttainable == 2.0 / 256)
            #expect(test.strictPValue <= test.pValue)
        }
    }

    @Test func regressorsThatOnlyTellGroupsApartHaveOneAxisAGroup() throws {
        let customers = RandomCustomers(partners: 9, seed: 1)
        let arms = try customers.model(on: ["arm"]).cellAxes()
        #expect(arms.coordinates.count == 2)
        #expect(Set(arms.cell).count == 2)
        #expect(try customers.model(on: ["arm", "x"]).cellAxes().coordinates == [[0, 1, 2]])
    }

    @Test(arguments: variants)
    func drawingApproachesEnumeration(_ variant: WildBootstrapVariant) throws {
        let model = try RandomCustomers(partners: 12, seed: 9, effect: 0.5).model(on: ["arm", "x"])
        let exact = try model.wildBootstrap(of: "arm", variant: variant, seed: 0)
        let drawn = try model.wildBootstrap(
            of: "arm", variant: variant, plan: WildBootstrapPlan(draws: 20_000, enumerationLimit: 0), seed: 5)
        #expect(!drawn.isEnumerated && drawn.weights == .rademacher)
        #expect(abs(drawn.pValue - exact.pValue) < 0.015)
        #expect(drawn.statistic == exact.statistic)
        // All weights alike give |t| itself, however many sets are drawn.
        #expect(drawn.smallestAttainable == exact.smallestAttainable)
        #expect(drawn.method.rawValue.contains(variant.rawValue.uppercased()))
    }

    @Test func theSameSeedGivesTheSameAnswerAndAnotherSeedAnother() throws {
        let model = try RandomCustomers(partners: 150, seed: 14).model(on: ["arm"])
        let first = try model.wildBootstrap(of: "arm", seed: 11)
        #expect(try model.wildBootstrap(of: "arm", seed: 11) == first)
        #expect(try model.wildBootstrap(of: "arm", seed: 12).pValue != first.pValue)
        #expect(first.draws == 9_999 && first.smallestAttainable == 1e-4)
    }

    @Test func aLongerRunContainsTheShorterOne() throws {
        let model = try RandomCustomers(partners: 70, seed: 15).model(on: ["arm", "x"])
        let world = try WildBootstrapWorld(
            model, contrast: [0, 1, 0], nullValue: 0, variant: .wcr31)
        let sums = SignSums(world, seed: 3)
        let counts = [1, 1000, 1024, 1025, 3000].map { sums.exceedances(draws: $0).reached }
        #expect(counts == counts.sorted())
        for (draws, next) in [(1024, 1025)] {
            #expect(
                sums.exceedances(draws: next).reached - sums.exceedances(draws: draws).reached <= next - draws
            )
        }
    }

    @Test func webbsWeightsServeFewPartners() throws {
        let customers = RandomCustomers(partners: 8, seed: 2, effect: 0.3)
        let model = try customers.model(on: ["arm"])
        let automatic = try model.wildBootstrap(
            of: "arm", plan: WildBootstrapPlan(enumerationLimit: 0), seed: 1)
        #expect(automatic.weights == .webb && !automatic.isEnumerated)
        let asked = try model.wildBootstrap(of: "arm", plan: WildBootstrapPlan(weights: .webb), seed: 1)
        #expect(asked.pValue == automatic.pValue)
        let exact = try model.wildBootstrap(of: "arm", seed: 0)
        #expect(abs(asked.pValue - exact.pValue) < 0.08)
    }

    @Test func neitherOrderNorUnitsMatter() throws {
        let customers = RandomCustomers(partners: 11, seed: 19, effect: 0.8)
        let original = try customers.model(on: ["arm", "x"]).wildBootstrap(of: "arm", seed: 0)
        let reversed = Array(customers.outcome.indices.reversed())
        let moved = try ClusterCrossProducts(
            clusters: reversed.map { 10 - customers.clusters[$0] }, clusterCount: 11,
            columns: customers.columns.map { column in
                NamedColumn(
                    name: column.name,
                    values: reversed.map { column.values[$0] * (column.name == "arm" ? 1 : 50) })
            }
        ).fit(LinearModelFormula(outcome: "y", regressors: ["arm", "x"])).wildBootstrap(of: "arm", seed: 0)
        #expect(moved.pValue == original.pValue)
        #expect(isClose(moved.statistic, original.statistic, within: 1e-9))
    }
}
