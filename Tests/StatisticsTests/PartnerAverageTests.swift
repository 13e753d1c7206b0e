import Statistics
import Testing

@Suite struct PartnerAverageTests {
    @Test func matchesAnExampleWorkedByHand() throws {
        // Control rates 0.5 and 0.75, treatment rates 0.5, 1 and 0.75.
        let result = try partnerAverageDifference(
            control: [.init(successes: 1, size: 2), .init(successes: 75, size: 100)],
            treatment: [
                .init(successes: 2, size: 4), .init(successes: 6, size: 6), .empty,
                .init(successes: 3, size: 4),
            ])
        let estimate = try #require(result.estimate)
        let (left, right) = (0.03125 / 2, 0.0625 / 3)
        #expect(result.controlMean == 0.625)
        #expect(result.treatmentMean == 0.75)
        #expect(isClose(estimate.standardError, (left + right).squareRoot()))
        #expect(
            isClose(
                estimate.degreesOfFreedom,
                (left + right) * (left + right) / (left * left + right * right / 2)))
    }

    @Test func ignoresHowLargePartnersAre() throws {
        let small = try partnerAverageDifference(
            control: [.init(successes: 1, size: 2), .init(successes: 1, size: 4)],
            treatment: [.init(successes: 2, size: 2), .init(successes: 3, size: 4)])
        let large = try partnerAverageDifference(
            control: [.init(successes: 100, size: 200), .init(successes: 1, size: 4)],
            treatment: [.init(successes: 2, size: 2), .init(successes: 3000, size: 4000)])
        #expect(small == large)
    }

    @Test func differenceIsReportedWithoutAnEstimateWhenUncertaintyIsUndefined() throws {
        let equal = [ClusterTotal(successes: 1, size: 3), ClusterTotal(successes: 2, size: 6)]
        #expect(try partnerAverageDifference(control: equal, treatment: equal).unavailable == .noVariation)
        let lone = try partnerAverageDifference(control: [.init(successes: 1, size: 4)], treatment: equal)
        #expect(lone.unavailable == .tooFewClusters(arm: .control, found: 1, required: 2))
        #expect(isClose(lone.difference, 1.0 / 12))
        #expect(throws: EstimationError.emptyArm(.treatment)) {
            try partnerAverageDifference(control: equal, treatment: [])
        }
    }
}
