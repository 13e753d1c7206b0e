import Testing

@testable import Statistics

@Suite struct LinearModelTrapTests {
    @Test(
        "Trap 2: with six partners an arm CR1 and a normal quantile reject too often, CR2 does not"
    )
    func fewPartners() throws {
        var naive = 0
        var corrected = 0
        let runs = 600
        for seed in 0..<UInt64(runs) {
            let customers = RandomCustomers(partners: 12, seed: 1000 + seed)
            let model = try customers.model(on: ["arm"])
            let error = model.covariance(.cr1)[1][1].squareRoot()
            if 2 * Normal.survival(abs(model.coefficients[1]) / error) < 0.05 { naive += 1 }
            let estimate = try #require(try model.estimate(of: "arm").estimate)
            if estimate.pValue() < 0.05 { corrected += 1 }
        }
        // Monte Carlo error at 5 % is 0.9 points.
        #expect(Double(naive) / Double(runs) > 0.09)
        #expect((0.01...0.075).contains(Double(corrected) / Double(runs)))
    }

    /// Partners of the given sizes, in two arms in turn.
    private func model(sizes: [Int]) throws -> ClusteredLinearModel {
        var random = SeededGenerator(seed: 77)
        let clusters = sizes.indices.flatMap { [Int](repeating: $0, count: sizes[$0]) }
        return try ClusterCrossProducts(
            clusters: clusters, clusterCount: sizes.count,
            columns: [
                NamedColumn(
                    name: "y", values: clusters.map { _ in Double.random(in: 0...1, using: &random) }),
                NamedColumn(name: "arm", values: clusters.map { Double($0 % 2) }),
            ]
        ).fit(LinearModelFormula(outcome: "y", regressors: ["arm"]))
    }

    @Test("Trap 3: with a whale in each arm there are next to no degrees of freedom, not G − 1")
    func whales() throws {
        let whales = try model(sizes: [400, 400] + [Int](repeating: 5, count: 38))
        let even = try model(sizes: [Int](repeating: 25, count: 40))
        let contrast = [0.0, 1]
        func found(_ model: ClusteredLinearModel) -> Double {
            model.degreesOfFreedom(
                of: contrast, correction: .cr2, reference: .satterthwaite(.exchangeable))
        }
        #expect(found(whales) < 5)
        #expect(isClose(found(even), 38, within: 1e-6))
        #expect(whales.effectivePartnerCount(for: contrast, correlation: 0) < 4)
        #expect(isClose(even.effectivePartnerCount(for: contrast, correlation: 0), 40))
        #expect(
            whales.degreesOfFreedom(of: contrast, correction: .cr2, reference: .partners) == 39)
    }

    @Test("Trap 4: one treated partner has a standard error near 0 by CR0 and CR1, and no estimate here")
    func oneTreatedPartner() throws {
        let table = try CustomerColumns("p9_one_treated")
        let model = try table.model("renewed", on: ["arm"])
        #expect(model.covariance(.cr0)[1][1].squareRoot() < 0.05)
        let treated = try #require(table.column("arm").values.firstIndex(of: 1))
        let partner = table.clusters[treated]
        for correction in [ClusterVarianceCorrection.cr0, .cr1, .cr1s, .cr2, .cr3] {
            let result = try model.estimate(of: "arm", correction: correction)
            #expect(result.estimate == nil)
            #expect(result.unavailable == .restsOnOnePartner(index: partner))
        }
        // The control mean does not rest on it; the generalised inverse is declared.
        let control = try model.estimate(of: LinearModelFormula.intercept)
        #expect(control.estimate != nil)
        #expect(control.saturatedPartners == [partner])
        #expect(model.jackknife().standardErrors[1] == nil)
        #expect(model.jackknife().leavingOut[partner] == nil)
        #expect(model.influence(on: [0, 1]).first?.leavingOut == nil)
        #expect(throws: EstimationError.restsOnOnePartner(index: partner)) {
            try model.waldTest([[0, 1]])
        }
        #expect(throws: EstimationError.restsOnOnePartner(index: partner)) {
            try model.wildBootstrap(of: "arm", seed: 1)
        }
    }

    @Test("Trap 5: partners with a single customer are partners like any other")
    func singletons() throws {
        let model = try model(sizes: [Int](repeating: 1, count: 15))
        let estimate = try #require(try model.estimate(of: "arm").estimate)
        // Unequal-variance t: s²/m an arm.
        let totals = (0..<15).map { cluster in
            let score = model.clusters.residualSums[cluster]
            return (arm: cluster % 2, square: score * score)
        }
        let variance = [0, 1].reduce(0.0) { sum, arm in
            let squares = totals.filter { $0.arm == arm }.map(\.square)
            let count = Double(squares.count)
            return sum + squares.reduce(0, +) / (count - 1) / count
        }
        #expect(isClose(estimate.standardError, variance.squareRoot()))
        #expect(
            try #require(try self.model(sizes: [1, 1, 1, 30, 2, 1]).estimate(of: "arm").estimate)
                .degreesOfFreedom > 0)
    }

    @Test("Trap 30: effects for pairs with partners as clusters halve the variance; cluster by pair")
    func pairEffects() throws {
        var random = SeededGenerator(seed: 30)
        let pairs = 12
        let partners = 2 * pairs
        let rows = (0..<partners).flatMap { [$0, $0, $0] }
        let columns =
            [
                NamedColumn(name: "y", values: rows.map { _ in Double.random(in: 0...1, using: &random) }),
                NamedColumn(name: "arm", values: rows.map { Double($0 % 2) }),
            ]
            + (1..<pairs).map { pair in
                NamedColumn(name: "pair \(pair)", values: rows.map { $0 / 2 == pair ? 1 : 0 })
            }
        let formula = LinearModelFormula(outcome: "y", regressors: columns.dropFirst().map(\.name))
        let byPartner = try ClusterCrossProducts(clusters: rows, clusterCount: partners, columns: columns)
            .fit(formula)
        let byPair = try ClusterCrossProducts(
            clusters: rows.map { $0 / 2 }, clusterCount: pairs, columns: columns
        ).fit(formula)
        let paired = byPair.covariance(.cr0)[1][1]
        #expect(isClose(byPartner.covariance(.cr0)[1][1], paired / 2))

        // By pair, CR1 is the paired t test.
        let differences = (0..<pairs).map { pair in
            let values = columns[0].values[(6 * pair)..<(6 * pair + 6)]
            return (values.suffix(3).reduce(0, +) - values.prefix(3).reduce(0, +)) / 3
        }
        let mean = differences.reduce(0, +) / Double(pairs)
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(isClose(byPair.covariance(.cr1)[1][1], squares / Double(pairs * (pairs - 1))))
        let estimate = try #require(try byPair.estimate(of: "arm").estimate)
        #expect(isClose(estimate.degreesOfFreedom, Double(pairs - 1), within: 1e-6))
        #expect(
            isClose(
                estimate.standardError * estimate.standardError, squares / Double(pairs * (pairs - 1)),
                within: 1e-9))
    }
}
