import Statistics

let kaplanMeierMethods: [String: Solver] = [
    "kaplan_meier": kaplanMeierAtTimes,
    "kaplan_meier_cluster_robust": clusteredSurvivalAtTimes,
    "km_quantile": kaplanMeierQuantiles,
    "nelson_aalen": nelsonAalenAtTimes,
    "logrank": logRankCase,
    "logrank_stratified": logRankCase,
]

private func limits(_ name: JSONValue) throws -> SurvivalLimits {
    switch name {
    case .null, "log-log": .logLog
    case "log": .log
    case "plain": .plain
    default: throw Unsupported("there are no limits of type \(name)")
    }
}

private func kaplanMeierAtTimes(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    let limits = try limits(item.arguments["conf_type"])
    let level = item.arguments["level"].number ?? 0.95
    let curves = try columns.samples().map {
        try kaplanMeier($0, limits: limits, confidenceLevel: level, minimumAtRisk: nil)
    }
    return columns.atTimes(item) { arm, time in
        // Before the first point the curve is certain; beyond the last one it is held.
        let point = curves[arm].points.last { $0.time <= time }
        guard let point else {
            return [
                "n_risk": .number(Double(curves[arm].atRisk(at: time))), "surv": 1, "se_greenwood": 0,
                "ci_low": 1, "ci_high": 1,
            ]
        }
        return [
            "n_risk": .number(Double(curves[arm].atRisk(at: time))), "surv": .number(point.survival),
            "se_greenwood": .optional(point.standardError), "ci_low": .optional(point.lower),
            "ci_high": .optional(point.upper),
        ]
    }
}

private func clusteredSurvivalAtTimes(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    let samples = try columns.samples()
    let ends = samples.map { $0.time.max() ?? 0 }
    return try columns.atTimes(item) { arm, time in
        guard time > 0 else { return ["surv": 1, "se_robust": 0] }
        let result = try clusteredSurvival(samples[arm], at: min(time, ends[arm]))
        return ["surv": .number(result.survival), "se_robust": .optional(result.standardError)]
    }
}

private func kaplanMeierQuantiles(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    let limits = try limits(item.arguments["conf_type"])
    let level = item.arguments["level"].number ?? 0.95
    let probabilities = item.arguments["probs"].elements.compactMap(\.number)
    let quantiles = try columns.samples().map { sample in
        let curve = try kaplanMeier(
            sample, limits: limits, confidenceLevel: level, minimumAtRisk: nil)
        return probabilities.map { (curve: curve, quantile: curve.quantile($0)) }
    }
    func table(_ value: ((curve: SurvivalCurve, quantile: SurvivalQuantile)) -> Double?) -> JSONValue {
        .array(quantiles.map { .numbers($0.map(value)) })
    }
    return [
        "arm": .array(columns.arms.labels.map { .string($0) }), "quantile": table(\.quantile.time),
        "lower": table {
            asFoundBySorting($0.quantile.lower, of: $0.curve, $0.quantile.probability, \.lower)
        },
        "upper": table {
            asFoundBySorting($0.quantile.upper, of: $0.curve, $0.quantile.probability, \.upper)
        },
    ]
}

/// Where a limit reaches a level: the library's first crossing, unless the limit rises again somewhere.
///
/// Limits can rise as fewer are at risk. survival's `quantile.survfit` sorts them before it looks the level up, so
/// that it answers with the time of the point next below the level, be it the first or not.
private func asFoundBySorting(
    _ answer: Double?, of curve: SurvivalCurve, _ probability: Double,
    _ limit: (SurvivalCurve.Point) -> Double?
) -> Double? {
    let points = curve.points.compactMap { point in limit(point).map { (time: point.time, value: $0) } }
    let isMonotone = zip(points, points.dropFirst()).allSatisfy { $0.value >= $1.value }
    guard answer != nil, !isMonotone else { return answer }
    let tolerance = Double.ulpOfOne.squareRoot()
    func next(below level: Double) -> Double? {
        let candidates = points.filter { $0.value <= level }
        return candidates.map(\.value).max().flatMap { top in candidates.first { $0.value == top }?.time }
    }
    let level = 1 - probability
    guard let reached = next(below: level + tolerance), let passed = next(below: level - tolerance) else {
        return answer
    }
    return (reached + passed) / 2
}

private func nelsonAalenAtTimes(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    let hazards = try columns.samples().map { try nelsonAalen($0) }
    return columns.atTimes(item) { arm, time in
        let point = hazards[arm].points.last { $0.time <= time }
        return ["cumhaz": .number(point?.value ?? 0), "se": .number(point?.standardError ?? 0)]
    }
}

private func logRankCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    let strata = try item.arguments["strata"].string.map { try item.requireTable().groups($0) }
    let samples = try (0..<(strata?.labels.count ?? 1)).map { stratum in
        try columns.samples { row in strata.map { $0.index[row] == stratum } ?? true }
    }
    let test = try logRank(strata: samples, rho: item.arguments["rho"].number ?? 0)
    return [
        "n": .numbers(test.groupSizes.map(Double.init)), "observed": .numbers(test.observed),
        "expected": .numbers(test.expected), "chisq": .number(test.chiSquared),
        "df": .number(Double(test.degreesOfFreedom)), "p": .number(test.pValue),
        "var11": .number(test.covariance[0][0]),
    ]
}
