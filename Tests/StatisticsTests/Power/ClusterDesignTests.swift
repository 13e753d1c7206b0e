import Statistics
import Testing

@Suite struct ClusterDesignTests {
    private let design = ClusterDesign(
        controlPartners: 20, treatmentPartners: 20, meanSize: 25, sizeVariation: 0.9,
        intraclassCorrelation: 0.05, outcome: .rate(control: 0.72))

    @Test func standardErrorByHand() throws {
        // DE = 1 + (1.81·25 − 1)·0.05 = 3.2125; variance = 3.2125·(0.72·0.28 + 0.78·0.22)/500.
        #expect(isClose(design.strata[0].designEffect, 3.2125))
        #expect(isClose(try design.standardError(effect: 0.06), (3.2125 * 0.3732 / 500).squareRoot()))
        #expect(try design.degreesOfFreedom(.partners) == 38)
        #expect(isClose(try design.degreesOfFreedom(.effectivePartners), 40 / 1.81 - 2))
    }

    @Test func oneCustomerAPartnerIsTheTwoSampleTTest() throws {
        // R 4.2.2: power.t.test(n = 20, delta = .5, strict = TRUE).
        let individuals = ClusterDesign(
            controlPartners: 20, treatmentPartners: 20, meanSize: 1, sizeVariation: 0,
            intraclassCorrelation: 0.3, outcome: .mean(standardDeviation: 1))
        #expect(
            isClose(try individuals.power(effect: 0.5, test: PlannedTest()), 0.337_939_028_925, within: 1e-11)
        )
    }

    @Test func aTwoSidedTestWithoutEffectRejectsAtItsError() throws {
        #expect(isClose(try design.power(effect: 0, test: PlannedTest(alpha: 0.04)), 0.04, within: 1e-11))
    }

    @Test func swappingTheOutcomeSwapsTheDirection() throws {
        let lost = ClusterDesign(
            controlPartners: 20, treatmentPartners: 20, meanSize: 25, sizeVariation: 0.9,
            intraclassCorrelation: 0.05, outcome: .rate(control: 0.28))
        let kept = try design.power(effect: 0.06, test: PlannedTest(claim: .superiority(.greater)))
        #expect(isClose(kept, try lost.power(effect: -0.06, test: PlannedTest(claim: .superiority(.less)))))
        let margin = PlannedTest(claim: .nonInferiority(margin: 0.05, higherIsBetter: true))
        let mirrored = PlannedTest(claim: .nonInferiority(margin: 0.05, higherIsBetter: false))
        #expect(
            isClose(
                try design.power(effect: 0.01, test: margin), try lost.power(effect: -0.01, test: mirrored)))
    }

    @Test func strataThatAreAlikeChangeOnlyTheDegreesOfFreedom() throws {
        var halves = design
        halves.strata[0].controlPartners = 10
        halves.strata[0].treatmentPartners = 10
        halves.strata.append(halves.strata[0])
        #expect(isClose(try halves.standardError(effect: 0.06), try design.standardError(effect: 0.06)))
        #expect(try halves.degreesOfFreedom(.partners) == 36)
    }

    @Test func strataTakeTheDifferencesBetweenThemOutOfTheVariance() throws {
        func stratum(_ rate: Double) -> PlannedStratum {
            PlannedStratum(
                controlPartners: 10, treatmentPartners: 10, meanSize: 30, sizeVariation: 0,
                intraclassCorrelation: 0.05, outcome: .rate(control: rate))
        }
        let mixed = ClusterDesign(strata: [stratum(0.5), stratum(0.9)])
        let uniform = ClusterDesign(strata: [stratum(0.7), stratum(0.7)])
        #expect(try mixed.standardError(effect: 0) < uniform.standardError(effect: 0))
    }

    @Test func moneyHasNoUnit() throws {
        func power(scale: Double) throws -> Double {
            try ClusterDesign(
                controlPartners: 15, treatmentPartners: 25, meanSize: 12, sizeVariation: 1.1,
                intraclassCorrelation: 0.1, outcome: .mean(standardDeviation: 400 * scale)
            ).power(effect: 120 * scale, test: PlannedTest())
        }
        #expect(isClose(try power(scale: 1), try power(scale: 100)))
    }

    @Test func sizesOfTwoRatesFollowTheAllocation() throws {
        // R 4.2.2: power.prop.test(p1 = .72, p2 = .78, power = .8)$n * 2.
        let equal = try sampleSizeForTwoRates(control: 0.72, treatment: 0.78, alpha: 0.05, power: 0.8)
        #expect(isClose(equal.total, 1632.823_420_16, within: 1e-9))
        let unequal = try sampleSizeForTwoRates(
            control: 0.72, treatment: 0.78, alpha: 0.05, power: 0.8, allocationRatio: 2)
        #expect(isClose(unequal.treatment, 2 * unequal.control))
        #expect(unequal.total > equal.total)
        #expect(throws: EstimationError.self) {
            try sampleSizeForTwoRates(control: 0.7, treatment: 0.7, alpha: 0.05, power: 0.8)
        }
    }

    @Test func refusesAssumptionsOutsideTheirRange() {
        #expect(throws: EstimationError.self) { try design.power(effect: 0.4, test: PlannedTest()) }
        #expect(throws: EstimationError.self) { try design.power(effect: 0.1, test: PlannedTest(alpha: 0)) }
        #expect(throws: EstimationError.self) {
            var broken = design
            broken.strata[0].intraclassCorrelation = 1.2
            _ = try broken.standardError(effect: 0)
        }
        #expect(throws: EstimationError.self) {
            var broken = design
            broken.strata[0].controlPartners = 1
            broken.strata[0].treatmentPartners = 1
            _ = try broken.power(effect: 0.1, test: PlannedTest())
        }
        #expect(throws: EstimationError.self) {
            try ClusterDesign(strata: []).power(effect: 0.1, test: PlannedTest())
        }
    }
}
