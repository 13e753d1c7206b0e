import Statistics

/// The time until a loss, as one sample of customers a variant.
struct SurvivalSection: MetricSection {
    private let columns: [String]
    private let samples: [SurvivalSample]
    private let missingRows: Int
    /// Until when restricted means of all variants are taken; nil where too few customers are observed.
    private let horizon: Double?

    init(
        columns: [String], time: NumberColumn, event: NumberColumn, entry: NumberColumn?,
        roster: PartnerRoster
    ) throws(EstimationError) {
        let observations = SurvivalColumns(time: time, event: event, entry: entry, roster: roster)
        var samples: [SurvivalSample] = []
        for variant in roster.variants.indices {
            samples.append(try observations.sample(of: variant, roster: roster))
        }
        self.columns = columns
        self.samples = samples
        missingRows = observations.missingRows
        let horizons = samples.dropFirst().map { longestHorizon(control: samples[0], treatment: $0) }
        horizon = horizons.contains(nil) ? nil : horizons.compactMap(\.self).min()
    }

    func methods(for comparison: Comparison) -> any MetricMethods {
        TimeComparison(
            comparison: comparison, control: samples[0], treatment: samples[comparison.variant],
            horizon: horizon)
    }

    func summary(of analysis: Analysis) -> MetricAnalysis {
        MetricAnalysis(
            kind: .survival, columns: columns, rowCount: samples.reduce(0) { $0 + $1.rowCount },
            leftOutRows: missingRows + samples.reduce(0) { $0 + $1.givenRowCount - $1.rowCount },
            arms: samples.indices.map { arm($0, roster: analysis.roster) }, comparisons: [], jointTests: [])
    }

    private func arm(_ variant: Int, roster: PartnerRoster) -> ArmSummary {
        let sample = samples[variant]
        let sizes = sample.clusterSizes
        let largest = sample.rowCount > 0 ? sizes.indices.max { sizes[$0] < sizes[$1] } : nil
        let kept = horizon.flatMap { time in try? clusteredSurvival(sample, at: time).survival }
        return ArmSummary(
            variant: roster.variants[variant], partners: sample.partnerCount, customers: sample.rowCount,
            value: kept,
            largestShare: largest.map { Double(sizes[$0]) / Double(sample.rowCount) },
            largestPartner: largest.map { roster.partners[roster.members[variant][$0]] })
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
        for arm in 0..<arms {
            let rows = roster.rowCount(of: arm)
            cluster[arm].reserveColumn(rows)
            self.time[arm].reserveColumn(rows)
            self.entry[arm].reserveColumn(rows)
            isEvent[arm].reserveColumn(rows)
        }
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

    func sample(of variant: Int, roster: PartnerRoster) throws(EstimationError) -> SurvivalSample {
        try SurvivalSample(
            cluster: cluster[variant], entry: entry[variant], time: time[variant], isEvent: isEvent[variant],
            clusterCount: roster.members[variant].count)
    }
}
