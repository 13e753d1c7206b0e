import Foundation
import Statistics

/// The methods for the time until a loss.
struct TimeComparison: MetricMethods {
    let comparison: Comparison
    let control: SurvivalSample
    let treatment: SurvivalSample
    /// The same customers by stratum; empty where strata are not compared within.
    let strata: [SurvivalComparison]
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
        let compared = strata.isEmpty ? [SurvivalComparison(control: control, treatment: treatment)] : strata
        let logRank = MethodRow(.clusteredLogRank, .survivalCurve, .score) { () throws(EstimationError) in
            try clusteredLogRank(strata: compared).effect(confidenceLevel: level)
        }
        let replayed = randomization?[0]
        let rows = [
            logRank.noting("losses above those expected; negative is good").noting(strataNote),
            randomizationRow(replayed, strata.isEmpty ? logRank.value : nil),
            restrictedMeanRow().noting(strataUnusedNote),
            hazardRatioRow(compared).noting(strataNote),
        ]
        let standing = ComparisonStanding(
            smallerArm: min(control.partnerCount.raw, treatment.partnerCount.raw), isHeavyTailed: false,
            hasArmWithoutVariation: false, replay: comparison.replay(replayed),
            comparisons: comparison.roster.variants.count - 1, alpha: comparison.options.alpha)
        var result = comparison.mark(
            rows, standing,
            among: .init(
                randomization: .logRankRandomization, robust: .clusteredLogRank,
                fewPartners: .clusteredLogRank, heavyTails: .clusteredLogRank),
            estimand: .survivalCurve)
        if result.recommended != nil {
            for index in result.rows.indices where result.rows[index].method == .restrictedMeanCR2 {
                result.rows[index].hasIntervalToRead = result.rows[index].interval != nil
            }
            result.reason = reason(standing) + "; the restricted mean is the size of the effect (↔)"
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

    private var strataNote: String? { strata.isEmpty ? strataUnusedNote : "within strata" }

    private var strataUnusedNote: String? {
        switch comparison.design {
        case .paired: "ignores the pairs"
        case .stratified where comparison.hasUnequalShares: TotalsComparison.confounded
        case .stratified: "ignores the strata"
        case .external where comparison.hasUnequalShares: TotalsComparison.confounded
        case .complete, .external: nil
        }
    }

    /// Each partner's losses less those expected, which do not depend on who is treated.
    private var scores: RandomizationMetric {
        let (left, right) = logRankScores(control: control, treatment: treatment)
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
        _ result: Result<RandomizationInference, EstimationError>?, _ excess: Double?
    ) -> MethodRow {
        var row = comparison.row(result, estimand: .survivalCurve, method: .logRankRandomization)
        row.method = .logRankRandomization
        row.estimand = .survivalCurve
        row.scale = .score
        row.value =
            excess
            ?? (try? clusteredLogRank(control: control, treatment: treatment)).map {
                $0.observedTreatment - $0.expectedTreatment
            }
        return row
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
