import Foundation
import Testing

@testable import Statistics

/// Arms of 2 to 9 partners with 1 to 60 customers each and rates that differ between partners.
private func randomArms(seed: UInt64) -> (control: [ClusterTotal], treatment: [ClusterTotal]) {
    var random = SeededGenerator(seed: seed)
    func arm() -> [ClusterTotal] {
        (0..<Int.random(in: 2...9, using: &random)).map { _ in
            let size = Int.random(in: 1...60, using: &random)
            return ClusterTotal(successes: Int.random(in: 0...size, using: &random), size: size)
        }
    }
    return (arm(), arm())
}

@Suite struct RateDifferenceTests {
    private let models: [WorkingCovariance] = [.exchangeable, .proportional, .identity]

    @Test func matchesAnExampleWorkedByHand() throws {
        let result = try rateDifference(
            control: [.init(successes: 3, size: 4), .init(successes: 4, size: 4)],
            treatment: [.init(successes: 2, size: 4), .init(successes: 3, size: 4)])
        let estimate = try #require(result.estimate)
        #expect(result.difference == -0.25)
        #expect(isClose(estimate.standardError, (1.0 / 32).squareRoot()))
        #expect(isClose(estimate.degreesOfFreedom, 2))  // two equal partners an arm: one degree each
        #expect(result.control.effectiveClusterCount == 2)
        #expect(result.control.largestShare == 0.5)
        #expect(result.control.customers == 8)
    }

    @Test func equalsWelchWhenEveryPartnerHasOneCustomer() throws {
        let control = [0, 1, 1, 0].map { ClusterTotal(successes: $0, size: 1) }
        let treatment = [1, 1, 1, 0, 1].map { ClusterTotal(successes: $0, size: 1) }
        let result = try rateDifference(control: control, treatment: treatment)
        let welch = try partnerAverageDifference(control: control, treatment: treatment)
        #expect(isClose(result.estimate?.value, welch.estimate?.value))
        #expect(isClose(result.estimate?.standardError, (1.0 / 12 + 1.0 / 25).squareRoot()))
        // Degrees of freedom come from the working model (equal variances), not from the data as Welch's do.
        let model = (1.0 / 4 + 1.0 / 5) * (1.0 / 4 + 1.0 / 5) / (1.0 / 16 / 3 + 1.0 / 25 / 4)
        #expect(isClose(result.estimate?.degreesOfFreedom, model))
    }

    @Test func degreesOfFreedomMatchTheDenseMatrices() throws {
        for seed in 0..<60 as Range<UInt64> {
            let arms = randomArms(seed: seed)
            for model in models {
                let estimate = try rateDifference(
                    control: arms.control, treatment: arms.treatment, workingCovariance: model
                ).estimate
                guard let estimate else { continue }
                let correlation = min(
                    max(
                        intraclassCorrelation(control: arms.control, treatment: arms.treatment) ?? 0.01, 0.01),
                    0.95)
                let dense = denseDegreesOfFreedom([arms.control, arms.treatment]) {
                    model.variance(of: $0, correlation: correlation)
                }
                #expect(
                    isClose(estimate.degreesOfFreedom / dense, 1, within: 1e-10), "seed \(seed), \(model)")
            }
        }
    }

    @Test func degreesOfFreedomKeepTheirDigitsWhenOnePartnerDominates() throws {
        let control = [1_000_000, 3, 2, 5].map { ClusterTotal(successes: $0 / 2, size: $0) }
        let treatment = [10, 12, 9].map { ClusterTotal(successes: $0 / 3, size: $0) }
        for model in [WorkingCovariance.proportional, .identity] {
            let estimate = try #require(
                try rateDifference(control: control, treatment: treatment, workingCovariance: model).estimate)
            let dense = denseDegreesOfFreedom([control, treatment]) { model.variance(of: $0, correlation: 0) }
            #expect(isClose(estimate.degreesOfFreedom / dense, 1, within: 1e-8), "\(model)")
        }
    }

    @Test func swappingArmsFlipsTheSignOnly() throws {
        for seed in 0..<100 as Range<UInt64> {
            let arms = randomArms(seed: seed)
            let forward = try rateDifference(control: arms.control, treatment: arms.treatment)
            let backward = try rateDifference(control: arms.treatment, treatment: arms.control)
            #expect(isClose(forward.difference, -backward.difference), "seed \(seed)")
            #expect(isClose(forward.estimate?.standardError, backward.estimate?.standardError))
            #expect(isClose(forward.estimate?.degreesOfFreedom, backward.estimate?.degreesOfFreedom))
        }
    }

    @Test func orderAndEmptyPartnersChangeNothing() throws {
        for seed in 0..<100 as Range<UInt64> {
            let arms = randomArms(seed: seed)
            var random = SeededGenerator(seed: seed)
            for model in models {
                let original = try rateDifference(
                    control: arms.control, treatment: arms.treatment, workingCovariance: model)
                let changed = try rateDifference(
                    control: (arms.control + [.empty]).shuffled(using: &random),
                    treatment: ([.empty, .empty] + arms.treatment).shuffled(using: &random),
                    workingCovariance: model)
                #expect(isClose(original.difference, changed.difference))
                #expect(isClose(original.estimate?.standardError, changed.estimate?.standardError))
                #expect(
                    isClose(
                        original.estimate?.degreesOfFreedom, changed.estimate?.degreesOfFreedom, within: 1e-10
                    ))
                #expect(original.control.clusterCount == changed.control.clusterCount)
                #expect(
                    isClose(original.control.effectiveClusterCount, changed.control.effectiveClusterCount))
            }
        }
    }

    @Test func duplicatingEveryCustomerOfAPartnerDoesNotSharpenTheEstimate() throws {
        for seed in 0..<50 as Range<UInt64> {
            let arms = randomArms(seed: seed)
            func tenfold(_ totals: [ClusterTotal]) -> [ClusterTotal] {
                totals.map { ClusterTotal(successes: Int($0.numerator) * 10, size: $0.count * 10) }
            }
            let original = try rateDifference(
                control: arms.control, treatment: arms.treatment, workingCovariance: .identity)
            let duplicated = try rateDifference(
                control: tenfold(arms.control), treatment: tenfold(arms.treatment),
                workingCovariance: .identity)
            #expect(isClose(original.estimate?.statistic, duplicated.estimate?.statistic, within: 1e-10))
            #expect(
                isClose(
                    original.estimate?.degreesOfFreedom, duplicated.estimate?.degreesOfFreedom, within: 1e-10)
            )
        }
    }

    @Test func moneyMayBeCountedInAnyUnit() throws {
        let control = [(900.0, 1000.0), (50, 80), (310, 300)]
        let treatment = [(950.0, 1000.0), (85, 80), (280, 300), (10, 20)]
        func totals(_ amounts: [(Double, Double)], unit: Double) -> [ClusterTotal] {
            amounts.map {
                ClusterTotal(
                    count: 3, numerator: $0.0 * unit, denominator: $0.1 * unit,
                    sumOfSquares: $0.0 * $0.0 * unit * unit)
            }
        }
        let euros = try rateDifference(
            control: totals(control, unit: 1), treatment: totals(treatment, unit: 1),
            workingCovariance: .proportional)
        let cents = try rateDifference(
            control: totals(control, unit: 100), treatment: totals(treatment, unit: 100),
            workingCovariance: .proportional)
        #expect(isClose(euros.estimate?.standardError, cents.estimate?.standardError))
        #expect(isClose(euros.estimate?.degreesOfFreedom, cents.estimate?.degreesOfFreedom, within: 1e-10))
    }

    @Test func aWhaleLeavesFewerDegreesOfFreedomUnderTheExchangeableModel() throws {
        let sizes = [400, 5, 4, 6, 5, 7]
        let control = sizes.enumerated().map { ClusterTotal(successes: ($1 * (60 + 7 * $0)) / 100, size: $1) }
        let treatment = sizes.enumerated().map {
            ClusterTotal(successes: ($1 * (90 - 9 * $0)) / 100, size: $1)
        }
        let exchangeable = try rateDifference(control: control, treatment: treatment)
        let identity = try rateDifference(
            control: control, treatment: treatment, workingCovariance: .identity)
        let df = try #require(exchangeable.estimate?.degreesOfFreedom)
        let generous = try #require(identity.estimate?.degreesOfFreedom)
        #expect(df < generous)
        #expect(exchangeable.control.largestCluster == 0)
    }

    @Test func intraclassCorrelationIsOneWhenPartnersAreUniform() {
        let icc = intraclassCorrelation(
            control: [.init(successes: 0, size: 5), .init(successes: 5, size: 5)],
            treatment: [.init(successes: 4, size: 4), .init(successes: 0, size: 4)])
        #expect(isClose(icc, 1))
    }

    @Test func intraclassCorrelationMatchesAnExampleWorkedByHand() {
        // MSB = (0.25 + 1)/2, MSW = 0.5/4, n₀ = (2 + 2)/2: ρ̂ = 0.5/0.75.
        let icc = intraclassCorrelation(
            control: [.init(successes: 1, size: 2), .init(successes: 2, size: 2)],
            treatment: [.init(successes: 0, size: 2), .init(successes: 2, size: 2)])
        #expect(isClose(icc, 2.0 / 3))
        let singles = [ClusterTotal(successes: 1, size: 1), ClusterTotal(successes: 0, size: 1)]
        #expect(intraclassCorrelation(control: singles, treatment: singles) == nil)
    }

    @Test func differenceIsReportedWithoutAnEstimateWhenUncertaintyIsUndefined() throws {
        let two = [ClusterTotal(successes: 1, size: 3), ClusterTotal(successes: 2, size: 3)]
        let lone = try rateDifference(control: two, treatment: [.init(successes: 3, size: 9), .empty])
        #expect(lone.estimate == nil)
        #expect(lone.unavailable == .tooFewClusters(arm: .treatment, found: 1, required: 2))
        #expect(isClose(lone.difference, -1.0 / 6))

        let flat = [ClusterTotal(successes: 1, size: 3), ClusterTotal(successes: 10, size: 30)]
        let constant = try rateDifference(control: flat, treatment: flat.reversed())
        #expect(constant.unavailable == .noVariation)
        #expect(constant.estimate == nil)

        let giant = ClusterTotal(count: 2, numerator: 5e20, denominator: 1e21, sumOfSquares: 1e42)
        let speck = ClusterTotal(count: 2, numerator: 1, denominator: 1, sumOfSquares: 1)
        let swallowed = try rateDifference(control: two, treatment: [giant, speck])
        #expect(swallowed.unavailable == .fullLeverage(.treatment))
    }

    @Test func oneConstantArmStillHasAnEstimate() throws {
        let constant = [ClusterTotal(successes: 4, size: 4), ClusterTotal(successes: 9, size: 9)]
        let varying = [ClusterTotal(successes: 1, size: 4), ClusterTotal(successes: 9, size: 9)]
        let result = try rateDifference(control: constant, treatment: varying)
        #expect(result.estimate != nil)
    }

    @Test func refusesAnEmptyArmAndUnusableTotals() {
        let two = [ClusterTotal(successes: 1, size: 3), ClusterTotal(successes: 2, size: 3)]
        #expect(throws: EstimationError.emptyArm(.control)) {
            try rateDifference(control: [.empty], treatment: two)
        }
        #expect(throws: EstimationError.invalidTotal(arm: .control, index: 0)) {
            try rateDifference(
                control: [.init(count: 0, numerator: 1, denominator: 1, sumOfSquares: 1)], treatment: two)
        }
        #expect(throws: EstimationError.invalidTotal(arm: .treatment, index: 1)) {
            try rateDifference(
                control: two,
                treatment: [
                    .init(successes: 1, size: 2),
                    .init(count: 1, numerator: .nan, denominator: 1, sumOfSquares: 0),
                ])
        }
    }

    @Test func resultsSurviveStorage() throws {
        let arms = randomArms(seed: 5)
        let stored = [
            try rateDifference(control: arms.control, treatment: arms.treatment),
            try rateDifference(control: arms.control, treatment: [.init(successes: 3, size: 9)]),
        ]
        let restored = try JSONDecoder().decode([RateDifference].self, from: JSONEncoder().encode(stored))
        #expect(restored == stored)
    }
}

/// The degrees of freedom from the full matrices of each arm, entry by entry.
private func denseDegreesOfFreedom(
    _ arms: [[ClusterTotal]], workingVariance: (ClusterTotal) -> Double
) -> Double {
    var trace = 0.0
    var traceOfSquare = 0.0
    for arm in arms {
        let total = arm.reduce(0) { $0 + $1.denominator }
        let h = arm.map { $0.denominator / total }
        let a = arm.map { (1 / (total * total * ((total - $0.denominator) / total))).squareRoot() }
        let w = arm.map(workingVariance)
        for i in arm.indices {
            for j in arm.indices {
                var entry = 0.0
                for k in arm.indices {
                    let left = k == i ? (total - arm[i].denominator) / total : -h[i]
                    let right = k == j ? (total - arm[j].denominator) / total : -h[j]
                    entry += left * w[k] * right
                }
                entry *= a[i] * a[j]
                if i == j { trace += entry }
                traceOfSquare += entry * entry
            }
        }
    }
    return trace * trace / traceOfSquare
}
