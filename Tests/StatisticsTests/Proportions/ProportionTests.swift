import Foundation
import Statistics
import Testing

@Suite struct ProportionTests {
    private let pairs: [TwoProportions] = [(3, 19, 0, 22), (45, 60, 30, 55), (7, 7, 5, 9), (0, 5, 4, 6)].map {
        TwoProportions(
            control: Proportion(successes: $0.2, trials: $0.3),
            treatment: Proportion(successes: $0.0, trials: $0.1))
    }

    @Test func theScoreLimitsAreWhereTheRestrictedLikelihoodPeaks() {
        for pair in pairs {
            let limits = pair.interval(.score, confidenceLevel: 0.95)
            for delta in [limits.lower, limits.upper] where abs(delta) < 1 {
                let grid = stride(from: max(0, -delta), through: min(1, 1 - delta), by: 1e-5)
                let best = grid.map { ($0, logLikelihood(pair, control: $0, delta: delta)) }.max {
                    $0.1 < $1.1
                }
                guard let p = best?.0 else { continue }
                let q = p + delta
                let variance =
                    q * (1 - q) / Double(pair.treatment.trials) + p * (1 - p) / Double(pair.control.trials)
                let z = abs(pair.difference - delta) / variance.squareRoot()
                #expect(isClose(z, Normal.survivalQuantile(0.025), within: 1e-2), "\(pair), \(delta)")
            }
        }
    }

    private func logLikelihood(_ pair: TwoProportions, control p: Double, delta: Double) -> Double {
        func term(_ count: Int, _ probability: Double) -> Double {
            if count == 0 { return 0 }
            return probability > 0 ? Double(count) * log(probability) : -.infinity
        }
        let q = min(1, max(0, p + delta))
        return term(pair.treatment.successes, q)
            + term(pair.treatment.trials - pair.treatment.successes, 1 - q)
            + term(pair.control.successes, p) + term(pair.control.trials - pair.control.successes, 1 - p)
    }

    @Test func intervalsContainTheDifferenceAndSwapWithTheArms() {
        let kinds = TwoProportions.DifferenceInterval.allCases
        for pair in pairs {
            let swapped = TwoProportions(control: pair.treatment, treatment: pair.control)
            for kind in kinds {
                let interval = pair.interval(kind, confidenceLevel: 0.9)
                let mirror = swapped.interval(kind, confidenceLevel: 0.9)
                if kind != .agrestiCaffo {
                    #expect(interval.lower <= pair.difference && pair.difference <= interval.upper)
                }
                #expect(isClose(interval.lower, -mirror.upper, within: 1e-9), "\(kind)")
                #expect(isClose(interval.upper, -mirror.lower, within: 1e-9), "\(kind)")
            }
            #expect(isClose(pair.fisherPValue, swapped.fisherPValue))
        }
    }

    @Test func fishersTeaTastingIsOneInSeventyTwice() {
        let cups = TwoProportions(
            control: Proportion(successes: 0, trials: 4), treatment: Proportion(successes: 4, trials: 4))
        #expect(isClose(cups.fisherPValue, 2.0 / 70))
        let nothing = TwoProportions(
            control: Proportion(successes: 0, trials: 4), treatment: Proportion(successes: 0, trials: 4))
        #expect(nothing.fisherPValue == 1)
        #expect(nothing.pooledPValue == nil)
    }

    @Test func intervalsAtTheEdgeStayInsideAndOpen() {
        let all = Proportion(successes: 12, trials: 12)
        #expect(all.wilsonInterval(confidenceLevel: 0.95).upper == 1)
        #expect(all.clopperPearsonInterval(confidenceLevel: 0.95).upper == 1)
        #expect(all.wilsonInterval(confidenceLevel: 0.95).lower < 0.8)
        // P(X = 12) = p¹² is 2.5 % there.
        #expect(isClose(all.clopperPearsonInterval(confidenceLevel: 0.95).lower, pow(0.025, 1.0 / 12)))
    }

    @Test("Trap 6: an arm in which everybody renews has an interval, and p is never 0")
    func anArmWithoutVariationIsBounded() throws {
        let control = [9, 8, 10, 7, 9].map { ClusterTotal(successes: $0, size: 12) }
        let treatment = [12, 12, 12, 12, 12].map { ClusterTotal(successes: $0, size: 12) }
        let sandwich = try compareRatios(control: control, treatment: treatment)
        #expect(sandwich.armsWithoutVariation == [.treatment])
        let bounded = try clusteredProportionDifference(
            control: control, treatment: treatment, confidenceLevel: 0.95)
        #expect(bounded.treatment.interval.lower < 1 && bounded.treatment.interval.upper == 1)
        #expect(bounded.interval.lower < bounded.difference && bounded.pValue > 0)
        let strict = try clusteredProportionDifference(
            control: control, treatment: treatment, correlation: 1, confidenceLevel: 0.95)
        #expect(isClose(strict.treatment.effectiveCustomers, 5))
        #expect(strict.interval.lower < bounded.interval.lower)
        // Both arms without variation, and different: the sandwich has nothing to say, this has.
        let none = [0, 0, 0, 0, 0].map { ClusterTotal(successes: $0, size: 12) }
        #expect(try compareRatios(control: none, treatment: treatment).unavailable == .noVariation)
        let apart = try clusteredProportionDifference(
            control: none, treatment: treatment, confidenceLevel: 0.95)
        #expect(apart.correlation == 1)
        #expect(apart.pValue > 0 && apart.pValue < 0.05 && apart.interval.lower > 0)
        #expect(apart.effect().unavailable == nil)
    }

    @Test("Trap 6: where an arm shows no failure, the bound covers the truth and the sandwich does not")
    func theBoundCoversWhereTheSandwichDoesNot() throws {
        var random = SeededGenerator(seed: 5)
        func arm(_ probability: Double) -> [ClusterTotal] {
            (0..<6).map { _ in
                let renewed = (0..<10).count { _ in Double.random(in: 0..<1, using: &random) < probability }
                return ClusterTotal(successes: renewed, size: 10)
            }
        }
        let truth = 0.97 - 0.95
        var (runs, bounded, sandwich) = (0, 0, 0)
        for _ in 0..<3_000 {
            let (control, treatment) = (arm(0.95), arm(0.97))
            let comparison = try compareRatios(control: control, treatment: treatment)
            guard comparison.armsWithoutVariation == [.treatment] else { continue }
            runs += 1
            let interval = try comparison.estimate().interval(confidenceLevel: 0.95)
            sandwich += (interval.lower...interval.upper).contains(truth) ? 1 : 0
            let bound = try clusteredProportionDifference(
                control: control, treatment: treatment, confidenceLevel: 0.95
            ).interval
            bounded += (bound.lower...bound.upper).contains(truth) ? 1 : 0
        }
        #expect(runs > 200)
        #expect(Double(bounded) / Double(runs) >= 0.95)
        #expect(sandwich < bounded)
    }

    @Test func theClusteredPValueIsTheLevelWhereTheIntervalTouchesZero() throws {
        for seed in 0..<40 as Range<UInt64> {
            let arms = randomTotals(seed: seed)
            let result = try clusteredProportionDifference(
                control: arms.control, treatment: arms.treatment, confidenceLevel: 0.95)
            guard result.pValue < 0.999, result.pValue > 1e-10 else { continue }
            let touching = try clusteredProportionDifference(
                control: arms.control, treatment: arms.treatment, confidenceLevel: 1 - result.pValue)
            let end = result.difference > 0 ? touching.interval.lower : touching.interval.upper
            #expect(abs(end) < 1e-7, "seed \(seed)")
        }
    }

    @Test func totalsThatAreNoProportionsAreRefused() {
        let money = ClusterTotal(count: 2, numerator: 90, denominator: 100, sumOfSquares: 1)
        let two = [ClusterTotal(successes: 1, size: 2), ClusterTotal(successes: 0, size: 2)]
        #expect(throws: EstimationError.invalidTotal(arm: .treatment, index: 1)) {
            try clusteredProportionDifference(
                control: two, treatment: [two[0], money], confidenceLevel: 0.95)
        }
    }

    @Test func naiveCustomersAreCalledIndependent() throws {
        let comparison = pairs[1].independentComparison
        #expect(comparison.method == .independentTrials)
        #expect(isClose(comparison.control.uncertainty?.squaredStandardError, 30.0 / 55 * 25 / 55 / 55))
    }
}
