import Testing

@testable import Statistics

@Suite struct ClusteredLinearModelTests {
    @Test func aHandWorkedFit() throws {
        // Control: partners with outcomes (0, 1) and (1, 1); treatment: (0, 0) and (1, 0).
        let model = try ClusterCrossProducts(
            clusters: [0, 0, 1, 1, 2, 2, 3, 3], clusterCount: 4,
            columns: [
                NamedColumn(name: "y", values: [0, 1, 1, 1, 0, 0, 1, 0]),
                NamedColumn(name: "arm", values: [0, 0, 0, 0, 1, 1, 1, 1]),
            ]
        ).fit(LinearModelFormula(outcome: "y", regressors: ["arm"]))
        #expect(isClose(model.coefficients[0], 0.75))
        #expect(isClose(model.coefficients[1], -0.5))
        // Every partner's residuals add up to ±0.5, over 4 customers an arm: 4·(0.5/4)². Every leverage is 1/2.
        #expect(isClose(model.covariance(.cr0)[1][1], 1.0 / 16))
        #expect(isClose(model.covariance(.cr1)[1][1], 1.0 / 12))
        #expect(isClose(model.covariance(.cr2)[1][1], 1.0 / 8))
        #expect(isClose(model.covariance(.cr3)[1][1], 1.0 / 4))
    }

    @Test(arguments: [WorkingCovariance.identity, .exchangeable, .proportional])
    func withTheArmAloneItIsTheDifferenceOfRates(_ working: WorkingCovariance) throws {
        for seed in 0..<40 as Range<UInt64> {
            let customers = RandomCustomers(partners: 5 + Int(seed), seed: seed)
            let totals = customers.totals
            let expected = try #require(
                try rateDifference(
                    control: totals.control, treatment: totals.treatment, workingCovariance: working
                ).estimate)
            let result = try customers.model(on: ["arm"]).estimate(
                of: "arm", reference: .satterthwaite(working))
            let found = try #require(result.estimate)
            #expect(isClose(found.value, expected.value), "seed \(seed)")
            #expect(isClose(found.standardError, expected.standardError, within: 1e-10), "seed \(seed)")
            #expect(
                isClose(found.degreesOfFreedom, expected.degreesOfFreedom, within: 1e-9), "seed \(seed)")
        }
    }

    @Test(arguments: [ClusterVarianceCorrection.cr0, .cr1, .cr1s, .cr2, .cr3])
    func withTheArmAloneEveryCorrectionIsTheClosedForm(_ correction: ClusterVarianceCorrection) throws {
        let customers = RandomCustomers(partners: 9, seed: 5)
        let totals = customers.totals
        let expected = try rateDifferenceVariance(
            control: totals.control, treatment: totals.treatment, correction: correction)
        #expect(isClose(try customers.model(on: ["arm"]).covariance(correction)[1][1], expected))
    }

    @Test func partnerEffectsAreAbsorbedAsIfEveryPartnerHadItsTerm() throws {
        let table = try CustomerColumns("p30_did")
        let columns = try table.columns(["renewed", "did", "post"])
        let indicators = (1..<table.clusterCount).map { partner in
            NamedColumn(name: "partner \(partner)", values: table.clusters.map { $0 == partner ? 1 : 0 })
        }
        let absorbed = try ClusterCrossProducts(
            clusters: table.clusters, clusterCount: table.clusterCount, columns: columns
        ).fit(LinearModelFormula(outcome: "renewed", regressors: ["did", "post"], constant: .clusterEffects))
        let explicit = try ClusterCrossProducts(
            clusters: table.clusters, clusterCount: table.clusterCount, columns: columns + indicators
        ).fit(LinearModelFormula(outcome: "renewed", regressors: ["did", "post"] + indicators.map(\.name)))
        for correction in [ClusterVarianceCorrection.cr0, .cr1s, .cr2] {
            for working in [WorkingCovariance.identity, .exchangeable] {
                let left = try absorbed.estimate(
                    of: "did", correction: correction, reference: .satterthwaite(working))
                let right = try explicit.estimate(
                    of: "did", correction: correction, reference: .satterthwaite(working))
                #expect(isClose(left.value, right.value, within: 1e-9))
                #expect(
                    isClose(left.estimate?.standardError, right.estimate?.standardError, within: 1e-9))
                #expect(
                    isClose(
                        left.estimate?.degreesOfFreedom, right.estimate?.degreesOfFreedom, within: 1e-7))
            }
        }
        #expect(explicit.parameterCount == absorbed.parameterCount)
    }

    @Test func equalWeightsChangeNothing() throws {
        let customers = RandomCustomers(partners: 11, seed: 2)
        let formula = LinearModelFormula(outcome: "y", regressors: ["arm", "x"])
        let plain = try customers.crossProducts().fit(formula)
        let weights = [Double](repeating: 3, count: customers.outcome.count)
        let weighted = try customers.crossProducts(weights: weights).fit(formula)
        for correction in [ClusterVarianceCorrection.cr0, .cr1s, .cr2, .cr3] {
            let left = try plain.estimate(of: "arm", correction: correction)
            let right = try weighted.estimate(of: "arm", correction: correction)
            #expect(isClose(left.value, right.value, within: 1e-10))
            #expect(isClose(left.estimate?.standardError, right.estimate?.standardError, within: 1e-9))
            #expect(
                isClose(left.estimate?.degreesOfFreedom, right.estimate?.degreesOfFreedom, within: 1e-8))
        }
    }

    @Test func theJackknifeEqualsRefittingWithoutEachPartner() throws {
        let customers = RandomCustomers(partners: 10, seed: 8)
        let formula = LinearModelFormula(outcome: "y", regressors: ["arm", "x"])
        let weights = customers.outcome.indices.map { 1 + Double($0 % 3) }
        for table in [try customers.crossProducts(), try customers.crossProducts(weights: weights)] {
            let jackknife = try table.fit(formula).jackknife()
            for cluster in 0..<customers.clusterCount {
                var remaining = table
                for k in 0..<table.stride { remaining.lines[cluster * table.stride + k] = 0 }
                let refit = try remaining.fit(formula).coefficients
                let without = try #require(jackknife.leavingOut[cluster])
                for (found, expected) in zip(without, refit) {
                    #expect(isClose(found, expected, within: 1e-9))
                }
            }
        }
    }

    @Test func influenceListsWhatEveryPartnerMoves() throws {
        let customers = RandomCustomers(partners: 8, seed: 4)
        let model = try customers.model(on: ["arm", "x"])
        let influences = model.influence(on: try model.contrast(of: "arm"))
        let jackknife = model.jackknife()
        for influence in influences {
            #expect(isClose(influence.leavingOut, jackknife.leavingOut[influence.cluster]?[1], within: 1e-9))
        }
        #expect(isClose(influences.reduce(0) { $0 + $1.leverage }, 3))
        #expect(isClose(influences.reduce(0) { $0 + $1.partialLeverage }, 1))
        let shifts = influences.map { abs(($0.leavingOut ?? .infinity) - model.coefficients[1]) }
        #expect(shifts == shifts.sorted(by: >))
    }

    @Test func oneConstraintIsTheSquaredT() throws {
        let model = try RandomCustomers(partners: 14, seed: 3).model(on: ["arm", "x"])
        let contrast = try model.contrast(of: "arm")
        let estimate = try #require(model.estimate(of: contrast).estimate)
        let test = try model.waldTest([contrast])
        #expect(isClose(test.fStatistic, estimate.statistic * estimate.statistic, within: 1e-9))
        #expect(isClose(test.denominatorDegreesOfFreedom, estimate.degreesOfFreedom, within: 1e-9))
        #expect(isClose(test.pValue, estimate.pValue(), within: 1e-9))
    }

    @Test func severalConstraintsDoNotDependOnHowTheyAreWritten() throws {
        let table = try CustomerColumns("p24_three_arms")
        let arm = try table.column("arm").values
        let model = try ClusterCrossProducts(
            clusters: table.clusters, clusterCount: table.clusterCount,
            columns: [
                try table.column("renewed"),
                NamedColumn(name: "first", values: arm.map { $0 == 1 ? 1 : 0 }),
                NamedColumn(name: "second", values: arm.map { $0 == 2 ? 1 : 0 }),
            ]
        ).fit(LinearModelFormula(outcome: "renewed", regressors: ["first", "second"]))
        let plain = try model.waldTest([[0, 1, 0], [0, 0, 1]])
        let mixed = try model.waldTest([[0, 1, 1], [0, 2, -3]])
        #expect(isClose(plain.fStatistic, mixed.fStatistic, within: 1e-9))
        #expect(
            isClose(plain.denominatorDegreesOfFreedom, mixed.denominatorDegreesOfFreedom, within: 1e-9))
        #expect(throws: EstimationError.dependentTerm("constraint 2")) {
            try model.waldTest([[0, 1, 0], [0, 2, 0]])
        }
    }

    @Test func aBalancedRandomInterceptIsTheAnalysisOfVariance() throws {
        var random = SeededGenerator(seed: 12)
        var totals = [ClusterTotal](repeating: .empty, count: 20)
        var clusters: [Int] = []
        var outcome: [Double] = []
        for partner in totals.indices {
            let level = Double.random(in: -2...2, using: &random)
            for _ in 0..<7 {
                let value = level + Double.random(in: -1...1, using: &random)
                clusters.append(partner)
                outcome.append(value)
                totals[partner] =
                    totals[partner]
                    + ClusterTotal(count: 1, numerator: value, denominator: 1, sumOfSquares: value * value)
            }
        }
        let fit = try ClusterCrossProducts(
            clusters: clusters, clusterCount: 20, columns: [NamedColumn(name: "y", values: outcome)]
        ).randomInterceptFit(LinearModelFormula(outcome: "y", regressors: []))
        let variation = try #require(AnalysisOfVariance(groups: [totals]))
        #expect(isClose(fit.residualVariance, variation.meanSquareWithin, within: 1e-7))
        #expect(isClose(fit.intraclassCorrelation, variation.intraclassCorrelation, within: 1e-7))
    }
}
