import Model
import Statistics

/// A guardrail's state at a look: see "Guardrail states" in docs/ARCHITECTURE.md.
struct GuardrailEvaluation {
    let guardrail: Guardrail
    let effect: Effect
    /// Whether both arms have something to measure, enough for an estimate or not.
    let hasObservations: Bool
    let isStale: Bool
    /// Whether an earlier look found this guardrail breached for the same variant.
    let wasBreached: Bool
    /// The store of wording for a number in the metric's unit.
    private var unit: MetricWording { MetricWording(guardrail.metric) }

    init(guardrail: Guardrail, effect: Effect, hasObservations: Bool, isStale: Bool, wasBreached: Bool) {
        self.guardrail = guardrail
        self.effect = effect
        self.hasObservations = hasObservations
        self.isStale = isStale
        self.wasBreached = wasBreached
    }

    func result() -> GuardrailResult {
        var result = GuardrailResult(
            metric: guardrail.metric, severity: guardrail.severity, maxHarm: guardrail.maxHarm,
            variant: effect.variant, state: .notPoweredYet, harm: harm, upperBound: upperBound,
            deteriorationPValue: deteriorationPValue, deteriorationLevel: effect.nominalLevel, reason: "")
        (result.state, result.reason) = stateAndReason()
        return result
    }

    private var harm: Double? { effect.difference.map { -$0 * guardrail.metric.benefitSign } }

    private var upperBound: Double? {
        effect.repeatedInterval.map {
            guardrail.metric.benefitSign > 0 ? -$0.lower : $0.upper
        }
    }

    /// One-sided p of "no harm". Churn is tested over its whole course, other metrics by their difference.
    private var deteriorationPValue: Double? {
        if guardrail.metric.kind == .churn {
            return effect.logRank.map { test in
                StudentT(degreesOfFreedom: test.degreesOfFreedom).survival(test.statistic)
            }
        }
        return effect.estimate?.pValue(alternative: guardrail.metric.benefitSign > 0 ? .less : .greater)
    }

    private func stateAndReason() -> (GuardrailResult.State, String) {
        let limit = unit.difference(guardrail.maxHarm)
        let isBelowMargin = upperBound.map { $0 < guardrail.maxHarm } ?? false
        let hasDeteriorated =
            if let pValue = deteriorationPValue, let level = effect.nominalLevel { pValue <= level } else {
                false
            }
        if hasDeteriorated && !isBelowMargin {
            let amount = harm.map { "by \(unit.difference($0))" } ?? "over the time observed so far"
            return (
                .breached,
                "\(unit.name) is worse than control \(amount); harm beyond the limit of \(limit) cannot be ruled out."
            )
        }
        if wasBreached {
            let today = harm.map { "; now the harm is \(unit.difference($0))" } ?? ""
            return (
                .breached,
                "\(unit.name) was shown to be worse at an earlier analysis, with harm beyond the limit of \(limit) "
                    + "not ruled out\(today); a person must decide."
            )
        }
        if isStale {
            return (.stale, "The data are too old to say anything about \(unit.name.lowercased()).")
        }
        guard hasObservations else {
            return (.noData, "No outcome of \(unit.name.lowercased()) can be counted in both groups yet.")
        }
        if isBelowMargin, let upperBound {
            let shown = hasDeteriorated ? "a small harm is shown, but " : ""
            guard upperBound > 0 else {
                return (.ok, "\(unit.name): any harm is ruled out (limit \(limit)).")
            }
            return (
                .ok,
                "\(unit.name): \(shown)harm of \(unit.difference(upperBound)) or more is ruled out (limit \(limit))."
            )
        }
        if let upperBound {
            return (
                .notPoweredYet,
                "\(unit.name): harm up to \(unit.difference(upperBound)) is still possible (limit \(limit))."
            )
        }
        return (
            .notPoweredYet, "\(unit.name): \(effect.unavailable.first ?? "the uncertainty is not known yet.")"
        )
    }
}

/// How people read a metric's numbers.
struct MetricWording {
    let metric: Metric
    init(_ metric: Metric) { self.metric = metric }

    var name: String {
        switch metric.kind {
        case .renewalRate: "The renewal rate"
        case .churn: "The share of customers lost"
        case .netRevenueRetention: "Net revenue retention"
        case .discountDepth: "The discount depth"
        case .binary: "The outcome rate"
        }
    }

    /// A difference of proportions in percentage points, one decimal, with a true minus sign.
    func difference(_ value: Double) -> String {
        let tenths = Int((abs(value) * 1000).rounded())
        return "\(value < 0 && tenths > 0 ? "\u{2212}" : "")\(tenths / 10).\(tenths % 10) points"
    }
}
