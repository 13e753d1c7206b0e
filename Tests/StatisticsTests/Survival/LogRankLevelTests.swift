import Statistics
import Testing

@Suite struct LogRankLevelTests {
    /// Loss times up to week 26 of partners that differ, with nobody affected by the arm.
    private func arm(_ partners: Int, using random: inout SeededGenerator) -> SurvivalSample {
        var cluster: [Int32] = []
        var day: [Int32] = []
        var isEvent: [Bool] = []
        for partner in 0..<partners {
            let hazard = Double.random(in: 0.004...0.03, using: &random)
            for _ in 0..<Int.random(in: 6...24, using: &random) {
                var week: Int32 = 1
                while week < 26, Double.random(in: 0..<1, using: &random) >= hazard { week += 1 }
                cluster.append(Int32(partner))
                day.append(week)
                isEvent.append(week < 26)
            }
        }
        return SurvivalSample(cluster: cluster, day: day, isEvent: isEvent, clusterCount: partners)
    }

    private func rejectionRate(control: Int, treatment: Int, seed: UInt64) throws -> Double {
        var random = SeededGenerator(seed: seed)
        let runs = 1_000
        var rejections = 0
        for _ in 0..<runs {
            let result = try clusteredLogRank(
                control: arm(control, using: &random), treatment: arm(treatment, using: &random))
            rejections += result.pValue <= 0.05 ? 1 : 0
        }
        return Double(rejections) / Double(runs)
    }

    @Test func threePartnersAgainstSeventeenKeepTheLevel() throws {
        let rate = try rejectionRate(control: 17, treatment: 3, seed: 1)
        #expect(rate >= 0.02 && rate <= 0.07, "\(rate)")
    }

    @Test func twoPartnersAgainstTenNeverRejectTooOften() throws {
        let rate = try rejectionRate(control: 2, treatment: 10, seed: 2)
        #expect(rate <= 0.05, "\(rate)")
    }

    @Test func degreesOfFreedomFollowTheDesign() throws {
        var random = SeededGenerator(seed: 3)
        func degreesOfFreedom(_ m0: Int, _ m1: Int) throws -> Double {
            try clusteredLogRank(control: arm(m0, using: &random), treatment: arm(m1, using: &random))
                .degreesOfFreedom
        }
        #expect(try degreesOfFreedom(12, 12) == 22)
        #expect(isClose(try degreesOfFreedom(17, 3), 400.0 / (289.0 / 2 + 9.0 / 16)))
        #expect(isClose(try degreesOfFreedom(3, 17), 400.0 / (289.0 / 2 + 9.0 / 16)))
        #expect(try degreesOfFreedom(2, 60) > 1)
    }
}
