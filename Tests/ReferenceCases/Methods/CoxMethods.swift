import Statistics

let coxMethods: [String: Solver] = [
    "cox_ph": coxCase,
    "cox_ph_startstop": coxStartStopCase,
    "cox_cluster_dfbeta": coxInfluenceCase,
    "cox_zph": proportionalHazardsCase,
]

/// A Cox regression's observations and covariates as a case names them.
private struct CoxCase {
    let survival: SurvivalColumns
    let observations: SurvivalSample
    let model: CoxModel
    /// The coefficients' names, as R writes them.
    let names: [String]
    /// The terms' names, each with how many coefficients it has.
    let terms: [(name: String, size: Int)]
    let ties: CoxTies

    init(_ item: ReferenceCase, entry: String = "entry", time: String = "time") throws {
        let table = try item.requireTable()
        survival = try SurvivalColumns(item, entry: entry, time: time)
        observations = try survival.sample()
        let written = ([item.arguments["arm"]] + item.arguments["covariates"].elements).compactMap(\.string)
        guard !written.isEmpty else { throw Unsupported("the case names no covariate") }
        let designs = try written.map { try LinearModelDesign("\(written[0]) ~ \($0)", table: table) }
        let columns = designs.flatMap(\.regressors)
        names = columns.map(\.name)
        terms = zip(written, designs).map { ($0, $1.regressors.count) }
        let strata = try item.arguments["strata"].string.map { try table.groups($0).index }
        model = try CoxModel(observations, covariates: columns.map(\.values), stratum: strata)
        switch item.arguments["ties"] {
        case .null, "efron": ties = .efron
        case "breslow": ties = .breslow
        case let other: throw Unsupported("ties are not treated by \(other)")
        }
    }
}

private func coxCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let regression = try CoxCase(item)
    let fit = try regression.model.fit(ties: regression.ties)
    var answer: [String: JSONValue] = [
        "coefficients": .array(regression.names.map { .string($0) }),
        "coef": .numbers(fit.coefficients.map(\.value)),
        "se_model": .numbers(fit.coefficients.map(\.modelStandardError)),
        "loglik_null": .number(fit.nullLogLikelihood), "loglik": .number(fit.logLikelihood),
        "lr_chisq": .number(fit.likelihoodRatioTest.statistic),
        "score_chisq": .number(fit.scoreTest.statistic),
        "wald_chisq": .optional(fit.waldTest?.statistic),
    ]
    if item.arguments["cluster"] != .null {
        answer["se_robust"] = .numbers(fit.coefficients.map(\.robustStandardError))
        answer["robust_score_chisq"] = .number(
            try regression.model.robustScoreTest(ties: regression.ties).statistic)
    }
    return answer
}

private func coxStartStopCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let regression = try CoxCase(item, entry: "start", time: "stop")
    let fit = try regression.model.fit(ties: regression.ties)
    return [
        "coef": .numbers(fit.coefficients.map(\.value)),
        "se_model": .numbers(fit.coefficients.map(\.modelStandardError)),
        "se_robust": .numbers(fit.coefficients.map(\.robustStandardError)),
        "loglik": .numbers([fit.nullLogLikelihood, fit.logLikelihood]),
    ]
}

private func coxInfluenceCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let regression = try CoxCase(item)
    let fit = try regression.model.fit(ties: regression.ties)
    guard let influence = fit.partnerInfluence else {
        throw Unsupported("a coefficient has no finite estimate")
    }
    var answer: [String: JSONValue] = [
        "cluster": .array(regression.survival.cluster.labels.map { .string($0) })
    ]
    for (k, name) in regression.names.enumerated() {
        answer["dfbeta_\(name)"] = .numbers(influence.map { $0[k] })
    }
    return answer
}

private func proportionalHazardsCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let regression = try CoxCase(item)
    let transform: TimeTransform
    switch item.arguments["transform"] {
    case .null, "km": transform = .kaplanMeier
    case "identity": transform = .identity
    case "log": transform = .logarithm
    case "rank": transform = .rank
    case let other: throw Unsupported("time is not transformed by \(other)")
    }
    let test = try regression.model.proportionalHazardsTest(
        of: regression.observations, transform: transform, ties: regression.ties)
    // A term of one coefficient goes by the name it is written with, unless every coefficient has its row.
    let isByTerm = item.arguments["terms"].bool ?? true
    let rows = test.coefficients + [test.global]
    var labels = regression.names
    if isByTerm {
        guard regression.terms.allSatisfy({ $0.size == 1 }) else {
            throw Unsupported("a test of a term with several coefficients is not offered")
        }
        labels = regression.terms.map(\.name)
    }
    return [
        "rows": .array((labels + ["GLOBAL"]).map { .string($0) }),
        "chisq": .numbers(rows.map(\.statistic)),
        "df": .numbers(rows.map { Double($0.degreesOfFreedom) }), "p": .numbers(rows.map(\.pValue)),
    ]
}
