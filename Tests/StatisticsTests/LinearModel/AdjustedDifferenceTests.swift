import Testing

@testable import Statistics

@Suite struct AdjustedDifferenceTests {
    private let customers = RandomCustomers(partners: 64, seed: 6, effect: 0.5)

    @Test func theRuleAsksForMorePartnersTheMoreSlopesThereAre() {
        #expect(CovariateAdjustment.recommended(controlPartners: 9, treatmentPartners: 50) == .none)
        #expect(CovariateAdjustment.recommended(controlPartners: 10, treatmentPartners: 29) == .ancova)
        #expect(CovariateAdjustment.recommended(controlPartners: 41, treatmentPartners: 41) == .lin)
    }

    @Test func belowTheRuleThereIsADifferenceWithoutAnEstimate() throws {
        let few = RandomCustomers(partners: 18, seed: 1).covariateTotals
        let result = try partnerAncova(control: few.control, treatment: few.treatment)
        #expect(result.estimate == nil)
        #expect(result.unavailable == .tooFewClusters(arm: .control, found: 9, required: 10))
        let effect = result.effect(confidenceLevel: 0.95)
        #expect(effect.value == result.difference && effect.pValue == nil)
        #expect(effect.unavailable == result.unavailable)
    }

    @Test func ancovaSubtractsTheSlopeTimesTheCovariatesDifference() throws {
        let partners = customers.covariateTotals
        let result = try partnerAncova(control: partners.control, treatment: partners.treatment)
        // The pooled within-arm slope by hand.
        var product = 0.0
        var square = 0.0
        var means: [Double] = []
        for arm in [partners.control, partners.treatment] {
            let rates = try arm.map { try #require($0.total.rate) }
            let covariates = try arm.map { try #require($0.covariate) }
            let rate = rates.reduce(0, +) / Double(rates.count)
            let covariate = covariates.reduce(0, +) / Double(covariates.count)
            means += [rate, covariate]
            for (y, x) in zip(rates, covariates) {
                product += (y - rate) * (x - covariate)
                square += (x - covariate) * (x - covariate)
            }
        }
        let slope = product / square
        #expect(isClose(result.controlSlope, slope, within: 1e-9))
        #expect(isClose(result.difference, means[2] - means[0] - slope * (means[3] - means[1]), within: 1e-9))
        #expect(isClose(result.unadjusted, means[2] - means[0], within: 1e-9))
        let plain = try partnerAverageDifference(
            control: partners.control.map(\.total), treatment: partners.treatment.map(\.total))
        let adjusted = try #require(result.estimate).standardError
        #expect(adjusted < (try #require(plain.estimate)).standardError)
    }

    @Test func withoutCovariateTheCustomerAverageIsTheDifferenceOfRates() throws {
        let partners = customers.covariateTotals
        let totals = customers.totals
        for working in [WorkingCovariance.exchangeable, .identity, .proportional] {
            let expected = try rateDifference(
                control: totals.control, treatment: totals.treatment, workingCovariance: working)
            let result = try customerAdjustedDifference(
                control: partners.control, treatment: partners.treatment, adjustment: .none,
                workingCovariance: working)
            #expect(isClose(result.estimate?.value, expected.estimate?.value, within: 1e-9))
            #expect(isClose(result.estimate?.standardError, expected.estimate?.standardError, within: 1e-9))
            #expect(
                isClose(
                    result.estimate?.degreesOfFreedom, expected.estimate?.degreesOfFreedom, within: 1e-8))
            #expect(isClose(result.control.effective, expected.control.effectiveClusterCount))
        }
    }

    @Test func aDenominatorOfMoneyNeedsItsOwnWorkingCovariance() throws {
        func partner(_ numerator: Double, _ denominator: Double, _ covariate: Double) -> CovariateTotal {
            CovariateTotal(
                total: ClusterTotal(
                    count: 2, numerator: numerator, denominator: denominator, sumOfSquares: 1),
                covariate: covariate)
        }
        let control = [
            partner(90, 101, 1), partner(180, 200, 4), partner(270, 301, 9), partner(360, 400, 16),
        ]
        let treatment = [
            partner(86, 100, 1), partner(172, 200, 2), partner(255, 300, 3), partner(341, 400, 4),
        ]
        #expect(throws: EstimationError.denominatorIsNotACount(arm: .control, index: 0)) {
            try customerAdjustedDifference(
                control: control, treatment: treatment, adjustment: .ancova, minimumPartnersPerArm: 2)
        }
        let result = try customerAdjustedDifference(
            control: control, treatment: treatment, adjustment: .none, workingCovariance: .proportional)
        let expected = try rateDifference(
            control: control.map(\.total), treatment: treatment.map(\.total),
            workingCovariance: .proportional)
        #expect(isClose(result.estimate?.standardError, expected.estimate?.standardError, within: 1e-9))
        #expect(
            isClose(result.estimate?.degreesOfFreedom, expected.estimate?.degreesOfFreedom, within: 1e-8))
    }

    @Test(
        "Trap 8: Lin's effect is that at both arms' mean covariate, whatever its origin"
    )
    func centring() throws {
        let partners = customers.covariateTotals
        func shifted(_ all: [CovariateTotal]) -> [CovariateTotal] {
            all.map { CovariateTotal(total: $0.total, covariate: $0.covariate.map { $0 + 100 }) }
        }
        let result = try linAdjustedDifference(control: partners.control, treatment: partners.treatment)
        let moved = try linAdjustedDifference(
            control: shifted(partners.control), treatment: shifted(partners.treatment))
        #expect(isClose(result.difference, moved.difference, within: 1e-7))
        #expect(result.controlSlope != result.treatmentSlope)

        // Uncentred, the arm's coefficient is the effect at a covariate of 0.
        let rates = partners.control + partners.treatment
        let arm = rates.indices.map { $0 < partners.control.count ? 0.0 : 1 }
        let covariates = try rates.map { try #require($0.covariate) + 100 }
        let uncentred = try ClusterCrossProducts(
            clusters: Array(rates.indices), clusterCount: rates.count,
            columns: [
                NamedColumn(name: "y", values: try rates.map { try #require($0.total.rate) }),
                NamedColumn(name: "arm", values: arm), NamedColumn(name: "x", values: covariates),
                NamedColumn(name: "arm:x", values: zip(arm, covariates).map(*)),
            ]
        ).fit(LinearModelFormula(outcome: "y", regressors: ["arm", "x", "arm:x"]))
        #expect(abs(uncentred.coefficients[1] - result.difference) > 1)
    }

    @Test("Trap 8: a covariate that the treatment moved swallows the effect, and shows in its own difference")
    func covariateMeasuredTooLate() throws {
        let partners = customers.covariateTotals
        let late = partners.treatment.map {
            CovariateTotal(total: $0.total, covariate: $0.covariate.map { $0 + 3 })
        }
        let honest = try partnerAncova(control: partners.control, treatment: partners.treatment)
        let spoilt = try partnerAncova(control: partners.control, treatment: late)
        #expect(spoilt.difference < honest.difference - 0.5)
        #expect(try #require(honest.covariateDifference).pValue() > 0.01)
        #expect(try #require(spoilt.covariateDifference).pValue() < 1e-6)
    }

    @Test func unknownCovariatesGetTheMeanAndATerm() throws {
        var partners = customers.covariateTotals
        partners.control[3].covariate = nil
        partners.treatment[5].covariate = nil
        let result = try partnerAncova(control: partners.control, treatment: partners.treatment)
        #expect(result.imputedCovariates == 2)
        #expect(result.estimate != nil)
        let complete = try partnerAncova(
            control: partners.control.filter { $0.covariate != nil },
            treatment: partners.treatment.filter { $0.covariate != nil })
        #expect(isClose(result.controlSlope, complete.controlSlope, within: 1e-9) == false)
        #expect(abs(result.controlSlope - complete.controlSlope) < 0.05)
    }

    @Test func aRatioAdjustedByItselfBeforeIsTheSlopeTimesItsDifference() throws {
        var random = SeededGenerator(seed: 3)
        let partners = (0..<40).map { _ in
            let size = Double.random(in: 100...900, using: &random)
            let level = Double.random(in: 0.7...1.2, using: &random)
            func line() -> ClusterTotal {
                let noise = Double.random(in: 0.9...1.1, using: &random)
                return ClusterTotal(
                    count: 4, numerator: size * level * noise, denominator: size, sumOfSquares: 0)
            }
            return RatioCovariateTotal(outcome: line(), before: line())
        }
        let control = Array(partners.prefix(18))
        let treatment = Array(partners.suffix(22))
        let result = try ratioAncova(control: control, treatment: treatment)
        func difference(_ line: (RatioCovariateTotal) -> ClusterTotal) throws -> Double {
            try rateDifference(control: control.map(line), treatment: treatment.map(line)).difference
        }
        let outcome = try difference(\.outcome)
        let before = try difference(\.before)
        #expect(isClose(result.unadjusted, outcome, within: 1e-9))
        #expect(isClose(result.covariateDifference?.value, before, within: 1e-9))
        #expect(isClose(result.difference, outcome - result.controlSlope * before, within: 1e-9))
        #expect(result.controlSlope > 0.5)
    }
}
