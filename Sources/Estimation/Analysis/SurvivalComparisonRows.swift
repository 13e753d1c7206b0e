import Statistics

extension Analysis {
    /// The time until a loss, compared by rank tests, restricted means and hazard ratios.
    func survival(time: NumberColumn, event: NumberColumn) -> MetricAnalysis {
        let columns = SurvivalColumns(
            time: time, event: event, entry: column(roles.entry), roster: roster)
        let samples = roster.variants.indices.map { columns.sample(of: $0, roster: roster) }
        let horizon = roster.variants.indices.dropFirst()
            .compactMap { longestHorizon(control: samples[0], treatment: samples[$0]) }.min()
        let results = comparisons.map { comparison in
            TimeComparison(
                comparison: comparison, control: samples[0], treatment: samples[comparison.variant], horizon: horizon
            ).result()
        }
        return MetricAnalysis(
            kind: .survival, columns: [roles.entry, roles.time, roles.event].compactMap(\.self),
            rowCount: samples.reduce(0) { $0 + $1.rowCount },
            leftOutRows: columns.missingRows + samples.reduce(0) { $0 + $1.givenRowCount - $1.rowCount },
            arms: samples.indices.map { summary(of: samples[$0], variant: $0, horizon: horizon) },
            comparisons: holm(results), jointTests: [])
    }

    private func summary(of sample: SurvivalSample, variant: Int, horizon: Double?) -> ArmSummary {
        let sizes = sample.clusterSizes
        let largest = sizes.indices.max { sizes[$0] < sizes[$1] }
        let kept = horizon.flatMap { time in try? clusteredSurvival(sample, at: time).survival }
        return ArmSummary(
            variant: roster.variants[variant], partners: sample.partnerCount, customers: sample.rowCount, value: kept,
            largestShare: sample.rowCount > 0 ? largest.map { Double(sizes[$0]) / Double(sample.rowCount) } : nil,
            largestPartner: sample.rowCount > 0 ? largest.map { roster.partners[roster.members[variant][$0]] } : nil)
    }
}

/// When every row came under observation, when that ended and how.
private struct SurvivalColumns {
    private var cluster: [[Int32]]
    private var entry: [[Double]]
    private var time: [[Double]]
    private var isEvent: [[Bool]]
    /// Rows of known partners in which a cell is missing.
    private(set) var missingRows = 0

    init(time: NumberColumn, event: NumberColumn, entry: NumberColumn?, roster: PartnerRoster) {
        let arms = roster.variants.count
        cluster = [[Int32]](repeating: [], count: arms)
        self.entry = [[Double]](repeating: [], count: arms)
        self.time = self.entry
        isEvent = [[Bool]](repeating: [], count: arms)
        var place = [Int32](repeating: 0, count: roster.partners.count)
        for members in roster.members {
            for (position, partner) in members.enumerated() { place[partner] = Int32(position) }
        }
        for (row, partner) in roster.partnerOfRow.enumerated() where partner >= 0 {
            let (end, start, lost) = (time.values[row], entry?.values[row] ?? 0, event.values[row])
            if (end + start + lost).isNaN {
                missingRows += 1
                continue
            }
            let arm = roster.variant[Int(partner)]
            cluster[arm].append(place[Int(partner)])
            self.time[arm].append(end)
            self.entry[arm].append(start)
            isEvent[arm].append(lost == 1)
        }
    }

    func sample(of variant: Int, roster: PartnerRoster) -> SurvivalSample {
        SurvivalSample(
            cluster: cluster[variant], entry: entry[variant], time: time[variant], isEvent: isEvent[variant],
            clusterCount: roster.members[variant].count)
    }
}

extension EffectMethod {
    /// The log-rank scores under the replayed mechanism.
    static let logRankRandomization = EffectMethod(rawValue: "randomisation test of log-rank scores")
}

/// The methods for the time until a loss.
private struct TimeComparison {
    let comparison: Comparison
    let control: SurvivalSample
    let treatment: SurvivalSample
    /// Until when restricted means are taken; nil where too few are observed.
    let horizon: Double?

    /// Above this many refitted rows the jackknife of the Cox model gives way to the sandwich.
    private static let jackknifeLimit = 30_000_000

    func result() -> MetricComparison {
        let level = comparison.level
        let logRank = MethodRow(.clusteredLogRank, .survivalCurve, .score) { () throws(EstimationError) in
            try clusteredLogRank(control: control, treatment: treatment).effect(confidenceLevel: level)
        }
        let replayed = comparison.randomization([scores])?[0]
        var rows = [logRank.noting("losses above those expected; negative is good"), randomizationRow(replayed, logRank)]
        rows.append(restrictedMeanRow())
        rows.append(hazardRatioRow())
        let standing = ComparisonStanding(
            smallerArm: min(control.partnerCount.raw, treatment.partnerCount.raw), isHeavyTailed: false,
            hasArmWithoutVariation: false, attainable: replayed?.smallestAttainable, alpha: comparison.options.alpha)
        let marked = comparison.mark(
            rows, standing,
            among: .init(
                randomization: .logRankRandomization, robust: .clusteredLogRank, conservative: .clusteredLogRank,
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
        return RandomizationMetric(totals: totals, statistic: .sum)
    }

    private func randomizationRow(
        _ result: Result<RandomizationInference, EstimationError>?, _ logRank: MethodRow
    ) -> MethodRow {
        var row = comparison.row(result, estimand: .survivalCurve, method: .logRankRandomization)
        row.method = .logRankRandomization
        row.estimand = .survivalCurve
        row.scale = .score
        // A shift of a score has no meaning.
        row.interval = nil
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
        let isSmall = rows.multipliedReportingOverflow(by: partners).partialValue <= TimeComparison.jackknifeLimit
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
