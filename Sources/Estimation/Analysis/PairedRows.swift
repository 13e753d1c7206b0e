import Statistics

/// Methods that take the pair as the unit: partners of a pair were made alike, so their results go together.
///
/// - Source: de Chaisemartin & Ramirez-Cuellar (2024), AEJ: Applied 16:193; Student (1908).
extension TotalsComparison {
    /// Both partners of every pair, control first.
    private var pairs: [(control: ClusterTotal, treatment: ClusterTotal)] {
        let roster = comparison.roster
        var places = roster.strata.map { _ in [Int?](repeating: nil, count: roster.variants.count) }
        for (partner, pair) in roster.stratum.enumerated() { places[pair][roster.variant[partner]] = partner }
        return places.compactMap { members in
            guard let control = members[0], let treatment = members[comparison.variant] else { return nil }
            return (totals[control], totals[treatment])
        }
    }

    /// The mean difference of the partners' own results within pairs; pairs of which a partner has none are
    /// left out.
    func pairedRow(_ partners: RatioComparison) -> MethodRow {
        let all = pairs
        let differences = all.compactMap { pair in
            pair.treatment.rate.flatMap { treatment in pair.control.rate.map { treatment - $0 } }
        }
        let mean = differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count)
        let left = all.count - differences.count
        return row(.pairedT, .partnerAverage, value: mean, deviations: differences.map { $0 - mean }) {
            $0 / Double(differences.count)
        }.noting(left > 0 ? "leaves out \(counted(left, "pair")) without a result on either side" : nil)
    }

    /// The pooled difference with the variance of what every pair adds to it, to first order.
    func pairedRatioRow(_ pooled: RatioComparison) -> MethodRow {
        let arms = (control.reduce(.empty, +), treatment.reduce(.empty, +))
        func residual(_ total: ClusterTotal, _ arm: ClusterTotal) -> Double {
            (total.numerator - arm.numerator / arm.denominator * total.denominator) / arm.denominator
        }
        let parts = pairs.map { residual($0.treatment, arms.1) - residual($0.control, arms.0) }
        return row(.pairedRatio, estimand, value: pooled.difference, deviations: parts) { $0 }
            .noting("first order: too small with large partners")
    }

    /// An effect whose variance is m/(m − 1)·Σ d² of the pairs' deviations, scaled, on m − 1 degrees of
    /// freedom.
    private func row(
        _ method: EffectMethod, _ estimand: Estimand, value: Double, deviations: [Double],
        scaled: (Double) -> Double
    ) -> MethodRow {
        let count = Double(deviations.count)
        var result = MethodRow(method, estimand) { () throws(EstimationError) in
            guard deviations.count >= 2 else {
                throw .tooFewClusters(arm: .treatment, found: deviations.count, required: 2)
            }
            let squares = deviations.reduce(0) { $0 + scaled($1) * scaled($1) }
            let error = (count / (count - 1) * squares).squareRoot()
            guard error > 1e-14 * abs(value) else { throw .noVariation }
            let partners = PartnerCount(raw: deviations.count, effective: count)
            return TreatmentEffect(
                method: method, estimand: estimand, scale: .difference, control: partners,
                treatment: partners,
                estimate: Estimate(value: value, standardError: error, degreesOfFreedom: count - 1),
                confidenceLevel: level)
        }
        result.value = value
        return result
    }
}
