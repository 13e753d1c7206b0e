import Model
import Statistics

extension Method {
    /// Design, estimator, variance, sequential method and levels, one sentence each.
    static func statements(plan: Plan, look: Look) -> [String] {
        [
            design(plan),
            "The unit of randomisation and the cluster is the partner; analysis is by intention to treat over the "
                + "cohort fixed at assignment.",
            "Customer-average effects are differences of rates with CR2 standard errors (Bell & McCaffrey 2002) and "
                + "Imbens–Kolesár degrees of freedom (2016); partner-average effects are differences of mean partner "
                + "rates by Welch's t test. The other estimand always stands beside.",
            sequential(plan, look),
            deciding,
            guardrails(plan),
            "Intervals marked 'all analyses' are repeated confidence intervals (Jennison & Turnbull 1989): the "
                + "boundary's t quantile times the standard error.",
            plan.decision.worthwhileGain > 0
                ? "Smallest gain worth having: \(NumberFormat.points(plan.decision.worthwhileGain)) points."
                : "The plan states no smallest gain worth having.",
            "Data gate: every source complete to within \(PlainWords.counted(plan.decision.maxStalenessDays, "day")) "
                + "of the look; dates are in \(plan.timeZone).",
        ]
    }

    /// One rule for every pilot, fixed before it starts.
    private static let deciding =
        "Before the last look the t test's p (churn: the clustered log-rank test's) is held against the boundary, "
        + "unless an arm has fewer than eight effective partners; at "
        + "the last look, and at every look with fewer than ten partners in the smaller arm, the randomisation test's "
        + "p is held against the nominal level. Where that test is withheld, the t test's p stands in at the last look "
        + "and nothing is decided with fewer than ten partners."

    private static func design(_ plan: Plan) -> String {
        let weights = plan.variants.map { "\($0.id) \($0.weight)" }.joined(separator: ", ")
        switch plan.design.kind {
        case .stratified:
            let strata =
                plan.design.strata.isEmpty
                ? "one stratum" : "strata by \(PlainWords.list(plan.design.strata))"
            return
                "Design: permuted blocks of \(plan.design.blockSize) partners within \(strata); weights \(weights)."
        case .external:
            let mechanism =
                plan.design.mechanism.map { "drawn by: \($0)" }
                ?? "how lots were drawn is not known, so no randomisation test can replay it"
            return PlainWords.sentence("Design: assigned outside and imported; \(mechanism)")
        }
    }

    private static func sequential(_ plan: Plan, _ look: Look) -> String {
        let rule = plan.decision
        let count = plan.treatments.count
        let shared = count > 1 ? ", shared evenly by \(count) treatments" : ""
        return
            "Group-sequential test by alpha spending (Lan & DeMets 1983), \(name(rule.spending)), total two-sided "
            + "alpha \(NumberFormat.smallProbability(rule.alphaTwoSided))\(shared); planned information fraction "
            + "\(NumberFormat.percent(look.informationFraction)) at look \(look.plannedIndex) of "
            + "\(look.plannedLooks)\(look.isFinal ? ", the final one" : "")."
    }

    private static func guardrails(_ plan: Plan) -> String {
        let rule = plan.decision
        return "Guardrails: non-inferiority and deterioration tests, each at one-sided alpha "
            + "\(NumberFormat.smallProbability(rule.guardrailAlphaOneSided)) over all looks, "
            + "\(name(rule.guardrailSpending)); guardrails are not adjusted for one another."
    }

    private static func name(_ spending: SpendingFunction) -> String {
        let parameter = spending.parameter.map { NumberFormat.fixed($0, decimals: 2) }
        return switch spending.kind {
        case .obrienFleming: "O'Brien–Fleming-type spending"
        case .pocock: "Pocock-type spending"
        case .hwangShihDeCani: "Hwang–Shih–DeCani spending" + (parameter.map { " with gamma \($0)" } ?? "")
        case .kimDeMets: "Kim–DeMets spending" + (parameter.map { " with rho \($0)" } ?? "")
        }
    }
}

/// What a metric counts, in one sentence.
enum MetricDefinition {
    static func text(_ metric: Metric) -> String {
        let grace = PlainWords.counted(metric.graceDays, "day")
        switch metric.kind {
        case .renewalRate:
            return
                "Share of due contracts renewed by the due date plus \(grace); a contract enters numerator and "
                + "denominator together then."
        case .churn:
            let origin = metric.origin == .assignment ? "assignment" : "contract start, with delayed entry"
            let horizon = PlainWords.counted(metric.horizonDays, "day")
            return "Probability that a customer has left within \(horizon) of \(origin) (Kaplan–Meier)."
        case .netRevenueRetention:
            return
                "Recurring revenue of due contracts after their decision over what it was before, at the due date "
                + "plus \(grace)."
        case .discountDepth:
            return
                "Mean discount of the contracts that renewed a due contract, at the due date plus \(grace)."
        case .binary: return "Share of the imported trial's customers with a positive outcome."
        }
    }

    static func text(_ estimand: Metric.Estimand) -> String {
        switch estimand {
        case .customerAverage: "customer average"
        case .partnerAverage: "partner average"
        }
    }
}
