import Statistics

extension EffectMethod {
    /// The log-rank scores under the replayed mechanism.
    static let logRankRandomization = EffectMethod(rawValue: "randomisation test of log-rank scores")
}

/// The methods for the time until a loss.
struct TimeComparison: MetricMethods {
    let comparison: Comparison
    let control: SurvivalSample
    let treatment: SurvivalSample
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
        let logRank = MethodRow(.clusteredLogRank, .survivalCurve, .score) { () throws(EstimationError) in
            try clusteredLogRank(control: control, treatment: treatment).effect(confidenceLevel: level)
        }
        let replayed = randomization?[0]
        var rows = [
            logRank.noting("losses above those expected; negative is good"),
            randomizationRow(replayed, logRank),
        ]
        rows.append(restrictedMeanRow())
        rows.append(hazardRatioRow())
        let standing = ComparisonStanding(
            smallerArm: min(control.partnerCount.raw, treatment.partnerCount.raw), isHeavyTailed: false,
            hasArmWithoutVariation: false, attainable: replayed?.smallestAttainable,
            alpha: comparison.options.alpha)
        let marked = comparison.mark(
            rows, standing,
            among: .init(
                randomization: .logRankRandomization, robust: .clusteredLogRank,
                conservative: .clusteredLogRank,
                bound: nil))
        return MetricComparison(
            treatment: comparison.roster.variants[comparison.variant], control: comparison.roster.variants[0],
            rows: marked.rows, reason: marked.reason + "; the restricted mean is the size of the effect",
            adjustedPValue: nil, intraclassCorrelation: nil, designEffect: nil, leaveOneOut: nil)
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
        _ result: Result<RandomizationInference, EstimationError>?, _ logRank: MethodRow
    ) -> MethodRow {
        var row = comparison.row(result, estimand: .survivalCurve, method: .logRankRandomization)
        row.method = .logRankRandomization
        row.estimand = .survivalCurve
        row.scale = .score
        row.value = logRank.value
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

    private func hazardRatioRow() -> MethodRow {
        let rows = control.rowCount + treatment.rowCount
        let partners = control.partnerCount.raw + treatment.partnerCount.raw
        let isSmall =
            rows.multipliedReportingOverflow(by: partners).partialValue <= TimeComparison.jackknifeLimit
        do throws(EstimationError) {
            let ratio = try hazardRatio(
                strata: [SurvivalComparison(control: control, treatment: treatment)],
                variance: isSmall ? .jackknife : .sandwich, confidenceLevel: comparison.level)
            var row = MethodRow(ratio.effect(confidenceLevel: comparison.level))
            row.note =
                if let test = ratio.proportionalHazards, test.pValue < 0.05 {
                    "hazards are not proportional (p = \(shortForm(test.pValue, digits: 2))): read the restricted mean"
                } else {
                    "log hazard ratio; negative is good"
                }
            return row
        } catch {
            return MethodRow(.coxJackknife, .survivalCurve, .logHazardRatio, unavailable: error.description)
        }
    }
}
