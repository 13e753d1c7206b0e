import Statistics

/// A table with everything known about its partners.
struct Analysis {
    let table: Table
    let roles: TableRoles
    let options: AnalysisOptions
    let roster: PartnerRoster
    let design: TableDesign
    let mechanism: AssignmentMechanism?

    /// Everything the table says.
    ///
    /// - Throws: `.invalidColumn` for a time that is not a number.
    func result() throws(EstimationError) -> TableAnalysis {
        let balance = AssignmentBalance(roster, shares: options.shares)
        var result = TableAnalysis(
            rowCount: table.rowCount, unassignedRows: roster.unassignedRows, missingCells: table.missingCells,
            partnerCount: roster.partners.count, variants: roster.variants,
            controlChoice: roster.controlChoice, roles: roles, design: design,
            stratumCount: design == .stratified || design == .paired ? roster.strata.count : 0,
            estimand: options.estimand, confidenceLevel: options.confidenceLevel, draws: options.draws,
            seed: options.seed, balance: balance, metrics: try metrics(), warnings: rosterWarnings())
        result.warnings += balance.warnings
        result.warnings += result.metrics.flatMap(\.warnings)
        return result
    }

    /// The comparisons of every variant with control.
    private var comparisons: [Comparison] {
        roster.variants.indices.dropFirst().map {
            Comparison(
                roster: roster, options: options, design: design, mechanism: mechanism, variant: $0,
                hasUnequalShares: hasUnequalShares($0))
        }
    }

    /// Everything that is compared.
    ///
    /// - Throws: `.invalidColumn` for a time that is not a number.
    private func metrics() throws(EstimationError) -> [MetricAnalysis] {
        var sections: [any MetricSection] = []
        if let outcome = column(roles.outcome) { sections.append(means(outcome)) }
        if let numerator = column(roles.numerator), let denominator = column(roles.denominator) {
            sections.append(
                TotalsSection(
                    kind: .ratio, columns: [roles.numerator, roles.denominator].compactMap(\.self),
                    sums: PartnerSums(numerator: numerator, denominator: denominator, roster: roster),
                    covariate: covariate, model: nil))
        }
        if let time = column(roles.time), let event = column(roles.event) {
            sections.append(
                try SurvivalSection(
                    columns: [roles.entry, roles.time, roles.event].compactMap(\.self), time: time,
                    event: event, entry: column(roles.entry), roster: roster,
                    isStratified: design == .stratified
                        || roster.variants.indices.dropFirst().contains(where: hasUnequalShares)))
        }
        let results = comparisons.map { comparison in
            comparison.results(sections.map { $0.methods(for: comparison) })
        }
        return sections.enumerated().map { place, section in
            var metric = section.summary(of: self)
            metric.comparisons = holm(results.map { $0[place] })
            return metric
        }
    }

    private func column(_ name: String?) -> NumberColumn? { name.flatMap { table.numbers[$0] } }

    private var covariate: PartnerCovariate? {
        guard let name = roles.covariate, let column = column(name) else { return nil }
        return PartnerCovariate(name: name, values: partnerMeans(column, roster: roster))
    }

    private func means(_ outcome: NumberColumn) -> TotalsSection {
        let weight = column(roles.weight)
        let sums = PartnerSums(numerator: outcome, weight: weight, offset: outcome.offset, roster: roster)
        // With weights a linear model needs more sums than a line a partner holds.
        let model: Result<ClusteredLinearModel, EstimationError>? =
            weight != nil
            ? nil
            : Result { () throws(EstimationError) in
                try ClusterCrossProducts(
                    totals: sums.totals, arms: roster.variant, armCount: roster.variants.count
                ).fit(
                    LinearModelFormula(
                        outcome: "outcome",
                        regressors: roster.variants.indices.dropFirst().map(ClusterCrossProducts.armTerm)))
            }
        return TotalsSection(
            kind: weight != nil ? .weightedMean : sums.isBinary ? .share : .mean,
            columns: [roles.outcome, roles.weight].compactMap(\.self), sums: sums, covariate: covariate,
            model: model)
    }

    /// Holm's adjustment of the marked p-values over the variants.
    private func holm(_ comparisons: [MetricComparison]) -> [MetricComparison] {
        guard comparisons.count > 1 else { return comparisons }
        let adjusted: [Double?] = adjustedPValues(comparisons.map { $0.recommended?.pValue }, method: .holm)
        // Holm's first step multiplies the smallest p-value: where it cannot fall below the level, none can.
        let attainable = comparisons.filter { $0.recommended != nil }.compactMap(\.smallestAttainable).min()
        let count = Double(comparisons.count)
        return zip(comparisons, adjusted).map { comparison, pValue in
            var comparison = comparison
            comparison.adjustedPValue = pValue
            if let attainable, attainable * count > options.alpha * (1 + 1e-12) {
                comparison.withholdMarks(
                    "the design can give no p-value below \(shortest(attainable)), which \(comparisons.count) "
                        + "comparisons raise to \(shortest(min(1, attainable * count))), so no test at "
                        + "\(shortest(options.alpha)) can reject; read the estimates only, or the tests of all "
                        + "variants")
            }
            return comparison
        }
    }
}

/// A number that was fixed before partners were randomised, one a partner.
struct PartnerCovariate {
    /// The column's name.
    let name: String
    /// The mean over the partner's rows; nil where every cell is missing.
    let values: [Double?]
}

/// Something that is compared between variants, summed up by partner.
protocol MetricSection {
    /// The methods for one variant against control.
    func methods(for comparison: Comparison) -> any MetricMethods

    /// The variants' own numbers and the tests of all variants at once; without comparisons.
    func summary(of analysis: Analysis) -> MetricAnalysis
}

extension Table {
    /// Missing cells, by column.
    fileprivate var missingCells: [String: Int] {
        labels.mapValues(\.missingCount).merging(numbers.mapValues(\.missingCount)) { max($0, $1) }
    }
}
