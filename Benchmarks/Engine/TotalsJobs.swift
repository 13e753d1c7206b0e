import Statistics

/// Renewal, money kept and CUPED from one line of totals a partner: the customers' rows to the comparisons.
func totalsWork(_ columns: InputColumns) throws -> Work {
    let partners = try Partners(columns)
    let renewed: [Int64] = try columns.integers("renewed", storedAs: Int8.self)
    let before = try columns.cents("recurring_revenue_start")
    let after = try columns.cents("recurring_revenue_end")
    let earlier = try columns.cents("pre_period_value")
    let values = [renewed, before, after, earlier]
    return {
        var totals = PartnerTotals(
            arms: partners.arm, columns: [.indicator, .amount, .amount, .amount],
            products: [.square(of: 2), .square(of: 3)])
        try totals.add(partner: partners.ofCustomer, values: values)

        let control = totals.clusterTotals(ofArm: 0, numerator: 0)
        let treatment = totals.clusterTotals(ofArm: 1, numerator: 0)
        let renewals = try compareRatios(control: control, treatment: treatment, variance: .firstOrder)
        let money = try compareRatios(
            control: totals.clusterTotals(ofArm: 0, numerator: 2, denominator: 1),
            treatment: totals.clusterTotals(ofArm: 1, numerator: 2, denominator: 1),
            estimand: .revenueWeighted, variance: .firstOrder
        ).estimate()
        let adjusted = try cupedComparison(
            control: totals.pairedTotals(ofArm: 0, outcome: 2, covariate: 3),
            treatment: totals.pairedTotals(ofArm: 1, outcome: 2, covariate: 3)
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
    let (control, treatment) = (
        totals.clusterTotals(ofArm: 0, numerator: 0), totals.clusterTotals(ofArm: 1, numerator: 0)
    )
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
    var totals = PartnerTotals(arms: try Partners(columns).arm, columns: [.indicator])
    try totals.add(
        partner: try columns.integers("partner_id", storedAs: Int32.self),
        values: [try columns.integers("renewed", storedAs: Int8.self)])
    return totals
}
