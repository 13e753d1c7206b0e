import Statistics

/// A mean or a ratio, as one line of sums a partner.
struct TotalsSection: MetricSection {
    let kind: MetricAnalysis.Kind
    let columns: [String]
    let sums: PartnerSums
    /// One covariate a partner; nil without.
    let covariate: [Double?]?
    /// The linear model on the variants; nil for ratios and weighted means.
    let model: Result<ClusteredLinearModel, EstimationError>?

    func methods(for comparison: Comparison) -> any MetricMethods {
        TotalsComparison(
            comparison: comparison, kind: kind, totals: sums.totals, covariate: covariate, model: model)
    }

    func summary(of analysis: Analysis) -> MetricAnalysis {
        let roster = analysis.roster
        return MetricAnalysis(
            kind: kind, columns: columns, rowCount: sums.rowCount, leftOutRows: sums.missingRows,
            arms: roster.variants.indices.map { arm($0, roster: roster) }, comparisons: [],
            jointTests: roster.variants.count > 2 ? jointTests(analysis) : [])
    }

    private func arm(_ variant: Int, roster: PartnerRoster) -> ArmSummary {
        let members = roster.members[variant]
        let total = members.reduce(.empty) { $0 + sums.totals[$1] }
        let shares =
            total.denominator > 0 ? members.map { sums.totals[$0].denominator / total.denominator } : []
        let largest = shares.indices.max { shares[$0] < shares[$1] }
        let squares = shares.reduce(0) { $0 + $1 * $1 }
        return ArmSummary(
            variant: roster.variants[variant],
            partners: PartnerCount(raw: shares.count { $0 > 0 }, effective: squares > 0 ? 1 / squares : 0),
            customers: total.count, value: total.rate, largestShare: largest.map { shares[$0] },
            largestPartner: largest.map { roster.partners[members[$0]] })
    }

    /// Tests that no variant differs from control.
    private func jointTests(_ analysis: Analysis) -> [JointTest] {
        var tests: [JointTest] = []
        if let model {
            tests.append(
                JointTest("approximate Hotelling (HTZ), CR2") { () throws(EstimationError) in
                    let model = try model.get()
                    var contrasts: [[Double]] = []
                    for variant in analysis.roster.variants.indices.dropFirst() {
                        contrasts.append(try model.contrast(of: ClusterCrossProducts.armTerm(variant)))
                    }
                    let test = try model.waldTest(contrasts)
                    let df = [test.numeratorDegreesOfFreedom, test.denominatorDegreesOfFreedom].compactMap(
                        \.self)
                    return (test.fStatistic, df, test.pValue)
                })
        }
        if let mechanism = analysis.mechanism {
            tests.append(
                JointTest("omnibus randomisation test") { () throws(EstimationError) in
                    let result = try omnibusRandomizationTest(
                        metric: RandomizationMetric(totals: sums.totals, statistic: .rateDifference),
                        mechanism: mechanism,
                        options: RandomizationOptions(
                            draws: analysis.options.draws, seed: analysis.options.seed))
                    return (result.statistic, nil, result.test.pValue)
                })
        }
        return tests
    }
}

extension JointTest {
    /// A test that may fail.
    fileprivate init(
        _ method: String,
        _ test: () throws(EstimationError) -> (
            statistic: Double?, degreesOfFreedom: [Double]?, pValue: Double
        )
    ) {
        do throws(EstimationError) {
            let result = try test()
            self.init(
                method: method, statistic: result.statistic, degreesOfFreedom: result.degreesOfFreedom,
                pValue: result.pValue, unavailable: nil)
        } catch {
            self.init(method: method, unavailable: error.description)
        }
    }
}
