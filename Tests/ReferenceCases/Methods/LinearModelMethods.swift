import Statistics

let linearModelMethods: [String: Solver] = [
    "ols_cluster_robust": olsClusterRobust,
    "ols_cluster_jackknife": olsClusterJackknife,
    "ols_hc2": olsHC2,
    "lin_adjustment": linAdjustment,
    "lin_adjustment_cluster": linAdjustmentCluster,
    "did_partner_fixed_effects": differenceInDifferences,
    "wls_partner_average": weightedPartnerAverage,
    "wald_multi_constraint": waldMultiConstraint,
    "icc": intraclassCorrelations,
]

private func olsClusterRobust(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let model = try clusteredModel(item)
    let named = item.arguments["vcov"].string
    // clubSandwich's CR1p is CR1 with G/(G − p) in place of G/(G − 1).
    let isParameterCounted = named == "CR1p"
    let correction = try varianceCorrection(isParameterCounted ? "CR1" : named)
    let clusters = Double(model.clusterCount)
    let factor = isParameterCounted ? (clusters - 1) / (clusters - Double(model.parameterCount)) : 1
    guard factor > 0, factor.isFinite else { throw Unsupported("CR1p needs more partners than coefficients") }
    let level = item.arguments["level"].number ?? 0.95
    let covariance = model.covariance(correction)
    var rows: [TestRow] = []
    for (k, term) in model.formula.terms.enumerated() {
        let degreesOfFreedom: Double
        switch item.arguments["test"].string ?? "Satterthwaite" {
        case "Satterthwaite":
            degreesOfFreedom = model.degreesOfFreedom(
                of: try model.contrast(of: term), correction: correction, reference: .satterthwaite(.identity)
            )
        case "naive-t": degreesOfFreedom = Double(model.clusterCount - 1)
        case "naive-tp": degreesOfFreedom = Double(model.clusterCount - model.parameterCount)
        case "z": degreesOfFreedom = .infinity
        case let other: throw Unsupported("there is no test '\(other)' for coefficients")
        }
        rows.append(
            TestRow(
                value: model.coefficients[k], standardError: (factor * covariance[k][k]).squareRoot(),
                degreesOfFreedom: degreesOfFreedom, level: level))
    }
    return [
        "coefficients": .array(model.formula.terms.map(JSONValue.string)),
        "estimate": .numbers(rows.map(\.value)), "se": .numbers(rows.map(\.standardError)),
        "t": .numbers(rows.map(\.statistic)), "df": .numbers(rows.map(\.degreesOfFreedom)),
        "p": .numbers(rows.map(\.pValue)), "ci_low": .numbers(rows.map(\.lower)),
        "ci_high": .numbers(rows.map(\.upper)),
    ]
}

private func olsClusterJackknife(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let jackknife = try clusteredModel(item).jackknife()
    let tests = zip(jackknife.coefficients, jackknife.standardErrors).map { value, error in
        error.map {
            Estimate(value: value, standardError: $0, degreesOfFreedom: jackknife.degreesOfFreedom)
        }
    }
    return [
        "coefficients": .array(jackknife.terms.map(JSONValue.string)),
        "estimate": .numbers(jackknife.coefficients), "se_CV3": .numbers(jackknife.standardErrors),
        "se_CV3J": .numbers(jackknife.centeredStandardErrors),
        "t_CV3": .numbers(tests.map { $0?.statistic }), "df": .number(jackknife.degreesOfFreedom),
        "p_CV3": .numbers(tests.map { $0?.pValue() }),
    ]
}

private func olsHC2(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let means = try PartnerMeans(item)
    guard let formula = item.arguments["formula"].string else { throw Unsupported("the case has no formula") }
    guard item.arguments["vcov"].string ?? "HC2" == "HC2" else {
        throw Unsupported("only HC2 is offered for partner-level regressions")
    }
    let design = try LinearModelDesign(formula, table: means.table(outcome: formula))
    let model = try design.fit(clusters: Array(0..<means.count), clusterCount: means.count)
    guard let term = design.regressors.first?.name else { throw Unsupported("'\(formula)' has no regressor") }
    return try testRow(model.estimate(of: term, correction: .cr2, reference: .residual)).json
}

private func linAdjustment(_ item: ReferenceCase) throws -> [String: JSONValue] {
    guard item.arguments["vcov"].string ?? "HC2" == "HC2" else {
        throw Unsupported("only HC2 is offered for partner-level regressions")
    }
    let means = try PartnerMeans(item)
    let arms = try means.arms(item)
    return try testRow(
        linAdjustedDifference(
            control: arms.control, treatment: arms.treatment, minimumPartnersPerArm: 2, reference: .residual)
    ).json
}

private func linAdjustmentCluster(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let arms = try PartnerMeans(item).arms(item)
    return try testRow(
        customerAdjustedDifference(
            control: arms.control, treatment: arms.treatment, adjustment: .lin, minimumPartnersPerArm: 2,
            workingCovariance: .identity)
    ).json
}

private func differenceInDifferences(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let model = try clusteredModel(item)
    guard let term = model.formula.regressors.first else { throw Unsupported("the formula has no regressor") }
    let correction = try varianceCorrection(item.arguments["vcov"].string)
    let isCorrected = correction == .cr2 || correction == .cr3
    return try testRow(
        model.estimate(
            of: term, correction: correction,
            reference: isCorrected ? .satterthwaite(.identity) : .partners)
    ).json
}

private func weightedPartnerAverage(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let table = try item.requireTable()
    let outcome = try outcomeColumn(item)
    let arm = item.arguments["arm"].string ?? "arm"
    let design = try LinearModelDesign("\(outcome) ~ \(arm)", table: table)
    let model = try clusteredModel(item, design: design)
    let correction = try varianceCorrection(item.arguments["vcov"].string)
    return try testRow(
        model.estimate(of: arm, correction: correction, reference: .satterthwaite(.identity))
    ).json
}

private func waldMultiConstraint(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let model = try clusteredModel(item)
    let correction = try varianceCorrection(item.arguments["vcov"].string)
    let name = item.arguments["test"].string ?? "HTZ"
    let reference: WaldReference =
        switch name {
        case "HTZ": .approximateHotelling(.identity)
        case "Naive-F", "Naive-Fp": .naiveF
        case "chi-sq": .chiSquared
        case let other: throw Unsupported("there is no test '\(other)' of several constraints")
        }
    let constraints = try zeroConstraints(item.arguments["constraints"]).map {
        try model.contrast(of: $0)
    }
    let test = try model.waldTest(constraints, correction: correction, reference: reference)
    if name == "Naive-Fp" {
        let denominator = Double(model.clusterCount - model.parameterCount)
        guard denominator > 0 else { throw Unsupported("Naive-Fp needs more partners than coefficients") }
        let law = FDistribution(d1: test.numeratorDegreesOfFreedom, d2: denominator)
        return [
            "F": .number(test.fStatistic), "df_num": .number(test.numeratorDegreesOfFreedom),
            "df_denom": .number(denominator), "p": .number(law.survival(test.fStatistic)),
        ]
    }
    return [
        "F": .number(test.fStatistic), "df_num": .number(test.numeratorDegreesOfFreedom),
        "df_denom": .optional(test.denominatorDegreesOfFreedom), "p": .number(test.pValue),
    ]
}

private func intraclassCorrelations(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let totals = try PartnerMeans(item).totals
    guard let variation = AnalysisOfVariance(groups: [totals]), let sizes = PartnerSizes(totals) else {
        throw Unsupported("the table has no partners with several customers")
    }
    let table = try item.requireTable()
    let (clusters, labels) = try table.groups(item.arguments["cluster"].string ?? "partner")
    let outcome = try outcomeColumn(item)
    // The random-intercept model of the cases has the arm as its fixed part.
    let arm = item.arguments["arm"].string ?? "arm"
    let fixed = table.names.contains(arm) ? "\(outcome) ~ \(arm)" : "\(outcome) ~ 1"
    let design = try LinearModelDesign(fixed, table: table)
    let random = try ClusterCrossProducts(
        clusters: clusters, clusterCount: labels.count, columns: design.regressors + [design.outcome]
    ).randomInterceptFit(design.formula)
    return [
        "icc_anova": .optional(variation.intraclassCorrelation), "msb": .number(variation.meanSquareBetween),
        "msw": .number(variation.meanSquareWithin), "n0": .number(variation.adjustedMeanSize),
        "mean_size": .number(sizes.mean), "cv_size_sd_n_minus_1": .optional(sizes.coefficientOfVariation),
        "kish_meff": .number(sizes.customerWeightedMean), "lmer_var_partner": .number(random.betweenVariance),
        "lmer_var_resid": .number(random.residualVariance),
    ]
}
