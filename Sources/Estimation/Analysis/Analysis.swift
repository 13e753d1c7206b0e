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

    /// Everything that is compared.
    ///
    /// - Throws: `.invalidColumn` for a time that is not a number.
    func metrics() throws(EstimationError) -> [MetricAnalysis] {
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
                    event: event,
                    entry: column(roles.entry), roster: roster))
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

    private var covariate: [Double?]? {
        column(roles.covariate).map { partnerMeans($0, roster: roster) }
    }

    private func means(_ outcome: NumberColumn) -> TotalsSection {
        let weight = column(roles.weight)
        let sums = PartnerSums(numerator: outcome, weight: weight, roster: roster)
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
        return zip(comparisons, adjusted).map { comparison, pValue in
            var comparison = comparison
            comparison.adjustedPValue = pValue
            return comparison
        }
    }
}

/// Something that is compared between variants, summed up by partner.
protocol MetricSection {
    /// The methods for one variant against control.
    func methods(for comparison: Comparison) -> any MetricMethods

    /// The variants' own numbers and the tests of all variants at once; without comparisons.
    func summary(of analysis: Analysis) -> MetricAnalysis
}

extension Analysis {
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
