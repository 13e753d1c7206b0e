import Foundation
import Statistics

/// The methods for the time until a loss.
struct TimeComparison: MetricMethods {
    let comparison: Comparison
    let control: SurvivalSample
    let treatment: SurvivalSample
    /// The same customers by stratum; empty without strata that count.
    let strata: [SurvivalComparison]
    /// Whether strata are large enough for tests with a variance of their own.
    let hasLargeStrata: Bool
    /// Until when restricted means are taken; nil where too few are observed.
    let horizon: Double?

    /// Above this many refitted rows the jackknife of the Cox model gives way to the sandwich.
    private static let jackknifeLimit = 30_000_000

    // A shift of a score has no meaning, so there is no interval.
    var replayedMetrics: [RandomizationMetric] { [scores] }

    func result(
        _ randomization: [Result<RandomizationInference, EstimationError>]?
    ) throws(EstimationError) -> MetricComparison {
        let level = comparison.level
        let compared =
            isWithinStrata ? strata : [SurvivalComparison(control: control, treatment: treatment)]
        let logRank = MethodRow(.clusteredLogRank, .survivalCurve, .score) { () throws(EstimationError) in
            try clusteredLogRank(strata: compared).effect(confidenceLevel: level)
        }
        let replayed = randomization?[0]
        let rows = [
            logRank.noting("losses above those expected; negative is good").noting(strataNote),
            randomizationRow(replayed),
            restrictedMeanRow().noting(strataUnusedNote),
            hazardRatioRow(compared).noting(strataNote),
        ]
        let standing = ComparisonStanding(
            smallerArm: min(control.partnerCount.raw, treatment.partnerCount.raw), isHeavyTailed: false,
            hasArmWithoutVariation: false, replay: comparison.replay(replayed),
            alpha: comparison.options.alpha)
        var result = comparison.mark(
            rows, standing,
            among: .init(
                randomization: .logRankRandomization, robust: .clusteredLogRank,
                fewPartners: .clusteredLogRank, heavyTails: .clusteredLogRank),
            estimand: .survivalCurve)
        guard result.recommended != nil else { return result }
        result.reason = reason(standing)
        if comparison.hasUnequalShares {
            // The restricted mean pools arms that differ by their strata as well.
            if standing.replay == .external, !isWithinStrata {
                result.withholdMarks(
                    "shares of variants differ between strata, and these are too small to compare losses within them"
                )
            }
        } else {
            for index in result.rows.indices where result.rows[index].method == .restrictedMeanCR2 {
                result.rows[index].hasIntervalToRead = result.rows[index].interval != nil
            }
            result.reason += "; the restricted mean is the size of the effect (↔)"
        }
        return result
    }

    /// The reason without what it says of intervals of other numbers.
    private func reason(_ standing: ComparisonStanding) -> String {
        let partners = "the smaller arm has \(counted(standing.smallerArm, "partner"))"
        return switch standing.replay {
        case .done: "\(partners); replaying the assignment keeps its level"
        case .external:
            "the assignment cannot be replayed; \(partners), and the log-rank test counts partners"
        case .failed(let reason): "the randomisation test could not be computed (\(reason)); \(partners)"
        case .nothingVaries: partners
        }
    }

    private var isWithinStrata: Bool { hasLargeStrata && !strata.isEmpty }

    private var strataNote: String? { isWithinStrata ? "within strata" : strataUnusedNote }

    private var strataUnusedNote: String? {
        switch comparison.design {
        case .paired: "ignores the pairs"
        case .stratified where comparison.hasUnequalShares: TotalsComparison.confounded
        case .stratified: "ignores the strata"
        case .external where comparison.hasUnequalShares: TotalsComparison.confounded
        case .complete, .external: nil
        }
    }

    /// Each partner's losses less those expected in its stratum, which do not depend on who is treated.
    private var scores: RandomizationMetric {
        let (left, right) = logRankScores(
            strata: strata.isEmpty ? [SurvivalComparison(control: control, treatment: treatment)] : strata)
        var totals = [ClusterTotal](repeating: .empty, count: comparison.roster.partners.count)
        for (arm, sample, scores) in [(0, control, left), (comparison.variant, treatment, right)] {
            let sizes = sample.clusterSizes
            for (place, partner) in comparison.roster.members[arm].enumerated() where sizes[place] > 0 {
                totals[partner] = ClusterTotal(
                    count: 1, numerator: scores[place], denominator: 1,
                    sumOfSquares: scores[place] * scores[place])
            }
        }
        return RandomizationMetric(totals: totals, statistic: .sum, hasInterval: false)
    }

    private func randomizationRow(
        _ result: Result<RandomizationInference, EstimationError>?
    ) -> MethodRow {
        var row = comparison.row(result, estimand: .survivalCurve, method: .logRankRandomization)
        row.method = .logRankRandomization
        row.estimand = .survivalCurve
        row.scale = .score
        let scores = scores.totals
        row.value = comparison.roster.members[comparison.variant].reduce(0) { $0 + scores[$1].numerator }
        return strata.isEmpty ? row : row.noting("within strata")
    }

    private func restrictedMeanRow() -> MethodRow {
        guard let horizon else {
            return MethodRow(
                .restrictedMeanCR2, .restrictedMeanTime,
                unavailable: "at no time are 10 customers of 5 partners observed in both arms")
        }
        return MethodRow(.restrictedMeanCR2, .restrictedMeanTime) { () throws(EstimationError) in
            try restrictedMeanDifference(control: control, treatment: treatment, horizon: horizon)
                .effect(confidenceLevel: comparison.level)
        }.noting("time kept up to \(shortForm(horizon, digits: 6))")
    }

    private func hazardRatioRow(_ compared: [SurvivalComparison]) -> MethodRow {
        let rows = control.rowCount + treatment.rowCount
        let partners = control.partnerCount.raw + treatment.partnerCount.raw
        let isSmall =
            rows.multipliedReportingOverflow(by: partners).partialValue <= TimeComparison.jackknifeLimit
        do throws(EstimationError) {
            let ratio = try hazardRatio(
                strata: compared, variance: isSmall ? .jackknife : .sandwich,
                confidenceLevel: comparison.level)
            let row = MethodRow(ratio.effect(confidenceLevel: comparison.level))
            let isProportional = (ratio.proportionalHazards?.pValue ?? 1) >= 0.05
            let hazards = row.hazardRatio.map { hazards in
                let ends = [hazards.lower, hazards.upper].compactMap { $0.map { shortForm($0, digits: 3) } }
                let value = hazards.value.map { shortForm($0, digits: 3) }
                return "hazard ratio "
                    + [value, ends.count == 2 ? "[\(ends[0]), \(ends[1])]" : nil]
                    .compactMap(\.self).joined(separator: " ")
            }
            return row.noting(hazards).noting(
                isProportional
                    ? "log hazard ratio; negative is good"
                    : "hazards are not proportional (p = "
                        + "\(shortForm(ratio.proportionalHazards?.pValue ?? 0, digits: 2))): read the "
                        + "restricted mean"
            )
        } catch {
            return MethodRow(.coxJackknife, .survivalCurve, .logHazardRatio) {
                () throws(EstimationError) in throw error
            }
        }
    }
}
