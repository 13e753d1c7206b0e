import Foundation
import Statistics
import Testing

@Suite struct SampleRatioTestTests {
    @Test func twelveToThreeMatchesTheHandSum() throws {
        // Of 15 fair coins: P(K ≤ 3) + P(K ≥ 12) = 2·(1 + 15 + 105 + 455)/2¹⁵.
        let test = try sampleRatioTest(observed: [12, 3], weights: [1, 1])
        #expect(isClose(test.exactPValue, 2.0 * 576 / 32768))
        #expect(isClose(test.statistic, 5.4))
        #expect(isClose(test.arms[0].contribution, 2.7))
        #expect(isClose(test.arms[0].standardizedResidual, 5.4.squareRoot()))
        #expect(test.bestPValue == test.exactPValue)
    }

    @Test func unequalSharesCountTheFarTailByLikelihood() throws {
        // Binomial(5, ¼) at 4: masses are 243, 405, 270, 90, 15, 1 of 1024; only 4 and 5 are as unlikely.
        let test = try sampleRatioTest(observed: [4, 1], weights: [1, 3])
        #expect(isClose(test.exactPValue, 16.0 / 1024))
        let low = try sampleRatioTest(observed: [0, 5], weights: [1, 3])
        #expect(isClose(low.exactPValue, (243.0 + 90 + 15 + 1) / 1024))
    }

    @Test func threeArmsMatchDirectEnumeration() throws {
        func factorial(_ n: Int) -> Double { (0..<n).reduce(1) { $0 * Double($1 + 1) } }
        let weights = [0.5, 0.3, 0.2]
        func mass(_ x: [Int]) -> Double {
            zip(x, weights).reduce(factorial(9)) { $0 * pow($1.1, Double($1.0)) / factorial($1.0) }
        }
        let observed = [2, 6, 1]
        var expected = 0.0
        for first in 0...9 {
            for second in 0...(9 - first) {
                let value = mass([first, second, 9 - first - second])
                if value <= mass(observed) * (1 + 1e-9) { expected += value }
            }
        }
        let test = try sampleRatioTest(observed: observed, weights: [5, 3, 2])
        #expect(isClose(test.exactPValue, expected, within: 1e-10))
        #expect(test.degreesOfFreedom == 2)
    }

    @Test func orderOfArmsDoesNotMatter() throws {
        let forward = try sampleRatioTest(observed: [31, 12, 20], weights: [2, 1, 1])
        let backward = try sampleRatioTest(observed: [20, 12, 31], weights: [1, 1, 2])
        #expect(isClose(forward.pValue, backward.pValue))
        #expect(isClose(forward.exactPValue, backward.exactPValue, within: 1e-10))
    }

    @Test("Trap 25: opposite deviations in strata do not cancel")
    func strataDoNotCancel() throws {
        let test = try sampleRatioTest(strata: [[30, 10], [10, 30], [0, 0]], weights: [1, 1])
        #expect(try sampleRatioTest(observed: [40, 40], weights: [1, 1]).pValue == 1)
        #expect(isClose(test.overall.statistic, 20))
        #expect(test.overall.degreesOfFreedom == 2)
        #expect(isClose(test.overall.pValue, exp(-10)))
        #expect(isClose(test.overall.arms[0].contribution, 10))
        #expect(test.strata.count == 3 && test.strata[2] == nil)
    }

    @Test func refusesWhatCannotBeTested() {
        #expect(throws: EstimationError.self) { try sampleRatioTest(observed: [0, 0], weights: [1, 1]) }
        #expect(throws: EstimationError.self) { try sampleRatioTest(observed: [1, 2], weights: [1, 0]) }
        #expect(throws: EstimationError.self) { try sampleRatioTest(observed: [1, -2], weights: [1, 1]) }
        #expect(throws: EstimationError.self) { try sampleRatioTest(observed: [1], weights: [1]) }
        #expect(throws: EstimationError.self) { try sampleRatioTest(strata: [[0, 0]], weights: [1, 1]) }
    }
}

@Suite struct SequentialSampleRatioTests {
    @Test func smallCountsMatchTheProductFormula() throws {
        // c = 2 and fair shares: aᵢ = 1, so BF = 3!·1!/(2 + 4 − 1)! · Γ(2) · 2⁴ with counts 3 and 1.
        var sequence = try SequentialSampleRatio(weights: [1, 1], concentration: 2)
        try sequence.read(total: [3, 1])
        #expect(isClose(sequence.logBayesFactor, log(6.0 / 120 * 16)))
        #expect(sequence.pValue == 1)
    }

    @Test func thePValueNeverRisesAgain() throws {
        var sequence = try SequentialSampleRatio(weights: [1, 1])
        try sequence.read(total: [90, 10])
        let alarmed = sequence.pValue
        #expect(alarmed < 0.001 && sequence.isMismatch)
        try sequence.read(total: [200, 190])
        #expect(sequence.pValue == alarmed)
        #expect(throws: EstimationError.self) { try sequence.read(total: [10, 190]) }
        #expect(sequence.counts == [200, 190])
    }

    @Test func theAnswerDoesNotDependOnHowCountsAreCutIntoReadings() throws {
        var (often, once) = (
            try SequentialSampleRatio(weights: [3, 1]), try SequentialSampleRatio(weights: [0.75, 0.25])
        )
        for total in [[10, 2], [40, 9], [77, 20]] { try often.read(total: total) }
        try once.read(total: [77, 20])
        #expect(isClose(often.logBayesFactor, once.logBayesFactor))
    }

    @Test func hundredMillionUnitsKeepTheirDigits() throws {
        // Exactly on plan, the divergence vanishes and only ½·ln terms are left.
        var sequence = try SequentialSampleRatio(weights: [1, 1])
        try sequence.read(total: [50_000_000, 50_000_000])
        let n = 1e8
        let leading = log((100 + n) / 100) / 2 - log((50 + n / 2) / 50)
        #expect(abs(sequence.logBayesFactor - leading - (1 / 1200.0 - 2 / 600.0)) < 1e-6)
    }

    @Test func alarmsAreRareWhenThePlanIsFollowed() throws {
        var alarms = 0
        for run in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(run) &+ 900)
            var sequence = try SequentialSampleRatio(weights: [1, 1], alpha: 0.05)
            var counts = [0, 0]
            for _ in 0..<40 {
                for _ in 0..<10 { counts[Bool.random(using: &random) ? 1 : 0] += 1 }
                try sequence.read(total: counts)
            }
            if sequence.isMismatch { alarms += 1 }
        }
        // The bound is 5 %, whatever the number of readings; three standard errors are 1.5 points.
        #expect(Double(alarms) / 2000 <= 0.065)
    }
}

@Suite struct JoinLossTests {
    @Test func lostRecordsOfOneArmAreFound() throws {
        let assigned = [Int](repeating: 40, count: 12)
        let control = (0..<12).map { 39 - $0 % 2 }
        let treatment = (0..<12).map { 31 + $0 % 3 }
        let balance = try joinLoss(assigned: [assigned, assigned], observed: [control, treatment])
        #expect(balance.count == 1)
        #expect(isClose(balance[0].control, 38.5 / 40) && isClose(balance[0].treatment, 32.0 / 40))
        #expect(balance[0].pValue ?? 1 < 1e-6)
        #expect(balance[0].adjustedPValue == balance[0].pValue)
    }

    @Test func noLossAnywhereHasNoPValue() throws {
        let balance = try joinLoss(assigned: [[3, 4], [5, 6]], observed: [[3, 4], [5, 6]])
        #expect(balance[0].pValue == nil && balance[0].unavailable == .noVariation)
    }

    @Test func severalTreatmentsShareTheLevel() throws {
        let assigned = [[10, 10, 12], [10, 11, 10], [9, 10, 10]]
        let observed = [[9, 8, 12], [7, 8, 6], [9, 7, 10]]
        let balance = try joinLoss(assigned: assigned, observed: observed)
        #expect(balance.count == 2)
        for item in balance { #expect(item.adjustedPValue == item.pValue.map { min(1, 2 * $0) }) }
    }

    @Test func refusesImpossibleCounts() {
        #expect(throws: EstimationError.self) { try joinLoss(assigned: [[3], [4]], observed: [[4], [4]]) }
        #expect(throws: EstimationError.self) {
            try joinLoss(assigned: [[3, 3], [4]], observed: [[3], [4]])
        }
        #expect(throws: EstimationError.self) { try clusterSizeBalance(customers: [[1, 2]]) }
    }

    @Test("Trap 22: one large partner is no sample ratio mismatch")
    func customersAreNotTheUnit() throws {
        // Twenty partners against twenty, one of them with 2,000 customers.
        let control = [Int](repeating: 50, count: 19) + [48]
        let treatment = (0..<19).map { 45 + $0 % 11 } + [2000]
        let customers = [control.reduce(0, +), treatment.reduce(0, +)]
        #expect(try sampleRatioTest(observed: customers, weights: [1, 1]).pValue < 1e-100)
        #expect(try sampleRatioTest(observed: [20, 20], weights: [1, 1]).bestPValue == 1)
        #expect(try #require(clusterSizeBalance(customers: [control, treatment])[0].pValue) > 0.05)
    }

    @Test("Trap 22: fair lots over partners of very unequal size raise no false alarms")
    func fairLotsRaiseNoFalseAlarms() throws {
        var random = SeededGenerator(seed: 7)
        let sizes = (0..<40).map { _ in
            min(400, Int(5 / Double.random(in: 0.001..<1, using: &random)) + 1)
        }
        let runs = 1_000
        var (partners, customers) = (0, 0)
        for _ in 0..<runs {
            let drawn = sizes.shuffled(using: &random)
            let arms = [Array(drawn[..<20]), Array(drawn[20...])]
            let balance = try clusterSizeBalance(customers: arms)[0]
            partners += (balance.pValue ?? 1) <= 0.05 ? 1 : 0
            let naive = try sampleRatioTest(observed: arms.map { $0.reduce(0, +) }, weights: [1, 1])
            customers += naive.pValue <= 0.05 ? 1 : 0
        }
        #expect(Double(partners) / Double(runs) <= 0.065)
        #expect(Double(customers) / Double(runs) > 0.5)
    }
}
