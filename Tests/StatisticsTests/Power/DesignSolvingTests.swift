import Foundation
import Statistics
import Testing

@Suite struct DesignSolvingTests {
    private func design(partners: Double, rate: Double = 0.75, variation: Double = 0.8) -> ClusterDesign {
        ClusterDesign(
            controlPartners: partners, treatmentPartners: 1.5 * partners, meanSize: 40,
            sizeVariation: variation, intraclassCorrelation: 0.04, outcome: .rate(control: rate))
    }

    private let tests = [
        PlannedTest(), PlannedTest(claim: .superiority(.greater), alpha: 0.025),
        PlannedTest(claim: .superiority(.less), alpha: 0.1),
        PlannedTest(
            claim: .nonInferiority(margin: 0.03, higherIsBetter: true), degreesOfFreedom: .effectivePartners),
        PlannedTest(claim: .nonInferiority(margin: 0.03, higherIsBetter: false)),
    ]

    @Test func powerAtTheDetectableEffectIsThePowerAskedFor() throws {
        for test in tests {
            for target in [0.5, 0.8, 0.95] {
                let effect = try design(partners: 40).minimumDetectableEffect(power: target, test: test)
                let power = try design(partners: 40).power(effect: effect, test: test)
                #expect(abs(power - target) < 1e-9, "\(test) \(target)")
            }
        }
        let fall = try design(partners: 40).minimumDetectableEffect(
            power: 0.8, test: PlannedTest(), sign: .minus)
        #expect(fall < 0)
    }

    @Test func requiredPartnersGiveThePowerAskedFor() throws {
        for (test, effect) in zip(tests, [0.06, 0.05, -0.05, 0.01, -0.01]) {
            let required = try design(partners: 7).requiredPartners(effect: effect, power: 0.8, test: test)
            let exact = try design(partners: required.control).power(effect: effect, test: test)
            #expect(abs(exact - 0.8) < 1e-9)
            #expect(isClose(required.treatment, 1.5 * required.control))
            #expect(required.power >= 0.8)
            #expect(required.design.strata[0].controlPartners == required.control.rounded(.up))
        }
    }

    @Test func whatIsOutOfReachIsSaidSo() {
        // From a rate of 95 % there are five points of room.
        #expect {
            try design(partners: 5, rate: 0.95).minimumDetectableEffect(power: 0.9, test: PlannedTest())
        } throws: { error in
            guard case .unattainablePower(0.9, let best) = error as? EstimationError else { return false }
            return best > 0.05 && best < 0.9
        }
        // No number of partners shows an effect that is not there, or one in the wrong direction.
        #expect(throws: EstimationError.unattainablePower(target: 0.8, best: 0.05)) {
            try design(partners: 20).requiredPartners(effect: 0, power: 0.8, test: PlannedTest())
        }
        #expect(throws: EstimationError.unattainablePower(target: 0.8, best: 0.1)) {
            try design(partners: 20).requiredPartners(effect: 0.1, power: 0.8, test: tests[2])
        }
        #expect(throws: EstimationError.self) {
            try design(partners: 20).minimumDetectableEffect(power: 0.04, test: PlannedTest())
        }
    }

    @Test func aProvableMarginIsProvedWithThePowerAskedFor() throws {
        for higherIsBetter in [true, false] {
            for effect in [0, 0.01] {
                let plan = design(partners: 30)
                let anyMargin = PlannedTest(claim: .nonInferiority(margin: 1, higherIsBetter: higherIsBetter))
                let margin = try plan.smallestProvableMargin(power: 0.8, test: anyMargin, effect: effect)
                let test = PlannedTest(claim: .nonInferiority(margin: margin, higherIsBetter: higherIsBetter))
                #expect(abs(try plan.power(effect: effect, test: test) - 0.8) < 1e-9)
            }
        }
    }

    @Test func detectableEffectOfALookByHand() {
        // t(0.975, 38) = 2.0244, t(0.8, 38) = 0.8512.
        let look = Estimate(value: 0.01, standardError: 0.02, degreesOfFreedom: 38)
        #expect(isClose(look.minimumDetectableEffect(), (2.024_394 + 0.851_183) * 0.02, within: 1e-6))
        #expect(
            look.minimumDetectableEffect(alternative: .greater) < look.minimumDetectableEffect())
    }

    @Test("A margin of three points is not provable with 40 heavy-tailed partners, and the planner says so")
    func threePointsAreTooFewForFortyPartners() throws {
        let sizes = HeavyTailedRoster.sizes(partners: 40)
        let roster = try RosterDiagnostics(sizes: sizes)
        #expect(roster.sizeVariation > 1.5)
        #expect(roster.warnings.contains { if case .formulaUnreliable = $0 { true } else { false } })
        let plan = ClusterDesign(
            controlPartners: 20, treatmentPartners: 20, meanSize: roster.meanSize,
            sizeVariation: roster.sizeVariation, intraclassCorrelation: 0.03, outcome: .rate(control: 0.75))
        let guardrail = PlannedTest(claim: .nonInferiority(margin: 0.03, higherIsBetter: true))
        let assessment = try plan.assessment(effect: 0, test: guardrail)
        #expect(assessment.power < 0.25)
        let provable = try #require(assessment.smallestProvableMargin)
        #expect(provable > 0.08)
        let warning = try #require(
            assessment.warnings.first { if case .marginNotProvable = $0 { true } else { false } })
        #expect(warning.description.contains("a margin of 0.03 is not provable"))
    }

    @Test func anAssessmentOfASoundPlanWarnsOfNothing() throws {
        let assessment = try design(partners: 200).assessment(effect: 0.06, test: PlannedTest())
        #expect(assessment.warnings.isEmpty)
        #expect(assessment.unattainable == nil)
        #expect(assessment.power > 0.8)
        let hopeless = try design(partners: 4, rate: 0.97).assessment(effect: 0.02, test: PlannedTest())
        #expect(hopeless.minimumDetectableEffect == nil)
        #expect(hopeless.unattainable != nil)
        #expect(hopeless.warnings.first?.description.contains("no effect the rates leave room for") == true)
    }
}

/// Partners whose sizes are the quantiles of a Pareto distribution with shape 1.2, of about 60 customers on
/// average.
enum HeavyTailedRoster {
    static func sizes(partners: Int) -> [Int] {
        (0..<partners).map { index in
            let share = (Double(index) + 0.5) / Double(partners)
            return min(max(Int((16 * pow(share, -1 / 1.2)).rounded()), 1), 1000)
        }
    }
}
