import Statistics
import Testing

@Suite struct HazardRatioTests {
    private func hazardRatio(
        _ name: String, variance: HazardRatio.Variance = .jackknife
    ) throws -> HazardRatio {
        let table = try CustomerTable(named: name)
        return try Statistics.hazardRatio(
            strata: [
                SurvivalComparison(
                    control: table.sample(isTreated: false), treatment: table.sample(isTreated: true))
            ], variance: variance)
    }

    @Test func theJackknifeRefitsWithoutEachPartner() throws {
        let table = try CustomerTable(named: "p12")
        let z = table.rows.map { $0.isTreated ? 1.0 : 0 }
        let model = try CoxModel(table.pooledSample(), covariates: [z])
        let fit = try model.fit()
        let jackknife = try model.jackknife(fit)
        for partner in 0..<table.partnerCount {
            let rows = table.rows.indices.filter { table.rows[$0].partner != partner }
            let without = try CoxModel(
                try SurvivalSample(
                    cluster: rows.map { Int32(table.rows[$0].partner) }, entry: rows.map { _ in 0 },
                    time: rows.map { table.rows[$0].time }, isEvent: rows.map { table.rows[$0].isEvent },
                    clusterCount: table.partnerCount),
                covariates: [rows.map { z[$0] }]
            ).fit()
            #expect(
                isClose(jackknife.leaveOneOut[partner][0], without.coefficients[0].value, within: 1e-8))
        }
        // To first order the jackknife's changes are the partners' influences.
        let robust = try #require(fit.coefficients[0].robustStandardError)
        #expect(jackknife.estimates[0].standardError > robust)
        #expect(jackknife.estimates[0].standardError < 1.5 * robust)
        #expect(jackknife.estimates[0].degreesOfFreedom == 11)
    }

    @Test func anEffectSaysHowItWasFound() throws {
        let result = try hazardRatio("p30")
        let effect = result.effect(confidenceLevel: 0.95)
        #expect(effect.method == .coxJackknife)
        #expect(effect.scale == .logHazardRatio)
        #expect(effect.control == PartnerCount(raw: 16, effective: effect.control.effective))
        #expect(effect.degreesOfFreedom == Double(min(effect.control.raw, effect.treatment.raw) - 1))
        #expect(effect.value == result.fit.coefficients[0].value)
        #expect(result.profileInterval == nil)
        let sandwich = try hazardRatio("p30", variance: .sandwich)
        #expect(sandwich.effect(confidenceLevel: 0.95).method == .coxSandwich)
        #expect(sandwich.estimate?.value == result.estimate?.value)
    }

    @Test func swappingArmsFlipsTheSign() throws {
        let table = try CustomerTable(named: "p12")
        let (control, treatment) = (table.sample(isTreated: false), table.sample(isTreated: true))
        let forward = try Statistics.hazardRatio(
            strata: [SurvivalComparison(control: control, treatment: treatment)])
        let backward = try Statistics.hazardRatio(
            strata: [SurvivalComparison(control: treatment, treatment: control)])
        #expect(isClose(forward.estimate?.value, backward.estimate.map { -$0.value }, within: 1e-8))
        #expect(
            isClose(forward.estimate?.standardError, backward.estimate?.standardError, within: 1e-8))
    }

    @Test func theProfileIntervalEndsWhereTheLikelihoodRatioTestDoes() throws {
        let model = try CoxModel(leukaemiaRows, covariates: [leukaemiaIsPlacebo])
        let fit = try model.fit()
        let interval = try model.profileInterval(of: 0, in: fit, confidenceLevel: 0.95)
        let estimate = try #require(fit.coefficients[0].value)
        let error = try #require(fit.coefficients[0].modelStandardError)
        #expect(abs(interval.lower - (estimate - 1.96 * error)) < 0.1)
        #expect(abs(interval.upper - (estimate + 1.96 * error)) < 0.15)
        // At the level of its likelihood-ratio test, the interval ends at no effect.
        let level = 1 - fit.likelihoodRatioTest.pValue
        let touching = try model.profileInterval(of: 0, in: fit, confidenceLevel: level)
        #expect(abs(touching.lower) < 1e-6)
    }

    @Test("Trap 28: an arm without losses has a bound on one side and a score test, no made-up ratio")
    func anArmWithoutLosses() throws {
        let control = SurvivalSample(
            times: [2, 3, -6, 5, -6, 4, -6, -6], clusters: [0, 0, 0, 1, 1, 2, 2, 3])
        let treatment = SurvivalSample(
            times: [-6, -6, -6, -6, -6, -6, -6, -6], clusters: [0, 0, 1, 1, 2, 2, 3, 3])
        let result = try Statistics.hazardRatio(
            strata: [SurvivalComparison(control: control, treatment: treatment)])
        #expect(result.fit.coefficients[0].value == nil)
        #expect(result.fit.coefficients[0].unbounded == .down)
        #expect(result.fit.coefficients[0].modelStandardError == nil)
        #expect(result.fit.waldTest == nil)
        #expect(result.unavailable == .unboundedEstimate)
        let interval = try #require(result.profileInterval)
        #expect(interval.lower == -.infinity)
        #expect(interval.upper < 1 && interval.upper > -3)
        let effect = result.effect(confidenceLevel: 0.95)
        #expect(effect.value == nil && effect.standardError == nil)
        #expect(effect.pValue == result.logRank.pValue && effect.method == .coxScore)
        // Customers taken as independent would claim too much.
        #expect(effect.interval == nil)
        #expect(result.proportionalHazards == nil)
        #expect(result.proportionalHazardsUnavailable == .unboundedEstimate)
        #expect(result.logRank.statistic < 0)

        let mirrored = try Statistics.hazardRatio(
            strata: [SurvivalComparison(control: treatment, treatment: control)])
        #expect(mirrored.fit.coefficients[0].unbounded == .up)
        #expect(mirrored.profileInterval?.upper == .infinity)
        #expect(isClose(mirrored.profileInterval?.lower, -interval.upper, within: 1e-6))
    }

    @Test func oneLossLeftOutOfAnArmWithOneIsSaid() throws {
        let control = SurvivalSample(
            times: [2, 3, -6, 5, -6, 4, -6, -6], clusters: [0, 0, 0, 1, 1, 2, 2, 3])
        let treatment = SurvivalSample(times: [5, -6, -6, -6], clusters: [0, 0, 1, 2])
        let result = try Statistics.hazardRatio(
            strata: [SurvivalComparison(control: control, treatment: treatment)])
        #expect(result.fit.coefficients[0].value != nil)
        #expect(result.estimate == nil && result.profileInterval == nil)
        // The loss is that of treatment's first partner, after eight of control.
        #expect(result.unavailable == .restsOnOnePartner(index: 8))
        let effect = result.effect(confidenceLevel: 0.95)
        #expect(effect.value == result.fit.coefficients[0].value && effect.method == .coxJackknife)
        #expect(effect.pValue == nil && effect.interval == nil && effect.unavailable == result.unavailable)
        #expect(result.proportionalHazards != nil && result.proportionalHazardsUnavailable == nil)
    }
}
