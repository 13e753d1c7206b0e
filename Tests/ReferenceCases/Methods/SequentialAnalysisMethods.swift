import Statistics

/// Analyses of group-sequential trials from the summaries of their stages.
let sequentialAnalysisMethods: [String: Solver] = ["group_sequential_analysis": analysisCase]

private func analysisCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let arguments = item.arguments
    let fractions = arguments["information_rates"].elements.compactMap(\.number)
    guard let alpha = arguments["alpha_one_sided"].number else {
        throw Unsupported("expected alpha_one_sided")
    }
    let boundaries: SequentialDesign.Boundaries =
        if let spending = try spendingFunction(arguments) {
            .spending(spending)
        } else {
            .family(try boundaryFamily(arguments), informationFractions: fractions)
        }
    let estimates = try cumulativeEstimates(arguments)
    guard !estimates.isEmpty, estimates.count <= fractions.count else {
        throw Unsupported("expected one information rate for every stage")
    }
    let analysis = try sequentialAnalysis(
        looks: zip(fractions, estimates).map { SequentialLook(informationFraction: $0, estimate: $1) },
        design: SequentialDesign(alpha: alpha, alternative: .greater, boundaries: boundaries))
    let conclusion = analysis.conclusion
    func everyLook(_ value: (RepeatedInference) -> Double?) -> JSONValue {
        .numbers(fractions.indices.map { $0 < analysis.looks.count ? value(analysis.looks[$0]) : nil })
    }
    func atTheEnd(_ value: Double?) -> JSONValue {
        .numbers(fractions.indices.map { $0 == conclusion?.lookIndex ? value : nil })
    }
    return [
        "overall_effect": everyLook(\.look.estimate.value),
        "overall_z": everyLook(\.look.estimate.statistic),
        // The reference searches errors up to one half.
        "repeated_p": .numbers(
            fractions.indices.map { index in
                index < analysis.looks.count
                    ? analysis.repeatedPValue(atLook: index).map { min($0, 0.5) } : nil
            }),
        "repeated_ci_low": everyLook(\.interval?.lower),
        "repeated_ci_high": everyLook(\.interval?.upper),
        "final_stage": .optional(conclusion.map { Double($0.lookIndex + 1) }),
        "final_p": atTheEnd(conclusion?.pValue),
        "final_ci_low": atTheEnd(conclusion?.interval?.lower),
        "final_ci_high": atTheEnd(conclusion?.interval?.upper),
        "median_unbiased": atTheEnd(conclusion?.medianUnbiasedEstimate),
        "test_actions": .array(
            fractions.indices.map { index in
                index < analysis.looks.count
                    ? action(analysis.looks[index], isLast: index == fractions.count - 1) : .null
            }),
    ]
}

/// The estimates after each stage, by the normal approximation.
private func cumulativeEstimates(_ arguments: JSONValue) throws -> [Estimate] {
    func stages(_ arm: String) throws -> [SampleSummary] {
        let columns = ["n", "mean", "sd"].map { quantity in
            arguments["stage_\(quantity)_\(arm)"].elements.compactMap(\.number)
        }
        guard Set(columns.map(\.count)).count == 1 else {
            throw Unsupported("expected size, mean and standard deviation of every stage of '\(arm)'")
        }
        return columns[0].indices.map {
            SampleSummary(count: columns[0][$0], mean: columns[1][$0], standardDeviation: columns[2][$0])
        }
    }
    let (treatment, control) = (try stages("treat"), try stages("ctrl"))
    guard treatment.count == control.count else { throw Unsupported("arms have different numbers of stages") }
    return try treatment.indices.map { index in
        var estimate = try pooledMeanDifference(
            control: merge(control[...index]), treatment: merge(treatment[...index]))
        estimate.degreesOfFreedom = .infinity
        return estimate
    }
}

private func merge(_ stages: ArraySlice<SampleSummary>) -> SampleSummary {
    stages.dropFirst().reduce(stages[0]) { $0.merged(with: $1) }
}

/// What a look by itself calls for, as the reference words it; it judges looks after a crossing like any other.
private func action(_ inference: RepeatedInference, isLast: Bool) -> JSONValue {
    let isCrossed = inference.boundary.criticalValue.map { inference.look.z > $0 } ?? false
    if isLast { return isCrossed ? "reject" : "accept" }
    return isCrossed ? "reject and stop" : "continue"
}
