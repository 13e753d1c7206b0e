import Statistics

/// Renewal, money kept and CUPED from one line of totals a partner: the customers' rows to the comparisons.
func totalsWork(_ columns: InputColumns) throws -> Work {
    let partners = try Partners(columns)
    let renewed: [Int64] = try columns.integers("renewed", storedAs: Int8.self)
    let before = try columns.cents("recurring_revenue_start")
    let after = try columns.cents("recurring_revenue_end")
    let earlier = try columns.cents("pre_period_value")
    return {
        var renewal = PartnerTotals(arms: partners.arm)
        var retention = renewal
        var outcome = renewal
        var covariate = renewal
        let partner = partners.ofCustomer.span
        try renewal.add(partner: partner, numerator: renewed.span)
        try retention.add(partner: partner, numerator: after.span, denominator: before.span)
        try outcome.add(partner: partner, numerator: after.span)
        try covariate.add(partner: partner, numerator: earlier.span)

        let (control, treatment) = (renewal.clusterTotals(ofArm: 0), renewal.clusterTotals(ofArm: 1))
        let renewals = try compareRatios(control: control, treatment: treatment, variance: .firstOrder)
        let money = try compareRatios(
            control: retention.clusterTotals(ofArm: 0), treatment: retention.clusterTotals(ofArm: 1),
            estimand: .revenueWeighted, variance: .firstOrder
        ).estimate()
        let adjusted = try cupedComparison(
            control: outcome.pairedTotals(with: covariate, ofArm: 0),
            treatment: outcome.pairedTotals(with: covariate, ofArm: 1)
        ).adjusted.estimate()
        return [
            "renewal": renewals.difference,
            "renewal_delta_se": try renewals.estimate().standardError,
            "renewal_se": try rateDifferenceVariance(
                control: control, treatment: treatment, correction: .cr1s
            ).squareRoot(),
            "nrr": money.value, "nrr_se": money.standardError,
            "cuped": adjusted.value / 100, "cuped_se": adjusted.standardError / 100,
        ]
    }
}

/// The customers' analysis of covariance of revenue on the arm and the earlier value, CR1S by partner.
func ancovaWork(_ columns: InputColumns) throws -> Work {
    let partners = try Partners(columns)
    let clusters = partners.ofCustomer.map { Int($0) }
    let named = [
        NamedColumn(name: "after", values: try columns.numbers("recurring_revenue_end")),
        NamedColumn(name: "treated", values: partners.armOfCustomer.map(Double.init)),
        NamedColumn(name: "earlier", values: try columns.numbers("pre_period_value")),
    ]
    return {
        let sums = try ClusterCrossProducts(
            clusters: clusters, clusterCount: partners.count, columns: named)
        let model = try sums.fit(LinearModelFormula(outcome: "after", regressors: ["treated", "earlier"]))
        let covariance = model.covariance(.cr1s)
        return ["ancova": model.coefficients[1], "ancova_se": covariance[1][1].squareRoot()]
    }
}

/// CR2 with Imbens–Kolesár degrees of freedom and CR3, from partners' totals.
func clusterRobustWork(_ columns: InputColumns) throws -> Work {
    let totals = try renewalTotals(columns)
    let (control, treatment) = (totals.clusterTotals(ofArm: 0), totals.clusterTotals(ofArm: 1))
    return {
        let cr2 = try rateDifference(control: control, treatment: treatment)
        let cr3 = try rateDifferenceVariance(control: control, treatment: treatment, correction: .cr3)
        guard let estimate = cr2.estimate else { throw BenchmarkFault("there is no CR2 estimate") }
        return [
            "cr2_se": estimate.standardError, "cr2_df": estimate.degreesOfFreedom,
            "cr3_se": cr3.squareRoot(),
        ]
    }
}

/// Renewals summed up by partner.
func renewalTotals(_ columns: InputColumns) throws -> PartnerTotals {
    let partners = try Partners(columns)
    var totals = PartnerTotals(arms: partners.arm)
    let renewed: [Int64] = try columns.integers("renewed", storedAs: Int8.self)
    try totals.add(partner: partners.ofCustomer.span, numerator: renewed.span)
    return totals
}
