import Statistics

/// Inference that holds at any time.
let confidenceSequenceMethods: [String: Solver] = [
    "asymptotic_confidence_sequence": asymptoticCase,
    "confseq_boundary": uniformBoundaryCase,
    "confseq_bernoulli": bernoulliCase,
    "msprt_normal": mixtureTestCase,
]

private func asymptoticCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let arguments = item.arguments
    let times = arguments["t"].elements.compactMap(\.number)
    guard let alpha = arguments["alpha"].number, let optimum = arguments["t_opt"].number,
        let variance = arguments["variance"].number, !times.isEmpty
    else { throw Unsupported("expected alpha, t_opt, t and variance") }
    let approximate = AsymptoticConfidenceSequence(approximatelyNarrowestAt: optimum, alpha: alpha)
    let exact = AsymptoticConfidenceSequence(narrowestAt: optimum, alpha: alpha)
    return [
        "rho2_approx": .number(approximate.rhoSquared),
        "rho2_exact": .number(exact.rhoSquared),
        "margin": .numbers(times.map { approximate.margin(partners: $0, variance: variance) }),
        "margin_rho2_exact": .numbers(times.map { exact.margin(partners: $0, variance: variance) }),
        // The reference tunes the one-sided form by the exact optimum.
        "margin_one_sided": .numbers(times.map { exact.oneSidedMargin(partners: $0, variance: variance) }),
    ]
}

private func uniformBoundaryCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let arguments = item.arguments
    let times = arguments["v"].elements.compactMap(\.number)
    guard let alpha = arguments["alpha"].number, !times.isEmpty else {
        throw Unsupported("expected alpha and v")
    }
    func curve(_ boundary: UniformBoundary) -> JSONValue {
        .numbers(times.map { boundary.value(at: $0, alpha: alpha) })
    }
    if let start = arguments["v_min"].number, let scale = arguments["c"].number,
        let exponent = arguments["s"].number, let ratio = arguments["eta"].number
    {
        return [
            "bound": curve(
                .stitched(start: start, scale: scale, exponent: exponent, epochRatio: ratio))
        ]
    }
    guard let optimum = arguments["v_opt"].number else {
        throw Unsupported("expected v_opt, or v_min with c, s and eta")
    }
    let tuning = arguments["alpha_opt"].number ?? 0.05
    if let below = arguments["g"].number, let above = arguments["h"].number {
        return [
            "two_sided": curve(
                .betaBinomial(optimum: optimum, tuningAlpha: tuning, below: below, above: above))
        ]
    }
    if let scale = arguments["c"].number {
        return ["bound": curve(.gammaExponential(optimum: optimum, tuningAlpha: tuning, scale: scale))]
    }
    return [
        "one_sided": curve(.oneSidedNormalMixture(optimum: optimum, tuningAlpha: tuning)),
        "two_sided": curve(.normalMixture(optimum: optimum, tuningAlpha: tuning)),
    ]
}

private func bernoulliCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let arguments = item.arguments
    let (successes, trials) = (arguments["successes"].elements, arguments["n"].elements)
    guard let alpha = arguments["alpha"].number, let optimum = arguments["t_opt"].number,
        successes.count == trials.count
    else { throw Unsupported("expected successes, n, alpha and t_opt") }
    let tuning = arguments["alpha_opt"].number ?? 0.05
    return [
        "ci": .array(
            try zip(successes, trials).map { successes, trials in
                guard let successes = successes.integer, let trials = trials.integer else {
                    throw Unsupported("expected whole numbers of successes and trials")
                }
                let interval = bernoulliConfidenceSequence(
                    successes: successes, trials: trials, alpha: alpha, optimum: optimum, tuningAlpha: tuning)
                return .numbers([interval.lower, interval.upper])
            })
    ]
}

private func mixtureTestCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let looks = try item.arguments["rows"].elements.map { row in
        guard let estimate = row["estimate"].number, let error = row["se"].number,
            let variance = row["tau2"].number, error > 0
        else { throw Unsupported("expected estimate, se and tau2 in every row") }
        return NormalMixture.logEValue(z: estimate / error, varianceRatio: variance / (error * error))
    }
    return [
        "log_e_value": .numbers(looks),
        "p_single_look": .numbers(looks.map(NormalMixture.pValue(logEValue:))),
    ]
}
