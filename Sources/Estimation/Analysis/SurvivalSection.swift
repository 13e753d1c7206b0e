import Statistics

/// The time until a loss, as one sample of customers a variant.
struct SurvivalSection: MetricSection {
    private let columns: [String]
    private let samples: [SurvivalSample]
    /// The samples of every variant stratum by stratum; empty where nothing is compared within strata.
    private let strata: [[SurvivalSample]]
    /// Whether strata are large enough for tests with a variance of their own.
    private let hasLargeStrata: Bool
    private let missingRows: [Int]
    /// Until when restricted means of all variants are taken; nil where too few customers are observed.
    private let horizon: Double?

    /// A stratum's own hazard takes up part of each partner's score, so that the test's variance is too small with few
    /// partners a stratum: simulated, a nominal 5 % test rejects 12 % in pairs, 8 % with 10 partners a stratum and
    /// under 7 % with 20.
    private static let partnersOfAStratum = 20

    init(
        columns: [String], time: NumberColumn, event: NumberColumn, entry: NumberColumn?,
        roster: PartnerRoster, isStratified: Bool
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
        hasLargeStrata =
            roster.partners.count >= SurvivalSection.partnersOfAStratum * max(1, roster.strata.count)
        var strata: [[SurvivalSample]] = []
        if isStratified, roster.strata.count > 1 {
            for variant in roster.variants.indices {
                strata.append(try observations.samplesByStratum(of: variant, roster: roster))
            }
        }
        self.strata = strata
    }

    func methods(for comparison: Comparison) -> any MetricMethods {
        TimeComparison(
            comparison: comparison, control: samples[0], treatment: samples[comparison.variant],
            strata: strata.isEmpty
                ? []
                : zip(strata[0], strata[comparison.variant]).map {
                    SurvivalComparison(control: $0, treatment: $1)
                },
            hasLargeStrata: hasLargeStrata, horizon: horizon)
    }

    func summary(of analysis: Analysis) -> MetricAnalysis {
        let roster = analysis.roster
        return MetricAnalysis(
            kind: .survival, columns: columns, rowCount: samples.reduce(0) { $0 + $1.rowCount },
            leftOutRows: missingRows.reduce(0, +),
            arms: samples.indices.map { arm($0, roster: roster) }, comparisons: [], jointTests: [],
            horizon: horizon,
            cautions: missingRowsCautions(
                missingRows, of: roster.rowsOfPartners, roster: roster,
                column: columns.joined(separator: ", ")))
    }

    private func arm(_ variant: Int, roster: PartnerRoster) -> ArmSummary {
        let sample = samples[variant]
        let members = roster.members[variant]
        let sizes = sample.clusterSizes
        let largest = sample.rowCount > 0 ? sizes.indices.max { sizes[$0] < sizes[$1] } : nil
        let kept = horizon.flatMap { time in try? clusteredSurvival(sample, at: time).survival }
        return ArmSummary(
            variant: roster.variants[variant], partners: sample.partnerCount,
            assignedPartners: members.count,
            partnersWithoutData: sizes.indices.filter { sizes[$0] == 0 }.map { roster.partners[members[$0]] },
            customers: sample.rowCount, leftOutRows: members.reduce(0) { $0 + missingRows[$1] },
            events: sample.isEvent.count { $0 }, value: kept,
            largestShare: largest.map { Double(sizes[$0]) / Double(sample.rowCount) },
            largestPartner: largest.map { roster.partners[members[$0]] })
    }
}

/// When every row came under observation, when that ended and how.
private struct SurvivalColumns {
    /// The rows of one variant.
    private struct Observed {
        var cluster: [Int32] = []
        var entry: [Double] = []
        var time: [Double] = []
        var isEvent: [Bool] = []

        mutating func reserve(_ rowCount: Int) {
            cluster.reserveColumn(rowCount)
            entry.reserveColumn(rowCount)
            time.reserveColumn(rowCount)
            isEvent.reserveColumn(rowCount)
        }

        mutating func append(cluster: Int32, entry: Double, time: Double, isEvent: Bool) {
            self.cluster.append(cluster)
            self.entry.append(entry)
            self.time.append(time)
            self.isEvent.append(isEvent)
        }
    }

    private let arms: [Observed]
    /// Rows left out because a cell is missing, by partner.
    let missingRows: [Int]

    /// Where rows without a column of entries begin: before time 0, so that a loss at time 0 finds its row at
    /// risk.
    private static let start = -1.0

    init(time: NumberColumn, event: NumberColumn, entry: NumberColumn?, roster: PartnerRoster) {
        var place = [Int32](repeating: 0, count: roster.partners.count)
        for members in roster.members {
            for (position, partner) in members.enumerated() { place[partner] = Int32(position) }
        }
        var missing = [Int](repeating: 0, count: roster.partners.count)
        arms = roster.variants.indices.map { arm in
            var observed = Observed()
            observed.reserve(roster.rowCount(of: arm))
            for (row, partner) in roster.partnerOfRow.enumerated()
            where partner >= 0 && roster.variant[Int(partner)] == arm {
                let (end, lost) = (time.values[row], event.values[row])
                let start = entry?.values[row] ?? SurvivalColumns.start
                if (end + start + lost).isNaN {
                    missing[Int(partner)] += 1
                } else {
                    observed.append(cluster: place[Int(partner)], entry: start, time: end, isEvent: lost == 1)
                }
            }
            return observed
        }
        missingRows = missing
    }

    /// The rows of a variant.
    func sample(of variant: Int, roster: PartnerRoster) throws(EstimationError) -> SurvivalSample {
        let all = arms[variant]
        return try SurvivalSample(
            cluster: all.cluster, entry: all.entry, time: all.time, isEvent: all.isEvent,
            clusterCount: roster.members[variant].count)
    }

    /// The rows of a variant, one sample a stratum.
    func samplesByStratum(
        of variant: Int, roster: PartnerRoster
    ) throws(EstimationError) -> [SurvivalSample] {
        let (members, all) = (roster.members[variant], arms[variant])
        let stratum = members.map { roster.stratum[$0] }
        var next = [Int](repeating: 0, count: roster.strata.count + 1)
        for cluster in all.cluster { next[stratum[Int(cluster)] + 1] += 1 }
        for place in 1..<next.count { next[place] += next[place - 1] }
        let starts = next
        // Rows in the order of their strata.
        var order = [Int32](repeating: 0, count: all.cluster.count)
        for (row, cluster) in all.cluster.enumerated() {
            let place = stratum[Int(cluster)]
            order[next[place]] = Int32(row)
            next[place] += 1
        }
        var samples: [SurvivalSample] = []
        for stratum in roster.strata.indices {
            let rows = order[starts[stratum]..<starts[stratum + 1]]
            samples.append(
                try SurvivalSample(
                    cluster: rows.map { all.cluster[Int($0)] }, entry: rows.map { all.entry[Int($0)] },
                    time: rows.map { all.time[Int($0)] }, isEvent: rows.map { all.isEvent[Int($0)] },
                    clusterCount: members.count))
        }
        return samples
    }
}
