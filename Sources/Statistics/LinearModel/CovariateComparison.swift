/// Two arms of partners as rows of a regression on arm and covariate.
struct CovariateComparison {
    /// A partner as rows of equal arm and covariate.
    private struct Row {
        var isTreated: Bool
        /// How many rows the partner stands for, not necessarily a whole number.
        var count: Double
        var sum: Double
        var sumOfSquares: Double
        var covariate: Double?
        /// The partner's size, for Kish's effective count.
        var size: Double
    }

    private var rows: [Row] = []

    /// One row a partner: its rate.
    init(ratesOf control: [CovariateTotal], _ treatment: [CovariateTotal]) throws(EstimationError) {
        for (arm, partners) in [(Arm.control, control), (.treatment, treatment)] {
            try checkUsable(partners.map(\.total), arm: arm)
            for partner in partners {
                guard let rate = partner.total.rate else { continue }
                rows.append(
                    Row(
                        isTreated: arm == .treatment, count: 1, sum: rate, sumOfSquares: rate * rate,
                        covariate: partner.covariate, size: 1))
            }
        }
    }

    /// As many rows as there are customers, spread over partners in proportion to their denominators.
    ///
    /// Where denominators count customers, those are the partners' own rows. A denominator of money is divided by
    /// the money a customer stands for on average, so that its unit matters nowhere.
    init(totalsOf control: [CovariateTotal], _ treatment: [CovariateTotal]) throws(EstimationError) {
        try checkUsable(control.map(\.total), arm: .control)
        try checkUsable(treatment.map(\.total), arm: .treatment)
        let all = (control + treatment).map(\.total)
        let counted = pooledEstimand(of: all) == .customerAverage
        let customers = all.reduce(0.0) { $0 + Double($1.count) }
        // Shares first: the sum of all money could overflow.
        let largest = all.reduce(0) { max($0, $1.denominator) }
        let unit =
            counted || largest == 0
            ? 1 : largest * (all.reduce(0) { $0 + $1.denominator / largest } / customers)
        for (arm, partners) in [(Arm.control, control), (.treatment, treatment)] {
            for partner in partners where partner.total.takesPart {
                let count = partner.total.denominator / unit
                rows.append(
                    Row(
                        isTreated: arm == .treatment, count: count, sum: partner.total.numerator / unit,
                        sumOfSquares: partner.total.sumOfSquares / unit / unit,
                        covariate: partner.covariate, size: count))
            }
        }
    }

    /// One row a partner: its linearised ratio.
    init(
        ratiosOf control: [RatioCovariateTotal], _ treatment: [RatioCovariateTotal]
    ) throws(EstimationError) {
        for (arm, all) in [(Arm.control, control), (.treatment, treatment)] {
            try checkUsable(all.map(\.before), arm: arm)
            let outcome = try ArmRate(pooling: all.map(\.outcome), arm: arm)
            let partners = all.filter(\.outcome.takesPart)
            let known = partners.map(\.before).filter { $0.denominator > 0 }
            let before = try known.isEmpty ? nil : ArmRate(pooling: known, arm: arm)
            for partner in partners {
                let value = linearized(partner.outcome, around: outcome, partners: partners.count)
                rows.append(
                    Row(
                        isTreated: arm == .treatment, count: 1, sum: value, sumOfSquares: value * value,
                        covariate: partner.before.denominator > 0
                            ? before.map { linearized(partner.before, around: $0, partners: known.count) }
                            : nil,
                        size: partner.outcome.denominator))
            }
        }
    }

    /// Regresses the outcome on arm and covariate.
    func difference(
        _ adjustment: CovariateAdjustment, estimand: Estimand, method: EffectMethod, minimum: Int,
        reference: ReferenceDegreesOfFreedom
    ) throws(EstimationError) -> AdjustedDifference {
        let counts = [
            (Arm.control, partnerCount(isTreated: false)), (.treatment, partnerCount(isTreated: true)),
        ]
        for (arm, count) in counts where count.raw == 0 { throw .emptyArm(arm) }
        let table = try crossProducts()
        let imputed = rows.count { $0.covariate == nil }
        var regressors = ["arm"]
        if adjustment != .none { regressors += ["covariate"] + (imputed > 0 ? ["unknown"] : []) }
        if adjustment == .lin { regressors.append("arm:covariate") }

        let plain = try table.fit(LinearModelFormula(outcome: "outcome", regressors: ["arm"]))
        let model = try table.fit(LinearModelFormula(outcome: "outcome", regressors: regressors))
        let contrast = try model.estimate(of: "arm", reference: reference)
        let slope = adjustment == .none ? 0 : model.coefficients[2]
        let balance = try table.fit(LinearModelFormula(outcome: "covariate", regressors: ["arm"]))
        var result = AdjustedDifference(
            adjustment: adjustment, estimand: estimand, method: method, control: counts[0].1,
            treatment: counts[1].1, unadjusted: plain.coefficients[1], difference: contrast.value,
            controlSlope: slope,
            treatmentSlope: adjustment == .lin ? slope + (model.coefficients.last ?? 0) : slope,
            imputedCovariates: imputed,
            covariateDifference: try balance.estimate(of: "arm", reference: reference).estimate,
            estimate: contrast.estimate, unavailable: contrast.unavailable)
        if let (arm, count) = counts.first(where: { $0.1.raw < minimum }) {
            result.estimate = nil
            result.unavailable = .tooFewClusters(arm: arm, found: count.raw, required: minimum)
        }
        return result
    }

    private func crossProducts() throws(EstimationError) -> ClusterCrossProducts {
        if let index = rows.firstIndex(where: { !($0.covariate ?? 0).isFinite }) {
            throw .invalidColumn(name: "covariate", row: index)
        }
        var size = 0.0
        var sum = 0.0
        for row in rows {
            guard let covariate = row.covariate else { continue }
            size += row.count
            sum += row.count * covariate
        }
        let mean = size > 0 ? sum / size : 0
        let columns = ["outcome", "arm", "covariate", "unknown", "arm:covariate"]
        var table = ClusterCrossProducts(columns: columns, isWeighted: false, clusterCount: rows.count)
        for (index, row) in rows.enumerated() {
            let arm = row.isTreated ? 1.0 : 0
            // The mean of both arms together, over what counts once in the estimand.
            let covariate = (row.covariate ?? mean) - mean
            let values = [0, arm, covariate, row.covariate == nil ? 1 : 0, arm * covariate]
            table.addRows(
                row.count, to: index, values: values, varying: 0, sum: row.sum,
                sumOfSquares: row.sumOfSquares)
        }
        return table
    }

    private func partnerCount(isTreated: Bool) -> PartnerCount {
        let sizes = rows.filter { $0.isTreated == isTreated }.map(\.size)
        let largest = sizes.max() ?? 0
        // Relative sizes first: squares of revenue could overflow.
        let relative = sizes.map { $0 / max(largest, .leastNormalMagnitude) }
        let sum = relative.reduce(0, +)
        return PartnerCount(
            raw: sizes.count { $0 > 0 },
            effective: largest > 0 ? sum * sum / relative.reduce(0) { $0 + $1 * $1 } : 0)
    }
}

/// R + (y − R·x)/x̄ with R and x̄ the arm's ratio and mean denominator.
private func linearized(_ total: ClusterTotal, around arm: ArmRate, partners: Int) -> Double {
    let meanDenominator = arm.denominator / Double(partners)
    return arm.rate + (total.numerator - arm.rate * total.denominator) / meanDenominator
}
