import Statistics

let restrictedMeanMethods: [String: Solver] = [
    "rmst": restrictedMeanCase,
    "rmst_pseudo_observations": pseudoObservationCase,
]

private func horizon(_ item: ReferenceCase) throws -> Double {
    guard let tau = item.arguments["tau"].number else { throw Unsupported("the case has no tau") }
    return tau
}

private func restrictedMeanCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    let samples = try columns.samples()
    let tau = try horizon(item)
    let means = try samples.map { try restrictedMean($0, horizon: tau) }
    var answer: [String: JSONValue] = [
        "arm": .array(columns.arms.labels.map { .string($0) }), "rmst": .numbers(means.map(\.value)),
        "se": .numbers(means.map(\.modelStandardError)),
    ]
    guard samples.count == 2 else { return answer }
    let difference = try restrictedMeanDifference(
        control: samples[0], treatment: samples[1], horizon: tau)
    let model = difference.modelEstimate
    let interval = model?.interval(confidenceLevel: item.arguments["level"].number ?? 0.95)
    answer["difference_arm2_minus_arm1"] = .number(difference.difference)
    answer["se_difference"] = .optional(model?.standardError)
    answer["z"] = .optional(model?.statistic)
    answer["p"] = .optional(model?.pValue())
    answer["ci_low"] = .optional(interval?.lower)
    answer["ci_high"] = .optional(interval?.upper)
    answer["log_ratio"] = .number(difference.logRatio)
    answer["se_log_ratio"] = .optional(difference.modelLogRatioEstimate?.standardError)
    return answer
}

/// Pseudo-values of both arms together, regressed on the arm: a difference of partner totals.
private func pseudoObservationCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let columns = try SurvivalColumns(item)
    guard columns.arms.labels.count == 2 else {
        throw Unsupported("pseudo-values are regressed on two arms, not \(columns.arms.labels.count)")
    }
    let sample = try columns.sample()
    guard sample.rowCount == columns.time.count else {
        throw Unsupported("some rows were never at risk")
    }
    let values = try restrictedMeanPseudoValues(sample, horizon: try horizon(item))
    var totals = columns.arms.labels.map { _ in
        [ClusterTotal](repeating: .empty, count: columns.cluster.labels.count)
    }
    for (row, value) in values.enumerated() {
        let (arm, cluster) = (columns.arms.index[row], columns.cluster.index[row])
        totals[arm][cluster] =
            totals[arm][cluster]
            + ClusterTotal(count: 1, numerator: value, denominator: 1, sumOfSquares: value * value)
    }
    let difference = try rateDifference(
        control: totals[0], treatment: totals[1], workingCovariance: .identity)
    let cr1 = try rateDifferenceVariance(control: totals[0], treatment: totals[1], correction: .cr1)
    return [
        "pseudo_first10": .numbers(Array(values.prefix(10))),
        "difference": .number(difference.difference), "se_CR1": .number(cr1.squareRoot()),
        "se_CR2": .optional(difference.estimate?.standardError),
        "df_satt": .optional(difference.estimate?.degreesOfFreedom),
        "p_satt": .optional(difference.estimate?.pValue()),
    ]
}
