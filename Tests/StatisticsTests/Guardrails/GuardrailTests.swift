import Testing

@testable import Statistics

@Suite struct GuardrailTests {
    private let plan = GuardrailPlan(margin: 0.03, benefit: .increase)

    private func look(
        _ fraction: Double, _ value: Double?, error: Double = 0.01, degreesOfFreedom: Double = 18
    ) -> GuardrailLook {
        GuardrailLook(
            informationFraction: fraction,
            estimate: value.map {
                Estimate(value: $0, standardError: error, degreesOfFreedom: degreesOfFreedom)
            })
    }

    @Test func aSingleLookIsTheOneSidedTInterval() throws {
        // t(18) at 95 % one-sided is 1.7341: bounds are the estimate ∓ 0.017341.
        for (value, state) in [
            (0.0, GuardrailInference.State.nonInferior), (-0.0126, .nonInferior), (-0.0127, .undecided),
            (-0.0173, .undecided), (-0.0174, .deteriorated),
        ] {
            let inference = try guardrailMonitoring(looks: [look(1, value)], plan: plan)[0]
            #expect(inference.state == state, "\(value)")
            #expect(isClose(inference.nonInferiority?.lowerBound, value - 0.01734064, within: 1e-7))
            #expect(isClose(inference.deterioration?.lowerBound, -value - 0.01734064, within: 1e-7))
        }
        let small = try guardrailMonitoring(looks: [look(1, -0.008, error: 0.002)], plan: plan)[0]
        #expect(small.state == .harmedWithinMargin)
    }

    @Test func aBoundExcludesItsLimitExactlyWhenThePValueIsBelowTheLevel() throws {
        let looks = [look(0.3, -0.01), look(0.6, -0.001), look(1, 0.002)]
        for (index, inference) in try guardrailMonitoring(looks: looks, plan: plan).enumerated() {
            for (question, test, limit) in [
                (GuardrailPlan.Question.nonInferiority, inference.nonInferiority, -0.03),
                (.deterioration, inference.deterioration, 0.0),
            ] {
                let test = try #require(test)
                let pValue = try guardrailPValue(question, looks: Array(looks[...index]), plan: plan)
                #expect((try #require(test.lowerBound) > limit) == test.isShown)
                #expect((try #require(pValue) < 0.05) == test.isShown)
            }
        }
        #expect(try guardrailPValue(.deterioration, looks: [look(0.3, nil)], plan: plan) == nil)
    }

    @Test func aMetricWhereLessIsBetterIsTheMirrorImage() throws {
        let values = [-0.02, -0.03, 0.01]
        let fractions = [0.3, 0.7, 1]
        let more = try guardrailMonitoring(looks: zip(fractions, values).map { look($0, $1) }, plan: plan)
        var mirrored = plan
        mirrored.benefit = .decrease
        let less = try guardrailMonitoring(
            looks: zip(fractions, values).map { look($0, -$1) }, plan: mirrored)
        #expect(more.map(\.state) == less.map(\.state))
        #expect(more.map(\.deterioration?.lowerBound) == less.map(\.deterioration?.lowerBound))
    }

    @Test func harmOnceShownStaysShown() throws {
        let looks = [look(0.5, -0.06), look(0.75, -0.04), look(0.9, nil), look(1, 0.01, error: 0.005)]
        let states = try guardrailMonitoring(looks: looks, plan: plan).map(\.state)
        #expect(states == [.deteriorated, .deteriorated, .deteriorated, .harmedWithinMargin])
        #expect(try guardrailMonitoring(looks: [look(0.5, nil)], plan: plan)[0].state == .notMeasured)
    }

    @Test func aLookThatCannotBeMeasuredLeavesItsErrorToTheNext() throws {
        let gap = try guardrailMonitoring(looks: [look(0.2, nil), look(0.5, 0), look(1, 0)], plan: plan)
        let plain = try guardrailMonitoring(looks: [look(0.5, 0), look(1, 0)], plan: plan)
        #expect(gap.dropFirst().map(\.deterioration) == plain.map(\.deterioration))
        let spent = try #require(gap[1].deterioration?.boundary.cumulativeAlpha)
        #expect(isClose(spent, SpendingFunction.hwangShihDeCani(gamma: -2).cumulative(at: 0.5, alpha: 0.05)))
        let cut = try guardrailMonitoring(looks: [look(0.5, 0)], plan: plan, endsSchedule: true)
        #expect(cut[0].nonInferiority?.boundary.cumulativeAlpha == 0.05)
    }

    @Test func deteriorationIsFoundEarlierThanByTheTestOfSuccess() throws {
        let early = try guardrailMonitoring(looks: [look(0.25, -0.02)], plan: plan)[0]
        let harm = try #require(early.deterioration?.boundary.criticalValue)
        let success = try #require(early.nonInferiority?.boundary.criticalValue)
        #expect(harm < success)
    }

    @Test func falseAlarmsAndFalsePassesKeepTheirLevelOverTwentySixLooks() throws {
        let weekly = (1...26).map { Double($0) / 26 }
        let design = plan
        let harm = try sequentialBoundaries(
            informationFractions: weekly, alpha: design.deterioration.alpha,
            spending: design.deterioration.spending)
        let safe = try sequentialBoundaries(
            informationFractions: weekly, alpha: design.nonInferiority.alpha,
            spending: design.nonInferiority.spending)
        var counts = (alarms: 0.0, passes: 0.0, naive: 0.0)
        let paths = 10_000
        for path in 0..<paths {
            var random = SeededGenerator(seed: UInt64(path) &+ 71_000)
            let z = zip(brownianPath(at: weekly, using: &random), weekly).map { $0 / $1.squareRoot() }
            if zip(z, harm).contains(where: { $0 > $1.criticalValue ?? .infinity }) { counts.alarms += 1 }
            // The distance from −margin is what z is for non-inferiority when the truth is −margin.
            if zip(z, safe).contains(where: { $0 > $1.criticalValue ?? .infinity }) { counts.passes += 1 }
            if z.contains(where: { $0 > 1.645 }) { counts.naive += 1 }
        }
        #expect(abs(counts.alarms / Double(paths) - 0.05) < 0.009)
        #expect(abs(counts.passes / Double(paths) - 0.05) < 0.009)
        #expect(counts.naive / Double(paths) > 0.2)
    }
}
