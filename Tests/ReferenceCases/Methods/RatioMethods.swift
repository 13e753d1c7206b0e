import Statistics

/// Ratios of partner totals, Welch's t and two proportions.
let ratioMethods: [String: Solver] = [
    "ratio_delta": { item in
        try item.checkArguments(["numerator", "denominator", "unit", "df", "level", "arm"])
        guard let numerator = item.arguments["numerator"].string,
            let denominator = item.arguments["denominator"].string
        else { throw Unsupported("a ratio needs a numerator and a denominator") }
        let columns = try item.partnerColumns()
        let arms = columns.split(try columns.totals(numerator, over: denominator))
        let comparison = try compareRatios(
            control: arms.control, treatment: arms.treatment, variance: .firstOrder)
        let difference = try comparison.estimate()
        let relative = try comparison.estimate(on: .relativeDifference)
        let logRatio = try comparison.estimate(on: .logRatio)
        let interval = difference.interval(confidenceLevel: try item.confidenceLevel())
        return [
            "ratio_control": .number(comparison.control.value),
            "ratio_treatment": .number(comparison.treatment.value),
            "difference": .number(difference.value), "se": .number(difference.standardError),
            "t": .number(difference.statistic), "df": .number(difference.degreesOfFreedom),
            "p": .number(difference.pValue()), "ci_low": .number(interval.lower),
            "ci_high": .number(interval.upper), "relative": .number(relative.value),
            "se_relative": .number(relative.standardError), "log_ratio": .number(logRatio.value),
            "se_log_ratio": .number(logRatio.standardError),
        ]
    },
    "welch_t": { item in
        try item.checkArguments(["control", "treatment", "outcome", "arm", "level", "alternative"])
        let arms = try welchArms(item)
        let estimate = try compareRatios(
            control: arms.control, treatment: arms.treatment, estimand: .partnerAverage, variance: .firstOrder
        ).estimate()
        let alternative = try item.alternative()
        let interval = estimate.interval(
            alternative: alternative, confidenceLevel: try item.confidenceLevel())
        return [
            "difference": .number(estimate.value), "se": .number(estimate.standardError),
            "t": .number(estimate.statistic), "df": .number(estimate.degreesOfFreedom),
            "p": .number(estimate.pValue(alternative: alternative)), "ci_low": .optional(interval.lower),
            "ci_high": .optional(interval.upper),
        ]
    },
    "two_proportions": { item in
        try item.checkArguments(["x_treatment", "n_treatment", "x_control", "n_control", "level"])
        func proportion(_ side: String) throws -> Proportion {
            guard let successes = item.arguments["x_\(side)"].integer,
                let trials = item.arguments["n_\(side)"].integer, trials > 0, (0...trials).contains(successes)
            else { throw Unsupported("x_\(side) of n_\(side) is no proportion") }
            return Proportion(successes: successes, trials: trials)
        }
        func bounds(_ interval: Interval) -> JSONValue { .numbers([interval.lower, interval.upper]) }
        let level = try item.confidenceLevel()
        let both = TwoProportions(control: try proportion("control"), treatment: try proportion("treatment"))
        return [
            "difference": .number(both.difference), "z_pooled": .optional(both.pooledStatistic),
            "p_pooled": .optional(both.pooledPValue),
            "diff_ci_wald": bounds(both.interval(.wald, confidenceLevel: level)),
            "diff_ci_agresti_caffo": bounds(both.interval(.agrestiCaffo, confidenceLevel: level)),
            "diff_ci_newcomb": bounds(both.interval(.newcombe, confidenceLevel: level)),
            // The cases come from statsmodels, whose limits are not quite those of the score test.
            "diff_ci_score": bounds(both.statsmodelsScoreInterval(confidenceLevel: level)),
            "wilson_treatment": bounds(both.treatment.wilsonInterval(confidenceLevel: level)),
            "wilson_control": bounds(both.control.wilsonInterval(confidenceLevel: level)),
            "clopper_pearson_treatment": bounds(
                both.treatment.clopperPearsonInterval(confidenceLevel: level)),
            "clopper_pearson_control": bounds(both.control.clopperPearsonInterval(confidenceLevel: level)),
            "fisher_p": .number(both.fisherPValue),
        ]
    },
]

/// Two samples of numbers, or partners' means of a column, each number a partner of its own.
private func welchArms(
    _ item: ReferenceCase
) throws -> (control: [ClusterTotal], treatment: [ClusterTotal]) {
    if let outcome = item.arguments["outcome"].string {
        let prefix = "partner mean of "
        guard outcome.hasPrefix(prefix) else { throw Unsupported("there is no outcome '\(outcome)'") }
        let columns = try item.partnerColumns()
        return columns.split(try columns.totals(String(outcome.dropFirst(prefix.count))))
    }
    func sample(_ side: String) throws -> [ClusterTotal] {
        try item.arguments[side].elements.map { element in
            guard let value = element.number else { throw Unsupported("'\(side)' is no list of numbers") }
            return ClusterTotal(count: 1, numerator: value, denominator: 1, sumOfSquares: value * value)
        }
    }
    return (try sample("control"), try sample("treatment"))
}
