import Statistics

/// What other experiment software reports for means and ratios of partners, from the same totals.
let peerCompatibilityMethods: [String: Solver] = [
    "gbstats_frequentist": { item in
        try item.checkArguments(["unit", "metric", "difference_type", "alpha", "level", "alternative", "arm"])
        let (adjusted, unadjusted) = try gbstatsComparison(item)
        let estimate: Estimate
        switch item.arguments["difference_type"] {
        case "absolute": estimate = try adjusted.estimate()
        case "relative": estimate = try unadjusted.plugInRelativeEstimate(adjusted: adjusted)
        default: throw Unsupported("there is no difference type '\(item.arguments["difference_type"])'")
        }
        let alternative = try item.alternative()
        let interval = estimate.interval(
            alternative: alternative, confidenceLevel: try item.confidenceLevel())
        return [
            "estimate": .number(estimate.value), "se": .number(estimate.standardError),
            "p": .number(estimate.pValue(alternative: alternative)), "ci_low": .optional(interval.lower),
            "ci_high": .optional(interval.upper),
        ]
    },
    "tea_tasting_mean": teaTasting,
    "tea_tasting_ratio": teaTasting,
    "tea_tasting_cuped": teaTasting,
]

/// The comparison a metric of gbstats describes, and the same without its covariate.
private func gbstatsComparison(
    _ item: ReferenceCase
) throws -> (adjusted: RatioComparison, unadjusted: RatioComparison) {
    guard let unit = item.arguments["unit"].string, let metric = item.arguments["metric"].string else {
        throw Unsupported("a comparison needs a unit and a metric")
    }
    let columns = try item.partnerColumns()
    if unit.hasPrefix("customer") {
        let comparison = try columns.proportions(metric).independentComparison
        return (comparison, comparison)
    }
    guard unit == "partner" else { throw Unsupported("there is no unit '\(unit)'") }
    let formula = try MetricFormula(metric)
    let totals = try columns.totals(formula.numerator, over: formula.denominator)
    guard let covariate = formula.covariate else {
        let arms = columns.split(totals)
        let comparison = try compareRatios(
            control: arms.control, treatment: arms.treatment, estimand: formula.estimand,
            variance: .firstOrder)
        return (comparison, comparison)
    }
    let pairs = zip(totals, try columns.totals(covariate)).map { PairedTotal(outcome: $0, covariate: $1) }
    let arms = columns.split(pairs)
    let result = try cupedComparison(
        control: arms.control, treatment: arms.treatment, estimand: formula.estimand)
    return (result.adjusted, result.unadjusted)
}

/// "a/b" (partners' own ratios) or "sum a / sum b" (ratio of sums), with or without "with covariate c".
private struct MetricFormula {
    let numerator: String
    let denominator: String
    let covariate: String?
    let estimand: Estimand

    init(_ text: String) throws {
        let parts = text.split(separator: " with covariate ", maxSplits: 1)
        let sides = (parts.first ?? "").split(separator: "/").map { side in
            side.split(separator: " ").map(String.init)
        }
        guard sides.count == 2, let left = sides[0].last, let right = sides[1].last else {
            throw Unsupported("there is no metric '\(text)'")
        }
        switch (sides[0].count, sides[1].count) {
        case (1, 1): estimand = .partnerAverage
        case (2, 2) where sides[0][0] == "sum" && sides[1][0] == "sum": estimand = .customerAverage
        default: throw Unsupported("there is no metric '\(text)'")
        }
        (numerator, denominator) = (left, right)
        let options = parts.count == 2 ? parts[1].split(separator: ", ").map(String.init) : []
        guard options.dropFirst().allSatisfy({ $0 == "pooled theta" }) else {
            throw Unsupported("there is no adjustment '\(parts[1])'")
        }
        covariate = options.first
    }
}

private let teaTasting: Solver = { item in
    try item.checkArguments(["unit", "metric", "covariate", "equal_var", "alternative", "level", "arm"])
    guard item.arguments["unit"] == "partner" else { throw Unsupported("the unit is not the partner") }
    guard item.arguments["equal_var"] != true else {
        throw Unsupported("variances of the arms are not assumed equal")
    }
    let comparison = try teaTastingComparison(item)
    let (difference, logRatio) = (try comparison.estimate(), try comparison.estimate(on: .logRatio))
    let (level, alternative) = (try item.confidenceLevel(), try item.alternative())
    let interval = difference.interval(alternative: alternative, confidenceLevel: level)
    var answer: [String: JSONValue] = [
        "control": .number(comparison.control.value), "treatment": .number(comparison.treatment.value),
        "effect_size": .number(difference.value), "effect_size_ci_lower": .optional(interval.lower),
        "effect_size_ci_upper": .optional(interval.upper), "statistic": .number(difference.statistic),
        "pvalue": .number(difference.pValue(alternative: alternative)),
        "rel_effect_size": .number(comparison.difference / comparison.control.value),
    ]
    let relative = logRatio.interval(alternative: alternative, confidenceLevel: level).relativeFromLogRatio
    // A ratio cannot fall below 0, but tea-tasting leaves the open side of a one-sided interval unbounded.
    answer["rel_effect_size_ci_lower"] = alternative == .less ? .null : .optional(relative.lower)
    answer["rel_effect_size_ci_upper"] = .optional(relative.upper)
    return answer
}

/// The named metric: partners' renewal rates, or a ratio of sums, adjusted when there is a covariate.
private func teaTastingComparison(_ item: ReferenceCase) throws -> RatioComparison {
    guard var metric = item.arguments["metric"].string else { throw Unsupported("there is no metric") }
    let suffix = "_cuped"
    if metric.hasSuffix(suffix) { metric.removeLast(suffix.count) }
    let columns = try item.partnerColumns()
    let totals: [ClusterTotal]
    let estimand: Estimand
    switch metric {
    case "rate": (totals, estimand) = (try columns.totals("renewed"), .partnerAverage)
    case "renewal": (totals, estimand) = (try columns.totals("renewed"), .customerAverage)
    case "nrr":
        (totals, estimand) = (try columns.totals("arr_after", over: "arr_before"), .revenueWeighted)
    default: throw Unsupported("there is no metric '\(metric)'")
    }
    guard let covariate = item.arguments["covariate"].string else {
        let arms = columns.split(totals)
        return try compareRatios(
            control: arms.control, treatment: arms.treatment, estimand: estimand, variance: .firstOrder)
    }
    // Either a column, or "ratio covariate sum(column*customers)/sum(customers)": a partner's customers share
    // the column's value, so that its sum over customers is column × customers.
    let column: String
    if let match = covariate.wholeMatch(of: /ratio covariate sum\((\w+)\*customers\)\/sum\(customers\)/) {
        column = String(match.1)
    } else if covariate.wholeMatch(of: /\w+/) != nil {
        column = covariate
    } else {
        throw Unsupported("there is no covariate '\(covariate)'")
    }
    let pairs = zip(totals, try columns.totals(column)).map { PairedTotal(outcome: $0, covariate: $1) }
    let arms = columns.split(pairs)
    return try cupedComparison(
        control: arms.control, treatment: arms.treatment, estimand: estimand
    ).adjusted
}
