import Statistics

/// Renewal, money kept and CUPED from one line of totals a partner: the customers' rows to the comparisons.
func totalsWork(_ columns: InputColumns) throws -> Work {
    let rows = try WeeklyRows(columns)
    return {
        var totals = rows.emptyTotals
        try totals.add(partner: rows.partner, values: rows.values)
        return try weeklyResults(totals)
    }
}

/// The same a week later: one row in a hundred is taken out and put in again as it is now.
func totalsUpdateWork(_ columns: InputColumns) throws -> Work {
    let rows = try WeeklyRows(columns)
    let changed = rows.everyHundredth
    var totals = rows.emptyTotals
    try totals.add(partner: rows.partner, values: rows.values)
    return {
        try totals.remove(partner: changed.partner, values: changed.values)
        try totals.add(partner: changed.partner, values: changed.values)
        return try weeklyResults(totals)
    }
}

/// What a weekly look sums up of every customer.
private struct WeeklyRows {
    let arms: [Int32]
    private(set) var partner: [Int32]
    /// Renewed, revenue before and after, and the earlier value, money in cents.
    private(set) var values: [[Int64]]

    init(_ columns: InputColumns) throws {
        let partners = try Partners(columns)
        arms = partners.arm
        partner = partners.ofCustomer
        values = [
            try columns.integers("renewed", storedAs: Int8.self),
            try columns.cents("recurring_revenue_start"),
            try columns.cents("recurring_revenue_end"), try columns.cents("pre_period_value"),
        ]
    }

    var everyHundredth: WeeklyRows {
        var part = self
        let places = stride(from: 0, to: partner.count, by: 100)
        part.partner = places.map { partner[$0] }
        part.values = values.map { column in places.map { column[$0] } }
        return part
    }

    var emptyTotals: PartnerTotals {
        PartnerTotals(
            arms: arms, columns: [.indicator, .amount, .amount, .amount],
            products: [.square(of: 2), .square(of: 3)])
    }
}

private func weeklyResults(_ totals: PartnerTotals) throws -> [String: Double] {
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
