import Statistics

/// A table with everything known about its partners.
struct Analysis {
    let table: Table
    let roles: TableRoles
    let options: AnalysisOptions
    let roster: PartnerRoster
    let design: TableDesign
    let mechanism: AssignmentMechanism?

    /// The comparisons of every variant with control.
    var comparisons: [Comparison] {
        roster.variants.indices.dropFirst().map {
            Comparison(roster: roster, options: options, mechanism: mechanism, variant: $0)
        }
    }

    /// What is compared.
    func metrics() -> [MetricAnalysis] {
        var metrics: [MetricAnalysis] = []
        if let outcome = column(roles.outcome) {
            metrics.append(means(outcome))
        }
        if let numerator = column(roles.numerator), let denominator = column(roles.denominator) {
            let sums = PartnerSums(numerator: numerator, denominator: denominator, roster: roster)
            metrics.append(
                metric(
                    .ratio, columns: [roles.numerator, roles.denominator].compactMap(\.self), sums: sums, model: nil))
        }
        if let time = column(roles.time), let event = column(roles.event) {
            metrics.append(survival(time: time, event: event))
        }
        return metrics
    }

    func column(_ name: String?) -> NumberColumn? { name.flatMap { table.numbers[$0] } }

    private func means(_ outcome: NumberColumn) -> MetricAnalysis {
        let weight = column(roles.weight)
        let sums = PartnerSums(numerator: outcome, weight: weight, roster: roster)
        let kind: MetricAnalysis.Kind = weight != nil ? .weightedMean : sums.isBinary ? .share : .mean
        let model = Result { () throws(EstimationError) in
            try ClusterCrossProducts(outcome: outcome, weight: weight, roster: roster).fit(
                LinearModelFormula(
                    outcome: "outcome",
                    regressors: roster.variants.indices.dropFirst().map(ClusterCrossProducts.variantTerm)))
        }
        return metric(
            kind, columns: [roles.outcome, roles.weight].compactMap(\.self), sums: sums, model: model)
    }

    private func metric(
        _ kind: MetricAnalysis.Kind, columns: [String], sums: PartnerSums,
        model: Result<ClusteredLinearModel, EstimationError>?
    ) -> MetricAnalysis {
        let covariate = column(roles.covariate).map { partnerMeans($0, roster: roster) }
        let results = comparisons.map { comparison in
            let totals = TotalsComparison(
                comparison: comparison, kind: kind, totals: sums.totals, covariate: covariate, model: model)
            do throws(EstimationError) {
                return try totals.result(comparison.randomization(totals.randomizationMetrics))
            } catch {
                return comparison.refused(error)
            }
        }
        return MetricAnalysis(
            kind: kind, columns: columns, rowCount: sums.rowCount, leftOutRows: sums.missingRows,
            arms: roster.variants.indices.map { summary(of: sums, variant: $0) },
            comparisons: holm(results),
            jointTests: roster.variants.count > 2 ? jointTests(sums.totals, kind: kind, model: model) : [])
    }

    private func summary(of sums: PartnerSums, variant: Int) -> ArmSummary {
        let members = roster.members[variant]
        let total = members.reduce(.empty) { $0 + sums.totals[$1] }
        let largest = members.max { sums.totals[$0].denominator < sums.totals[$1].denominator }
        let squares = members.reduce(0.0) { sum, partner in
            let share = total.denominator > 0 ? sums.totals[partner].denominator / total.denominator : 0
            return sum + share * share
        }
        return ArmSummary(
            variant: roster.variants[variant],
            partners: PartnerCount(
                raw: members.count { sums.totals[$0].denominator > 0 }, effective: squares > 0 ? 1 / squares : 0),
            customers: total.count, value: total.rate,
            largestShare: largest.flatMap {
                total.denominator > 0 ? sums.totals[$0].denominator / total.denominator : nil
            },
            largestPartner: total.denominator > 0 ? largest.map { roster.partners[$0] } : nil)
    }
}

extension Analysis {
    /// Holm's adjustment of the marked p-values over the variants.
    func holm(_ comparisons: [MetricComparison]) -> [MetricComparison] {
        guard comparisons.count > 1 else { return comparisons }
        let adjusted: [Double?] = adjustedPValues(comparisons.map { $0.recommended?.pValue }, method: .holm)
        return zip(comparisons, adjusted).map { comparison, pValue in
            var comparison = comparison
            comparison.adjustedPValue = pValue
            return comparison
        }
    }

    /// Tests that no variant differs from control.
    private func jointTests(
        _ totals: [ClusterTotal], kind: MetricAnalysis.Kind,
        model: Result<ClusteredLinearModel, EstimationError>?
    ) -> [JointTest] {
        var tests: [JointTest] = []
        let name = "approximate Hotelling (HTZ), CR2"
        if let model {
            do throws(EstimationError) {
                let model = try model.get()
                var contrasts: [[Double]] = []
                for variant in roster.variants.indices.dropFirst() {
                    contrasts.append(try model.contrast(of: ClusterCrossProducts.variantTerm(variant)))
                }
                let test = try model.waldTest(contrasts)
                tests.append(
                    JointTest(
                        method: name, statistic: test.fStatistic,
                        degreesOfFreedom: [test.numeratorDegreesOfFreedom]
                            + (test.denominatorDegreesOfFreedom.map { [$0] } ?? []), pValue: test.pValue,
                        unavailable: nil))
            } catch {
                tests.append(JointTest(method: name, unavailable: error.description))
            }
        }
        guard let mechanism else { return tests }
        let omnibus = "omnibus randomisation test"
        do throws(EstimationError) {
            let result = try omnibusRandomizationTest(
                metric: RandomizationMetric(totals: totals, statistic: .rateDifference), mechanism: mechanism,
                options: RandomizationOptions(draws: options.draws, seed: options.seed))
            tests.append(
                JointTest(
                    method: omnibus, statistic: result.statistic, degreesOfFreedom: nil, pValue: result.test.pValue,
                    unavailable: nil))
        } catch {
            tests.append(JointTest(method: omnibus, unavailable: error.description))
        }
        return tests
    }

    /// What should make the reader careful about the table.
    func rosterWarnings() -> [String] {
        var sentences: [String] = []
        if roster.unassignedRows > 0 {
            sentences.append(
                "\(roster.unassignedRows) rows have no partner or no variant and take no part in anything")
        }
        if let customers = roles.customer.flatMap({ table.labels[$0] }) {
            let sharing = CustomerSharing(customers, roster: roster)
            if sharing.acrossVariants > 0 {
                sentences.append(
                    "\(sharing.acrossVariants) customers are customers of partners of different variants: an effect may "
                        + "spill over, and the difference is then no longer that of the variants alone")
            } else if sharing.acrossPartners > 0 {
                sentences.append(
                    "\(sharing.acrossPartners) customers have several partners: partners that share customers are not "
                        + "independent")
            }
            if sharing.repeated > 0 {
                sentences.append(
                    "\(sharing.repeated) customers have several rows: averages count rows, not customers")
            }
        }
        return sentences
    }
}

/// How often customers stand in several rows, partners or variants.
private struct CustomerSharing {
    private(set) var repeated = 0
    private(set) var acrossPartners = 0
    private(set) var acrossVariants = 0

    init(_ customers: LabelColumn, roster: PartnerRoster) {
        var first = [Int32](repeating: -1, count: customers.labelCount)
        var seen = [UInt8](repeating: 0, count: customers.labelCount)
        for (row, customer) in customers.codes.enumerated() where customer >= 0 {
            let partner = roster.partnerOfRow[row]
            guard partner >= 0 else { continue }
            let known = first[Int(customer)]
            if known < 0 {
                first[Int(customer)] = partner
            } else {
                let isOther = known != partner
                let isOtherVariant = isOther && roster.variant[Int(known)] != roster.variant[Int(partner)]
                seen[Int(customer)] |= isOtherVariant ? 7 : isOther ? 3 : 1
            }
        }
        for flags in seen where flags > 0 {
            repeated += 1
            if flags & 2 > 0 { acrossPartners += 1 }
            if flags & 4 > 0 { acrossVariants += 1 }
        }
    }
}

extension Comparison {
    /// A comparison of which nothing can be computed.
    func refused(_ error: EstimationError) -> MetricComparison {
        MetricComparison(
            treatment: roster.variants[variant], control: roster.variants[0], rows: [],
            reason: "no method is recommended: \(error)", adjustedPValue: nil, intraclassCorrelation: nil,
            designEffect: nil, leaveOneOut: nil)
    }
}
