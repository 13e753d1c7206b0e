import Statistics
import Testing

@Suite struct WeightingTests {
    @Test func precisionWeightsRunFromCustomersToPartners() throws {
        for seed in 0..<50 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            let customers = try rateDifference(
                control: arms.control, treatment: arms.treatment, workingCovariance: .identity)
            let partners = try partnerAverageDifference(control: arms.control, treatment: arms.treatment)
            let independent = try precisionWeightedDifference(
                control: arms.control, treatment: arms.treatment, correlation: 0)
            let alike = try precisionWeightedDifference(
                control: arms.control, treatment: arms.treatment, correlation: 1)
            #expect(isClose(independent.difference, customers.difference), "seed \(seed)")
            #expect(isClose(alike.difference, partners.difference), "seed \(seed)")
            guard let estimate = customers.estimate, partners.estimate != nil else { continue }
            #expect(isClose(try independent.estimate().standardError, estimate.standardError))
            #expect(
                isClose(try independent.estimate().degreesOfFreedom, estimate.degreesOfFreedom, within: 1e-9))
            #expect(isClose(try alike.estimate().standardError, partners.estimate?.standardError))
            #expect(alike.estimand == .precisionWeighted)
        }
    }

    @Test func informativeSizeMatchesTheJackknifeDoneByHand() throws {
        for seed in 0..<30 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            let result = try informativeSize(control: arms.control, treatment: arms.treatment)
            var variance = 0.0
            for totals in [arms.control, arms.treatment] {
                let without = totals.indices.map { left -> Double in
                    var rest = totals
                    rest.remove(at: left)
                    let pooled = rest.reduce(.empty, +).rate ?? .nan
                    return pooled - rest.compactMap(\.rate).reduce(0, +) / Double(rest.count)
                }
                let count = Double(without.count)
                let mean = without.reduce(0, +) / count
                variance += (count - 1) / count * without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            }
            let estimate = try #require(result.estimate)
            #expect(isClose(estimate.standardError, variance.squareRoot(), within: 1e-9), "seed \(seed)")
            #expect(
                estimate.degreesOfFreedom == Double(min(arms.control.count, arms.treatment.count) - 1))
            #expect(isClose(estimate.value, result.customerAverage - result.partnerAverage))
        }
    }

    @Test func equalSizesCannotBeInformative() throws {
        let control = [3, 5, 7].map { ClusterTotal(successes: $0, size: 10) }
        let treatment = [4, 9, 8].map { ClusterTotal(successes: $0, size: 10) }
        #expect(try informativeSize(control: control, treatment: treatment).unavailable == .noVariation)
        let lone = try informativeSize(control: control, treatment: [treatment[0]])
        #expect(lone.unavailable == .tooFewClusters(arm: .treatment, found: 1, required: 2))
    }

    @Test func winsorisingUsesOneSetOfLimitsForBothArms() throws {
        let control = [1.0, 2, 3, 4, 100].map(single)
        let treatment = [2.0, 3, 4, 5, 6].map(single)
        let pooled = try #require(
            WinsorizationLimits(pooled: (control + treatment).compactMap(\.rate), tail: 0.1))
        let result = try winsorizedPartnerAverage(control: control, treatment: treatment, limits: pooled)
        #expect(result.changedInControl == 2 && result.changedInTreatment == 0)
        // Type 7 at (10 − 1)·0.1 = 0.9 and 8.1 of 1 2 2 3 3 4 4 5 6 100.
        #expect(isClose(pooled.lower, 1.9) && isClose(pooled.upper, 15.4))
        #expect(isClose(result.comparison.control.value, (1.9 + 2 + 3 + 4 + 15.4) / 5))
        let open = try winsorizedPartnerAverage(
            control: control, treatment: treatment, limits: WinsorizationLimits(lower: -1e9, upper: 1e9))
        let plain = try partnerAverageDifference(control: control, treatment: treatment)
        #expect(try open.comparison.estimate() == plain.estimate)
        #expect(WinsorizationLimits(pooled: [], tail: 0.1) == nil)
    }

    @Test func theDesignEffectIsOneForSingletonsAndTheSizeForIdenticalCustomers() throws {
        let singletons = try observedDesignEffect(
            control: [0, 1, 1, 0].map(single), treatment: [1, 1, 0].map(single))
        #expect(isClose(singletons, 1))
        let identical = [0.0, 1, 1, 0].map {
            ClusterTotal(count: 50, numerator: 50 * $0, denominator: 50, sumOfSquares: 50 * $0)
        }
        let effect = try #require(try observedDesignEffect(control: identical, treatment: identical))
        #expect(isClose(effect, 50 * (199.0 / 200) / (3.0 / 4)))
        let money = ClusterTotal(count: 2, numerator: 10, denominator: 12, sumOfSquares: 60)
        #expect(try observedDesignEffect(control: [money, money], treatment: identical) == nil)
    }

    @Test("Trap 25: strata in which the treatment was given more freely do not stand for it")
    func simpsonsParadoxIsResolved() throws {
        // In both strata treatment loses 10 points; it was given mostly in the better one.
        func partners(_ count: Int, rate: Int) -> [ClusterTotal] {
            (0..<count).map { ClusterTotal(successes: rate + ($0.isMultiple(of: 2) ? 1 : -1), size: 20) }
        }
        let control = StratifiedTotals(
            totals: partners(6, rate: 18) + partners(24, rate: 8),
            stratum: [Int](repeating: 0, count: 6) + [Int](repeating: 1, count: 24))
        let treatment = StratifiedTotals(
            totals: partners(24, rate: 16) + partners(6, rate: 6),
            stratum: [Int](repeating: 0, count: 24) + [Int](repeating: 1, count: 6))
        let pooled = try compareRatios(control: control.totals, treatment: treatment.totals)
        #expect(pooled.difference > 0.15)
        let stratified = try compareStratifiedRatios(control: control, treatment: treatment)
        #expect(isClose(stratified.difference, -0.1))
        #expect(try stratified.estimate().pValue() < 0.01)
    }

    @Test func equalSharesLeaveTheRatiosAndTakeStrataOutOfTheVariance() throws {
        let control = StratifiedTotals(
            totals: [(9, 10), (8, 10), (2, 10), (3, 10)].map { .init(successes: $0.0, size: $0.1) },
            stratum: [7, 7, 9, 9])
        let treatment = StratifiedTotals(
            totals: [(10, 10), (9, 10), (4, 10), (3, 10)].map { .init(successes: $0.0, size: $0.1) },
            stratum: [7, 7, 9, 9])
        let stratified = try compareStratifiedRatios(control: control, treatment: treatment)
        let pooled = try compareRatios(
            control: control.totals, treatment: treatment.totals, variance: .firstOrder)
        #expect(isClose(stratified.difference, pooled.difference))
        // Every partner lies 0.5 from its stratum's mean: V = 2·4·0.25/40² an arm.
        #expect(isClose(try stratified.estimate().standardError, (2 * 8 * 0.25 / 1600).squareRoot()))
        #expect(try stratified.estimate().degreesOfFreedom == 4)
        #expect(try stratified.estimate().standardError < pooled.estimate().standardError / 3)
    }

    @Test func strataThatCannotBeComparedAreNamed() throws {
        let two = [ClusterTotal(successes: 1, size: 3), ClusterTotal(successes: 2, size: 3)]
        #expect(throws: EstimationError.stratumInOneArm(stratum: 2)) {
            try compareStratifiedRatios(
                control: StratifiedTotals(totals: two, stratum: [1, 2]),
                treatment: StratifiedTotals(totals: two, stratum: [1, 1]))
        }
        let lone = try compareStratifiedRatios(
            control: StratifiedTotals(totals: two, stratum: [1, 2]),
            treatment: StratifiedTotals(totals: two + two, stratum: [1, 1, 2, 2]))
        #expect(lone.unavailable == .loneClusterInStratum(arm: .control, stratum: 1))
        #expect(isClose(lone.difference, 0))
    }
}
