import Statistics
import Testing

/// Every result says how it was found, whose average it is and how many partners stand behind it.
@Suite struct ResultDocumentationTests {
    private let arms = randomTotals(seed: 12)

    @Test func differencesCarryMethodEstimandAndPartners() throws {
        let rate = try rateDifference(control: arms.control, treatment: arms.treatment)
        #expect(rate.method == .cr2Exchangeable && rate.estimand == .customerAverage)
        let effect = rate.effect(confidenceLevel: 0.9)
        #expect(effect.control.raw == rate.control.clusterCount)
        #expect(effect.degreesOfFreedom == rate.estimate?.degreesOfFreedom)
        #expect(effect.interval?.confidenceLevel == 0.9 && effect.interval?.validity == .fixedSample)
        let money = try rateDifference(
            control: arms.control.map {
                ClusterTotal(
                    count: $0.count, numerator: $0.numerator, denominator: 3 * $0.denominator, sumOfSquares: 0
                )
            }, treatment: arms.treatment, workingCovariance: .proportional)
        #expect(money.method == .cr2Proportional && money.estimand == .revenueWeighted)
        let average = try partnerAverageDifference(control: arms.control, treatment: arms.treatment)
        #expect(average.method == .partnerWelch && average.estimand == .partnerAverage)
        #expect(
            average.control == PartnerCount(raw: arms.control.count, effective: Double(arms.control.count)))
        #expect(average.effect(confidenceLevel: 0.95).pValue == average.estimate?.pValue())
    }

    @Test func relativeEffectsCarryTheirDegreesOfFreedom() throws {
        let comparison = try compareRatios(control: arms.control, treatment: arms.treatment)
        let relative = try comparison.relativeEffect(confidenceLevel: 0.95)
        let scale: RatioScale = relative.method == .fieller ? .difference : .logRatio
        #expect(relative.degreesOfFreedom == (try comparison.estimate(on: scale).degreesOfFreedom))
        #expect(relative.control == comparison.control.partners && relative.estimand == comparison.estimand)
    }

    @Test func whatRemainsWithoutAPartnerIsCounted() throws {
        for seed in 0..<30 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            for left in try leaveOnePartnerOut(control: arms.control, treatment: arms.treatment) {
                var rest = arms
                if left.arm == .control {
                    rest.control.remove(at: left.cluster)
                } else {
                    rest.treatment.remove(at: left.cluster)
                }
                let without = try rateDifference(control: rest.control, treatment: rest.treatment)
                #expect(left.control.raw == without.control.clusterCount)
                #expect(
                    isClose(left.control.effective, without.control.effectiveClusterCount, within: 1e-9))
                #expect(
                    isClose(left.treatment.effective, without.treatment.effectiveClusterCount, within: 1e-9))
            }
        }
    }

    @Test func balancesCarryTheirEstimates() throws {
        let balance = try joinLoss(
            assigned: [[4, 4, 4, 4], [4, 4, 4, 4]], observed: [[4, 4, 3, 4], [2, 3, 2, 2]])[0]
        #expect(balance.method == .cr2Exchangeable && balance.controlPartners.raw == 4)
        #expect(isClose(balance.estimate?.value, balance.treatment - balance.control))
        #expect(balance.estimate?.pValue() == balance.pValue)
        let sizes = try clusterSizeBalance(customers: [[4, 9, 2], [5, 7, 8, 1]])[0]
        #expect(sizes.method == .partnerWelch && sizes.treatmentPartners.raw == 4)
    }
}
