import Statistics

/// Checks that counts follow planned shares.
let sampleRatioMethods: [String: Solver] = ["srm": solveSampleRatio]

private func solveSampleRatio(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let observed = item.arguments["observed"].elements.compactMap(\.integer)
    let weights = item.arguments["weights"].elements.compactMap(\.number)
    guard observed.count == item.arguments["observed"].elements.count, observed.count == weights.count else {
        throw Unsupported("'observed' needs whole numbers and 'weights' as many shares")
    }
    let test = try sampleRatioTest(observed: observed, weights: weights)
    var answer: [String: JSONValue] = [
        "chisq": .number(test.statistic),
        "df": .number(Double(test.degreesOfFreedom)),
        "p": .number(test.pValue),
        "exact_p": .optional(test.exactPValue),
        "contributions": .numbers(test.arms.map(\.contribution)),
    ]
    if observed.count == 2 { answer["binomial_exact_p"] = .optional(test.exactPValue) }
    for concentration in [1, 10, 100, 1000] {
        var sequence = try SequentialSampleRatio(weights: weights, concentration: Double(concentration))
        try sequence.read(total: observed)
        answer["log_bayes_factor_alpha_\(concentration)w"] = .number(sequence.logBayesFactor)
        answer["sequential_p_single_look_alpha_\(concentration)w"] = .number(sequence.pValue)
    }
    return answer
}
