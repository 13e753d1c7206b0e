import Statistics
import Testing

@Suite struct InfluenceTests {
    private let control = [(9, 10), (60, 100), (3, 4), (0, 0)].map {
        ClusterTotal(successes: $0.0, size: $0.1)
    }
    private let treatment = [(7, 9), (30, 40), (1, 8)].map { ClusterTotal(successes: $0.0, size: $0.1) }

    @Test func everyDifferenceEqualsTheOneRecomputedFromTheRemainingPartners() throws {
        let all = try rateDifference(control: control, treatment: treatment)
        let results = try leaveOnePartnerOut(control: control, treatment: treatment, detailed: 6)
        #expect(results.count == 6)  // the empty partner is not listed
        for result in results {
            var remaining = (control: control, treatment: treatment)
            switch result.arm {
            case .control: remaining.control.remove(at: result.cluster)
            case .treatment: remaining.treatment.remove(at: result.cluster)
            }
            let again = try rateDifference(control: remaining.control, treatment: remaining.treatment)
            #expect(isClose(result.difference, again.difference))
            #expect(isClose(result.shift, again.difference - all.difference))
            #expect(result.estimate == again.estimate)
        }
    }

    @Test func theMostInfluentialPartnersComeFirstAndOnlyTheyAreDetailed() throws {
        let results = try leaveOnePartnerOut(control: control, treatment: treatment, detailed: 2)
        #expect(results.map { abs($0.shift) } == results.map { abs($0.shift) }.sorted(by: >))
        #expect(results.map { $0.estimate != nil } == [true, true, false, false, false, false])
        #expect(results.first?.arm == .control && results.first?.cluster == 1)
    }

    @Test func theOnlyPartnerOfAnArmCannotBeLeftOut() throws {
        let results = try leaveOnePartnerOut(control: control, treatment: [.init(successes: 1, size: 2)])
        #expect(results.allSatisfy { $0.arm == .control })
        #expect(results.allSatisfy { $0.estimate == nil })
    }
}
