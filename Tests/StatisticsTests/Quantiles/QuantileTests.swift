import Statistics
import Testing

@Suite struct QuantileTests {
    /// Customers of equal-sized partners with skewed values and a shift per partner.
    private func sample(
        seed: UInt64, partners: Int = 12, size: Int = 20, shift: Double = 0, strata: Int = 1
    ) throws -> ClusteredSample {
        var random = SeededGenerator(seed: seed)
        var values: [Double] = []
        var cluster: [Int32] = []
        for partner in 0..<partners {
            let level = Double.random(in: 0...1, using: &random)
            for _ in 0..<size {
                let draw = Double.random(in: 0...3, using: &random)
                values.append(shift + level + draw * draw)
                cluster.append(Int32(partner))
            }
        }
        return try ClusteredSample(
            values: values, cluster: cluster, clusterCount: partners,
            stratum: strata > 1 ? (0..<partners).map { Int32($0 % strata) } : [])
    }

    @Test func theShiftOfAQuantileIsFoundAndItsErrorIgnoresOrderAndUnits() throws {
        let (control, treatment) = (try sample(seed: 1), try sample(seed: 1, shift: 2))
        let result = try quantileDifference(control: control, treatment: treatment, probability: 0.75)
        #expect(isClose(result.estimate.value, 2))
        #expect(isClose(result.control.standardError, result.treatment.standardError, within: 1e-9))
        var random = SeededGenerator(seed: 2)
        let order = treatment.values.indices.shuffled(using: &random)
        let moved = try ClusteredSample(
            values: order.map { treatment.values[$0] * 100 }, cluster: order.map { treatment.cluster[$0] },
            clusterCount: treatment.clusterCount + 3)
        let other = try clusteredQuantile(moved, probability: 0.75, arm: .treatment)
        #expect(isClose(other.standardError, result.treatment.standardError * 100, within: 1e-9))
        #expect(other.partners.raw == 12)
        #expect(result.effect(confidenceLevel: 0.9).estimand == .customerQuantile)
    }

    @Test func alikePartnersMakeTheQuantileLessCertain() throws {
        let independent = try sample(seed: 4, partners: 240, size: 1)
        let clustered = try ClusteredSample(
            values: independent.values.sorted(), cluster: independent.cluster.map { $0 / 20 },
            clusterCount: 12)
        let one = try clusteredQuantile(independent, probability: 0.5, arm: .control)
        let other = try clusteredQuantile(clustered, probability: 0.5, arm: .control)
        #expect(other.value == one.value)
        #expect(other.standardError > 3 * one.standardError)
    }

    @Test func quantilesThatCannotBeJudgedAreRefused() throws {
        let tied = try ClusteredSample(
            values: [1, 1, 1, 1, 1, 1, 1, 9], cluster: [0, 0, 0, 0, 1, 1, 1, 1], clusterCount: 2)
        #expect(throws: EstimationError.self) {
            try clusteredQuantile(tied, probability: 0.3, arm: .control)
        }
        #expect(throws: EstimationError.emptyArm(.control)) {
            try clusteredQuantile(
                try ClusteredSample(values: [], cluster: [], clusterCount: 3), probability: 0.5, arm: .control
            )
        }
        #expect(throws: EstimationError.tooFewClusters(arm: .control, found: 4, required: 5)) {
            try bootstrapQuantileDifference(
                control: try sample(seed: 1, partners: 4), treatment: try sample(seed: 2), probability: 0.5,
                confidenceLevel: 0.9, draws: 99, seed: 1)
        }
        #expect(throws: EstimationError.loneClusterInStratum(arm: .treatment, stratum: 0)) {
            try bootstrapQuantileDifference(
                control: try sample(seed: 1), treatment: try sample(seed: 2, strata: 12), probability: 0.5,
                confidenceLevel: 0.9, draws: 99, seed: 1)
        }
    }

    @Test func bootstrapIsReproducibleAndMovesWithTheShift() throws {
        let (control, treatment) = (try sample(seed: 5, strata: 3), try sample(seed: 6, strata: 3))
        let shifted = try ClusteredSample(
            values: treatment.values.map { $0 + 8 }, cluster: treatment.cluster, clusterCount: 12,
            stratum: treatment.stratum)
        func run(_ treatment: ClusteredSample, seed: UInt64) throws -> QuantileBootstrap {
            try bootstrapQuantileDifference(
                control: control, treatment: treatment, probability: 0.5, confidenceLevel: 0.9, draws: 499,
                seed: seed)
        }
        let first = try run(treatment, seed: 11)
        #expect(try run(treatment, seed: 11) == first)
        #expect(try run(treatment, seed: 12) != first)
        let moved = try run(shifted, seed: 11)
        #expect(isClose(moved.difference, first.difference + 8))
        #expect(isClose(moved.percentileInterval.lower, first.percentileInterval.lower + 8, within: 1e-9))
        #expect(isClose(moved.standardError, first.standardError, within: 1e-9))
        let accelerated = try #require(moved.acceleratedInterval)
        #expect(accelerated.lower < moved.difference && moved.difference < accelerated.upper)
        // No resample can make p smaller than 2/(draws + 1).
        #expect(moved.pValue == 2.0 / 500)
        #expect(first.pValue > 0.05)
        #expect(moved.effect().interval == moved.acceleratedInterval)
    }

    @Test func bootstrapAgreesWithTheOrderStatisticsOnManyPartners() throws {
        let (control, treatment) = (try sample(seed: 21, partners: 150), try sample(seed: 22, partners: 150))
        let formula = try quantileDifference(control: control, treatment: treatment, probability: 0.5)
        let resampled = try bootstrapQuantileDifference(
            control: control, treatment: treatment, probability: 0.5, confidenceLevel: 0.95, draws: 800,
            seed: 3)
        #expect(isClose(resampled.difference, formula.estimate.value))
        #expect(abs(resampled.standardError / formula.estimate.standardError - 1) < 0.2)
    }
}
