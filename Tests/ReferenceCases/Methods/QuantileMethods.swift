import Statistics

/// Quantiles of customers' values when partners are randomised.
let quantileMethods: [String: Solver] = [
    "quantile_treatment_effect_cluster": { item in
        try item.checkArguments([
            "metric", "quantile", "quantile_type", "order_statistics", "cluster", "note", "arm", "level",
            "alpha",
        ])
        guard let metric = item.arguments["metric"].string,
            let probability = item.arguments["quantile"].number,
            probability > 0, probability < 1
        else { throw Unsupported("a quantile needs a metric and a probability between 0 and 1") }
        if let type = item.arguments["quantile_type"].string, !type.contains("type 7") {
            throw Unsupported("there is no quantile of '\(type)'")
        }
        let columns = try PartnerColumns(
            item.requireTable(), partner: item.arguments["cluster"].string ?? "partner",
            arm: item.arguments["arm"].string ?? "arm")
        let samples = try columns.samples(metric)
        let result = try quantileDifference(
            control: samples.control, treatment: samples.treatment, probability: probability,
            bracketLevel: try item.confidenceLevel())
        func members(_ arm: ArmQuantile) -> JSONValue {
            [
                "quantile": .number(arm.value), "lower": .number(arm.lowerOrderStatistic),
                "upper": .number(arm.upperOrderStatistic),
                "variance_of_quantile_over_n": .number(arm.standardError * arm.standardError),
                "se": .number(arm.standardError),
            ]
        }
        return [
            "control": members(result.control), "treatment": members(result.treatment),
            "difference": .number(result.estimate.value), "se": .number(result.estimate.standardError),
            "z": .number(result.estimate.statistic),
        ]
    }
]
