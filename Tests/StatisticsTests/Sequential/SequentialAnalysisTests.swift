import Foundation
import Testing

@testable import Statistics

@Suite struct SequentialAnalysisTests {
    private let oneSided = SequentialDesign(alpha: 0.025, alternative: .greater, spending: .pocock)
    private let twoSided = SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: .obrienFleming)

    /// Looks at fractions whose estimates have given z, on the scale of one unit of effect a standard error at
    /// full information.
    private func looks(
        _ fractions: [Double], z: [Double], degreesOfFreedom: Double = .infinity
    ) -> [SequentialLook] {
        zip(fractions, z).map { fraction, z in
            let error = 1 / fraction.squareRoot()
            return SequentialLook(
                informationFraction: fraction,
                estimate: Estimate(value: z * error, standardError: error, degreesOfFreedom: degreesOfFreedom)
            )
        }
    }

    @Test func aSingleLookIsTheTTest() throws {
        let estimate = Estimate(value: 0.3, standardError: 0.11, degreesOfFreedom: 7.4)
        for design in [oneSided, twoSided] {
            let analysis = try sequentialAnalysis(
                looks: [SequentialLook(informationFraction: 1, estimate: estimate)], design: design)
            let plain = estimate.interval(confidenceLevel: 0.95)
            let conclusion = try #require(analysis.conclusion)
            #expect(
                isClose(conclusion.pValue, estimate.pValue(alternative: design.alternative), within: 1e-12))
            #expect(isClose(analysis.repeatedPValue(atLook: 0), conclusion.pValue, within: 1e-9))
            #expect(isClose(analysis.looks[0].interval?.lower, plain.lower, within: 1e-10))
            #expect(isClose(conclusion.interval?.lower, plain.lower, within: 1e-9))
            #expect(isClose(conclusion.interval?.upper, plain.upper, within: 1e-9))
            #expect(isClose(conclusion.medianUnbiasedEstimate, 0.3, within: 1e-9))
            #expect(conclusion.interval?.validity == .atStopping)
            #expect(analysis.looks[0].interval?.validity == .repeated)
            #expect(isClose(conclusion.interval?.confidenceLevel, 0.95))
        }
    }

    @Test func aRepeatedPValueIsTheErrorAtWhichTheIntervalTouchesZero() throws {
        for (degreesOfFreedom, alternative) in [
            (Double.infinity, Alternative.greater), (9, .twoSided), (14, .less),
        ] {
            let sign = alternative == .less ? -1.0 : 1.0
            let data = looks(
                [0.2, 0.5, 0.8], z: [1.4 * sign, 2.1 * sign, 1.9 * sign], degreesOfFreedom: degreesOfFreedom)
            for spending in [SpendingFunction.obrienFleming, .pocock, .kimDeMets(rho: 2)] {
                for count in 1...3 {
                    let seen = Array(data.prefix(count))
                    let design = SequentialDesign(alpha: 0.05, alternative: alternative, spending: spending)
                    let pValue = try #require(try repeatedPValue(of: seen, design: design))
                    // At that very error the interval of the look has an end at 0.
                    let limit = min(0.98, pValue)
                    guard limit == pValue, alternative == .twoSided || pValue < 0.49 else { continue }
                    let touching = SequentialDesign(
                        alpha: pValue, alternative: alternative, spending: spending)
                    let interval = try #require(
                        try sequentialAnalysis(looks: seen, design: touching).looks.last?.interval)
                    let end = sign > 0 ? interval.lower : interval.upper
                    #expect(abs(end) < 1e-7 * seen[count - 1].estimate.standardError, "\(spending) \(count)")
                }
            }
        }
    }

    @Test func aLookSignificantByItsIntervalStops() throws {
        let analysis = try sequentialAnalysis(
            looks: looks([0.25, 0.5, 0.75], z: [1, 2.2, 3.4]), design: twoSided)
        #expect(analysis.looks.map(\.outcome) == [.goesOn, .goesOn, .crossedUpwards])
        for (index, inference) in analysis.looks.enumerated() {
            let excludes = try #require(inference.interval).lower > 0
            #expect(excludes == (try #require(analysis.repeatedPValue(atLook: index)) < 0.05))
            #expect(excludes == (inference.outcome == .crossedUpwards))
        }
    }

    @Test func theFinalIntervalHoldsTheEffectsThatAreNotRejected() throws {
        let fractions = [0.3, 0.6, 1]
        for (z, degreesOfFreedom) in [([1.0, 2.9], Double.infinity), ([0.4, 1.2, 1.7], 12), ([2.9], 8)] {
            let data = looks(
                Array(fractions.prefix(z.count)), z: z, degreesOfFreedom: degreesOfFreedom)
            let conclusion = try #require(try sequentialAnalysis(looks: data, design: oneSided).conclusion)
            let boundaries = try oneSided.boundaries(of: data)
            /// The p-value of "the effect is at most θ": boundaries, on the t scale, and the look move along with
            /// θ.
            func pValue(above effect: Double) -> Double {
                let rule = StoppingRule(
                    looks: zip(data, boundaries).map { look, boundary in
                        let shift = effect * look.informationFraction.squareRoot()
                        let moved = { (limit: Double) in
                            let value =
                                degreesOfFreedom.isInfinite
                                ? limit
                                : StudentT(degreesOfFreedom: degreesOfFreedom)
                                    .survivalQuantile(Normal.survival(limit))
                            return Estimate(
                                value: value - shift, standardError: 1, degreesOfFreedom: degreesOfFreedom
                            ).zEquivalent
                        }
                        return StoppingRule.Look(
                            informationFraction: look.informationFraction,
                            upper: boundary.criticalValue.map(moved))
                    })
                var estimates = data.map(\.estimate)
                estimates[data.count - 1].value -= effect
                return StagewiseOrdering(rule: rule, estimates: estimates).pValue(.greater)
            }
            let interval = try #require(conclusion.interval)
            #expect(isClose(pValue(above: interval.lower), 0.025, within: 1e-8))
            #expect(isClose(pValue(above: interval.upper), 0.975, within: 1e-8))
            let median = try #require(conclusion.medianUnbiasedEstimate)
            #expect(isClose(pValue(above: median), 0.5, within: 1e-8))
            #expect(interval.lower < median && median < interval.upper)
            #expect((conclusion.pValue < 0.025) == (interval.lower > 0))
        }
    }

    @Test func stoppingEarlyShrinksTheEstimate() throws {
        let analysis = try sequentialAnalysis(looks: looks([0.25, 0.5], z: [1.9, 3.2]), design: oneSided)
        let conclusion = try #require(analysis.conclusion)
        #expect(conclusion.lookIndex == 1)
        let median = try #require(conclusion.medianUnbiasedEstimate)
        #expect(median > 0 && median < conclusion.estimate.value)
    }

    @Test func aLimitFarOutOnTheTScaleHardlyShrinksTheEstimate() throws {
        // At the effect of 3 that is seen at the end, the earlier limit is crossed by half of the trials on the
        // normal scale, and by one in twelve with three degrees of freedom.
        func median(earlier degreesOfFreedom: Double) throws -> Double {
            let early = looks([0.5], z: [1], degreesOfFreedom: degreesOfFreedom)
            let data = early + looks([1], z: [3])
            let conclusion = try #require(try sequentialAnalysis(looks: data, design: oneSided).conclusion)
            return try #require(conclusion.medianUnbiasedEstimate)
        }
        let (few, many) = (try median(earlier: 3), try median(earlier: .infinity))
        #expect(many < few - 0.2 && few < 3)
        #expect(isClose(try median(earlier: 1e7), many, within: 1e-5))
    }

    @Test func anEarlierCrossingIsMoreExtreme() throws {
        let early = try #require(
            try sequentialAnalysis(looks: looks([0.25], z: [2.7]), design: oneSided).conclusion)
        let late = try #require(
            try sequentialAnalysis(looks: looks([0.25, 0.5], z: [0, 6]), design: oneSided).conclusion)
        #expect(early.pValue < late.pValue)
    }

    @Test func exchangingArmsMirrorsTheAnalysis() throws {
        let z = [0.5, 1.4, 2.6, 2.8]
        let fractions = [0.25, 0.5, 0.75, 1]
        let up = try sequentialAnalysis(looks: looks(fractions, z: z, degreesOfFreedom: 11), design: twoSided)
        let down = try sequentialAnalysis(
            looks: looks(fractions, z: z.map { -$0 }, degreesOfFreedom: 11), design: twoSided)
        for (index, (one, two)) in zip(up.looks, down.looks).enumerated() {
            #expect(isClose(up.repeatedPValue(atLook: index), down.repeatedPValue(atLook: index)))
            #expect(isClose(one.interval?.lower, two.interval.map { -$0.upper }))
        }
        let (one, two) = (try #require(up.conclusion), try #require(down.conclusion))
        #expect(one.lookIndex == two.lookIndex && isClose(one.pValue, two.pValue, within: 1e-11))
        #expect(isClose(one.interval?.lower, two.interval.map { -$0.upper }, within: 1e-7))
        #expect(isClose(one.medianUnbiasedEstimate, two.medianUnbiasedEstimate.map { -$0 }, within: 1e-7))
        #expect(down.looks[one.lookIndex].outcome == .crossedDownwards)

        var less = oneSided
        less.alternative = .less
        let mirrored = try #require(
            try sequentialAnalysis(looks: looks(fractions, z: z.map { -$0 }), design: less).conclusion)
        let plain = try #require(
            try sequentialAnalysis(looks: looks(fractions, z: z), design: oneSided).conclusion)
        #expect(isClose(plain.pValue, mirrored.pValue, within: 1e-11))
        #expect(isClose(plain.interval?.upper, mirrored.interval.map { -$0.lower }, within: 1e-7))
    }

    @Test func aFamilyIsAnalysedLikeASpendingFunction() throws {
        let fractions = [0.25, 0.5, 0.75, 1]
        for family in [BoundaryFamily.pocock, .obrienFleming, .wangTsiatis(delta: 0.25)] {
            let design = SequentialDesign(
                alpha: 0.05, alternative: .twoSided,
                boundaries: .family(family, informationFractions: fractions))
            let data = looks(fractions, z: [1, 1.8, -0.3, 2.2])
            let analysis = try sequentialAnalysis(looks: data, design: design)
            for (index, inference) in analysis.looks.enumerated() {
                let pValue = try #require(analysis.repeatedPValue(atLook: index))
                let interval = try #require(inference.interval)
                #expect((pValue < 0.05) == (interval.lower > 0 || interval.upper < 0))
                // At that very error the boundary is the z seen.
                guard pValue < 1 else { continue }
                var touching = design
                touching.alpha = pValue
                let boundary = try touching.boundaries(of: [inference.look])[0].criticalValue
                #expect(isClose(boundary, abs(inference.look.z), within: 1e-8))
            }
            #expect(analysis.conclusion != nil)
            let unplanned = try sequentialAnalysis(looks: looks([0.3], z: [5]), design: design)
            #expect(unplanned.looks[0].outcome == .noBoundary)
            #expect(unplanned.repeatedPValue(atLook: 0) == nil)
        }
    }

    @Test func dataAfterTheStopAreShownAndChangeNothing() throws {
        let stopped = try sequentialAnalysis(looks: looks([0.25, 0.5], z: [1, 3]), design: oneSided)
        let overrun = try sequentialAnalysis(
            looks: looks([0.25, 0.5, 0.6], z: [1, 3, 0.2]), design: oneSided)
        #expect(overrun.conclusion == stopped.conclusion && stopped.conclusion?.lookIndex == 1)
        #expect(overrun.overrun.count == 1 && overrun.overrun[0].interval != nil)
        #expect(stopped.overrun.isEmpty)
    }

    @Test func aScheduleThatEndsEarlyConcludesThere() throws {
        let data = looks([0.3, 0.7], z: [0.2, 0.8])
        #expect(try sequentialAnalysis(looks: data, design: oneSided).conclusion == nil)
        let ended = try sequentialAnalysis(looks: data, design: oneSided, endsSchedule: true)
        #expect(ended.looks.map(\.outcome) == [.goesOn, .endedWithoutCrossing])
        #expect(try #require(ended.conclusion).pValue > 0.025)
        #expect(ended.looks[1].boundary.cumulativeAlpha == 0.025)
    }

    @Test func aLookWithoutNewInformationSaysWhy() throws {
        let data = looks([0.4, 0.4], z: [1, 1.1])
        let analysis = try sequentialAnalysis(looks: data, design: oneSided)
        #expect(analysis.looks[1].outcome == .noBoundary)
        #expect(analysis.repeatedPValue(atLook: 1) == nil && analysis.looks[1].interval == nil)
        let source = TreatmentEffect(
            method: EffectMethod(rawValue: "CR2"), estimand: .customerAverage, scale: .difference,
            control: PartnerCount(raw: 9, effective: 6), treatment: PartnerCount(raw: 9, effective: 7),
            estimate: data[1].estimate, confidenceLevel: 0.95)
        let silent = analysis.effect(atLook: 1, of: source)
        #expect(silent.pValue == nil && silent.unavailable == .noInformation)
        let spoken = analysis.effect(atLook: 0, of: source)
        #expect(spoken.treatment == source.treatment && spoken.method == .repeatedConfidenceInterval)
        #expect(spoken.pValue == analysis.repeatedPValue(atLook: 0) && spoken.unavailable == nil)
    }

    @Test func resultsSurviveStorage() throws {
        let analysis = try sequentialAnalysis(
            looks: looks([0.5, 1], z: [1, 2.5], degreesOfFreedom: 20), design: twoSided)
        let stored = try JSONEncoder().encode(analysis)
        #expect(try JSONDecoder().decode(SequentialAnalysis.self, from: stored) == analysis)
    }

    @Test func stagesMergeAsIfTheyWereOne() throws {
        let values = [0.3, 1.9, -0.4, 2.2, 0.8, 1.1, 5.0]
        func summary(_ values: ArraySlice<Double>) -> SampleSummary {
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return SampleSummary(
                count: Double(values.count), mean: mean,
                standardDeviation: (squares / max(1, Double(values.count - 1))).squareRoot())
        }
        let whole = summary(values[...])
        for split in 1..<7 {
            let merged = summary(values[..<split]).merged(with: summary(values[split...]))
            #expect(
                isClose(merged.mean, whole.mean) && isClose(merged.standardDeviation, whole.standardDeviation)
            )
        }
        let alike = SampleSummary(count: 3, mean: 1, standardDeviation: 0)
        #expect(throws: EstimationError.noVariation) {
            try pooledMeanDifference(control: alike, treatment: alike)
        }
    }
}
