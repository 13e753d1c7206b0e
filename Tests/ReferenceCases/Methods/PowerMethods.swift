import Statistics

let powerMethods: [String: Solver] = [
    "power_t_test": solveTTestPower,
    "power_cluster": solveClusterPower,
    "sample_size_two_rates": solveTwoRates,
]

/// Power, sample size and detectable effect of a t test of two independent samples.
private func solveTTestPower(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let effect = try item.number("effect_size")
    let n1 = try item.number("n1")
    let ratio = item.arguments["ratio"].number ?? 1
    let target = item.arguments["power"].number ?? 0.8
    let test = try item.plannedTest()
    let design = ClusterDesign(
        controlPartners: n1, treatmentPartners: n1 * ratio, meanSize: 1, sizeVariation: 0,
        intraclassCorrelation: 0, outcome: .mean(standardDeviation: 1))
    let suffix = String(Int((100 * target).rounded()))
    let size = try design.requiredPartners(effect: effect, power: target, test: test).control
    let detectable = try design.minimumDetectableEffect(power: target, test: test)
    // A two-sided power is the same on both sides of 0, and the search then starts just above it.
    let start = test.claim == .superiority(.twoSided) ? 1e-8 : -1
    return [
        "power": .number(try design.power(effect: effect, test: test)),
        "n1_for_\(suffix)": .number(
            try asFoundByStatsmodels(size, target: target, from: 2, to: 50) { size in
                try ClusterDesign(
                    controlPartners: size, treatmentPartners: size * ratio, meanSize: 1, sizeVariation: 0,
                    intraclassCorrelation: 0, outcome: .mean(standardDeviation: 1)
                ).power(effect: effect, test: test)
            }),
        "mde_\(suffix)": .number(
            try asFoundByStatsmodels(detectable, target: target, from: start, to: 1) {
                try design.power(effect: $0, test: test)
            }),
    ]
}

/// An answer of the library with the distance from the root at which statsmodels stops its search.
private func asFoundByStatsmodels(
    _ answer: Double, target: Double, from lower: Double, to upper: Double, _ power: (Double) throws -> Double
) rethrows -> Double {
    // A power within rounding of 1 is 1, so that the search is not led by the last digit.
    func shortfall(_ value: Double) throws -> Double {
        let power = try power(value)
        return (power > 1 - 1e-14 ? 1 : power) - target
    }
    let search = ExpandingSearch(lower: lower, upper: upper)
    let precise = ExpandingSearch(lower: lower, upper: upper, tolerance: 1e-14)
    guard let found = try search.root(of: shortfall), let exact = try precise.root(of: shortfall) else {
        return answer
    }
    return answer + found - exact
}

/// A clustered comparison of two rates: design effect, customers and partners needed, power of the partners
/// given.
private func solveClusterPower(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let (control, treatment) = (try item.number("p_control"), try item.number("p_treatment"))
    let test = try item.plannedTest()
    let stratum = PlannedStratum(
        controlPartners: try item.number("clusters_control"),
        treatmentPartners: try item.number("clusters_treatment"),
        meanSize: try item.number("mean_cluster_size"),
        sizeVariation: item.arguments["cv_cluster_size"].number ?? 0,
        intraclassCorrelation: try item.number("icc"), outcome: .rate(control: control))
    let design = ClusterDesign(strata: [stratum])
    let alternative: Alternative =
        if case .superiority(let alternative) = test.claim { alternative } else { .twoSided }
    let customers = try sampleSizeForTwoRates(
        control: control, treatment: treatment, alpha: test.alpha,
        power: item.arguments["power"].number ?? 0.8, alternative: alternative, nullVariance: .unpooled)
    let partners = customers.partners(meanSize: stratum.meanSize, designEffect: stratum.designEffect)
    let effect = treatment - control
    return [
        "design_effect": .number(stratum.designEffect),
        "n_individual_per_arm": .number(customers.control),
        "clusters_per_arm_normal": .number(partners.control),
        "se_at_given_clusters": .number(try design.standardError(effect: effect)),
        "df": .number(try design.degreesOfFreedom(.partners)),
        "power_noncentral_t": .number(try design.power(effect: effect, test: test)),
    ]
}

/// Independent customers for a test of two rates; `p1` is the treatment.
private func solveTwoRates(_ item: ReferenceCase) throws -> [String: JSONValue] {
    for option in ["thetaH0", "margin"] where item.arguments[option].number ?? 0 != 0 {
        throw Unsupported("a margin ('\(option)') between two rates of independent customers is not offered")
    }
    let (treatment, control) = (try item.number("p1"), try item.number("p2"))
    let (alpha, isTwoSided) = try item.error()
    let size = try sampleSizeForTwoRates(
        control: control, treatment: treatment, alpha: alpha, power: try item.number("power"),
        alternative: isTwoSided ? .twoSided : treatment > control ? .greater : .less,
        allocationRatio: item.arguments["allocation_ratio"].number ?? 1)
    return [
        "n_total": .number(size.total), "n1": .number(size.treatment), "n2": .number(size.control),
    ]
}

extension ReferenceCase {
    /// A number among the arguments.
    func number(_ name: String) throws -> Double {
        guard let value = arguments[name].number else {
            throw Unsupported("the case has no number '\(name)' among its arguments")
        }
        return value
    }

    /// The total error and whether it covers both directions.
    fileprivate func error() throws -> (alpha: Double, isTwoSided: Bool) {
        if let alpha = arguments["alpha_one_sided"].number { return (alpha, false) }
        return (try number("alpha_two_sided"), true)
    }

    /// A superiority test; a one-sided one looks for an increase.
    fileprivate func plannedTest() throws -> PlannedTest {
        let (alpha, isTwoSided) = try error()
        return PlannedTest(claim: .superiority(isTwoSided ? .twoSided : .greater), alpha: alpha)
    }
}
