import Statistics

/// A mean or a ratio, as one line of sums a partner.
struct TotalsSection: MetricSection {
    let kind: MetricAnalysis.Kind
    let columns: [String]
    let sums: PartnerSums
    /// One covariate a partner; nil without.
    let covariate: PartnerCovariate?
    /// The linear model on the variants; nil for ratios and weighted means.
    let model: Result<ClusteredLinearModel, EstimationError>?

    func methods(for comparison: Comparison) -> any MetricMethods {
        TotalsComparison(
            comparison: comparison, kind: kind, totals: sums.totals, offset: sums.offset,
            covariate: covariate, model: model)
    }

    func summary(of analysis: Analysis) -> MetricAnalysis {
        let roster = analysis.roster
        let rows = roster.rowsOfPartners
        return MetricAnalysis(
            kind: kind, columns: columns, rowCount: sums.rowCount,
            leftOutRows: sums.missingRows.reduce(0, +),
            arms: roster.variants.indices.map { arm($0, roster: roster) }, comparisons: [],
            jointTests: roster.variants.count > 2 ? jointTests(analysis) : [], horizon: nil,
            cautions: cautions(roster)
                + missingRowsCautions(sums.missingRows, of: rows, roster: roster, column: columns[0]))
    }

    private func cautions(_ roster: PartnerRoster) -> [String] {
        let names = sums.partnersWithoutDenominator.map { roster.partners[$0] }
        guard !names.isEmpty else { return [] }
        return [
            "\(columns.joined(separator: ", ")): \(counted(names.count, "partner has", "partners have")) a "
                + "numerator and no denominator (\(quoted(names))): ratios of sums count it, partner "
                + "averages leave \(names.count == 1 ? "the partner" : "these partners") out"
        ]
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
            assignedPartners: members.count,
            partnersWithoutData: members.filter { sums.totals[$0].count == 0 }.map { roster.partners[$0] },
            customers: total.count, leftOutRows: members.reduce(0) { $0 + sums.missingRows[$1] },
            events: nil, value: total.rate.map { $0 + sums.offset },
            largestShare: largest.map { shares[$0] },
            largestPartner: largest.map { roster.partners[members[$0]] })
    }

    /// Tests that no variant differs from control.
    private func jointTests(_ analysis: Analysis) -> [JointTest] {
        let partners = analysis.roster.partners
        if analysis.roster.variants.indices.dropFirst().contains(where: analysis.hasUnequalShares) {
            return [
                JointTest(
                    method: "joint tests of all variants",
                    unavailable:
                        "shares of variants differ between strata, and the joint tests pool variants; "
                        + "read the comparisons with their adjusted p-values")
            ]
        }
        var tests: [JointTest] = []
        if let model {
            for (label, working) in [
                ("exchangeable", WorkingCovariance.exchangeable),
                ("independent, as clubSandwich", .identity),
            ] {
                tests.append(
                    JointTest("approximate Hotelling (HTZ), CR2, working model \(label)", partners: partners)
                    {
                        () throws(EstimationError) in
                        let model = try model.get()
                        var contrasts: [[Double]] = []
                        for variant in analysis.roster.variants.indices.dropFirst() {
                            contrasts.append(try model.contrast(of: ClusterCrossProducts.armTerm(variant)))
                        }
                        let test = try model.waldTest(contrasts, reference: .approximateHotelling(working))
                        let df: [Double?] = [
                            test.numeratorDegreesOfFreedom, test.denominatorDegreesOfFreedom,
                        ]
                        return (test.fStatistic, df.compactMap { $0 }, test.pValue)
                    })
            }
        }
        if let mechanism = analysis.mechanism {
            tests.append(
                JointTest("omnibus randomisation test", partners: partners) { () throws(EstimationError) in
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
    ///
    /// - Parameter partners: The names by which failures call partners.
    fileprivate init(
        _ method: String, partners: [String],
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
            let reason =
                switch error {
                case .noVariation: "the partners' results differ by no more than rounding"
                case .emptyArm, .tooFewClusters:
                    "a variant has fewer than two partners with something to measure"
                case .restsOnOnePartner(let index):
                    "without partner '\(partners[index])' this could not be estimated at all"
                default: error.description
                }
            self.init(method: method, unavailable: reason)
        }
    }
}
