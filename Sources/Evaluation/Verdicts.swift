import Model
import Statistics

/// Turns evidence into a verdict a treatment and one recommendation for the pilot.
struct Verdicts {
    let plan: Plan
    let isFinal: Bool
    let effects: [Effect]
    let crossings: [Variant.ID: EffectEvaluation.Crossing]
    let guardrails: [GuardrailResult]
    let health: DataHealth
    let influence: [Influence]
    let money: [MoneySummary]
    let paused: [Variant.ID]

    private var primaryWording: MetricWording { MetricWording(plan.primary) }

    /// Breaches that make a variant harmful; a guardrail that only alerts blocks a scale-up and ends nothing.
    private var pausingBreaches: [GuardrailResult] {
        guardrails.filter { $0.state == .breached && $0.severity == .pause }
    }

    // MARK: Verdicts

    func verdicts() -> [Verdict] { plan.treatments.map { verdict(of: $0.id) } }

    private func verdict(of variant: Variant.ID) -> Verdict {
        func verdict(_ kind: Verdict.Kind, _ reason: String) -> Verdict {
            Verdict(variant: variant, kind: kind, reason: reason)
        }
        if health.isStale {
            return verdict(.invalid, "The data are too old: \(health.staleSources.joined(separator: "; ")).")
        }
        if let mismatch = health.sampleRatios.first(where: \.isMismatch) {
            return verdict(
                .invalid, "The groups do not have the sizes the lots gave them (\(mismatch.question)).")
        }
        if let breach = pausingBreaches.first(where: { $0.variant == variant }) {
            return verdict(.harmful, breach.reason)
        }
        guard let primary = primaryEffect(of: variant), let difference = primary.difference else {
            return verdict(.inconclusive, "No outcome can be counted in both groups yet.")
        }
        let amount = primaryWording.difference(difference)
        switch crossings[variant] ?? .none {
        case .benefit:
            return verdict(
                .superior,
                "\(primaryWording.name) differs from control by \(amount), beyond the boundary of this analysis."
            )
        case .harm:
            return verdict(
                .harmful,
                "\(primaryWording.name) is worse than control: \(amount), beyond the boundary of this analysis."
            )
        case .none: break
        }
        return undecided(variant, primary: primary, amount: amount)
    }

    private func undecided(_ variant: Variant.ID, primary: Effect, amount: String) -> Verdict {
        if isFinal, plan.decision.worthwhileGain > 0, let interval = primary.repeatedInterval {
            let best = primary.metric.benefitSign > 0 ? interval.upper : -interval.lower
            if best < plan.decision.worthwhileGain {
                return Verdict(
                    variant: variant, kind: .noEffectOfInterest,
                    reason:
                        "A gain of \(primaryWording.difference(plan.decision.worthwhileGain)) or more is ruled out."
                )
            }
        }
        let guarding = guardrails.first {
            $0.variant == variant && $0.metric.kind == plan.primary.kind && $0.state == .ok
        }
        if isFinal, let guarding {
            return Verdict(variant: variant, kind: .nonInferior, reason: guarding.reason)
        }
        let isTested = primary.criticalValue != nil && primary.estimate != nil
        let reading = isTested ? "which chance can explain" : "which this analysis may not judge"
        return Verdict(
            variant: variant, kind: .inconclusive,
            reason: "\(primaryWording.name) differs from control by \(amount), \(reading).")
    }

    private func primaryEffect(of variant: Variant.ID) -> Effect? {
        effects.first { $0.role == .primary && $0.variant == variant }
    }

    // MARK: Recommendation

    func recommendation(_ verdicts: [Verdict]) -> Recommendation {
        let superior = verdicts.filter { $0.kind == .superior }
        let breaches = pausingBreaches
        let isNew = breaches.contains { !paused.contains($0.variant) }
        if let breach = breaches.first(where: { !paused.contains($0.variant) }) ?? breaches.first,
            superior.isEmpty || (isNew && !isFinal)
        {
            return Recommendation(
                action: isFinal ? .stop : .pause, variant: breach.variant, reasons: [breach.reason],
                blockers: [])
        }
        if let invalid = verdicts.first(where: { $0.kind == .invalid }) {
            return Recommendation(
                action: isFinal ? .extend : .continue, variant: nil, reasons: [invalid.reason],
                blockers: ["Nothing is decided on data that may not be believed."])
        }
        let best = superior.max { left, right in benefit(of: left.variant) < benefit(of: right.variant) }
        if let best {
            let blockers = blockers(of: best.variant)
            guard !blockers.isEmpty else {
                return Recommendation(
                    action: .scale, variant: best.variant, reasons: [best.reason] + support(of: best.variant),
                    blockers: [])
            }
            return Recommendation(
                action: isFinal ? .extend : .continue, variant: best.variant, reasons: [best.reason],
                blockers: blockers)
        }
        if verdicts.allSatisfy({ $0.kind == .harmful || $0.kind == .noEffectOfInterest }) {
            return Recommendation(action: .stop, variant: nil, reasons: verdicts.map(\.reason), blockers: [])
        }
        if !isFinal,
            let harmed = verdicts.first(where: { $0.kind == .harmful && !paused.contains($0.variant) })
        {
            return Recommendation(
                action: .pause, variant: harmed.variant, reasons: [harmed.reason], blockers: [])
        }
        return Recommendation(
            action: isFinal ? .stop : .continue, variant: nil,
            reasons: isFinal
                ? ["The last planned analysis shows no gain."] + verdicts.map(\.reason)
                : verdicts.map(\.reason),
            blockers: [])
    }

    private func benefit(of variant: Variant.ID) -> Double {
        primaryEffect(of: variant).flatMap { effect in
            effect.difference.map { $0 * effect.metric.benefitSign }
        } ?? -.infinity
    }

    private func blockers(of variant: Variant.ID) -> [String] {
        var blockers = guardrails.filter { $0.variant == variant && $0.state != .ok }.map(\.reason)
        blockers += influence.filter { $0.variant == variant }.flatMap(\.fragility)
        if paused.contains(variant) { blockers.append("New promises of '\(variant)' are paused.") }
        if let money = money.first(where: { $0.variant == variant }) {
            if let reason = money.unavailable {
                blockers.append("Whether the gain pays for the incentives is not known: \(reason)")
            } else if let net = money.netPerContract, net <= 0 {
                blockers.append(
                    "The gain does not pay for the incentives: each due contract costs more than it brings.")
            }
        }
        return blockers
    }

    private func support(of variant: Variant.ID) -> [String] {
        var reasons = guardrails.filter { $0.variant == variant }.map(\.reason)
        if let money = money.first(where: { $0.variant == variant }), let net = money.netPerContract {
            let amount = Money(minorUnits: Int64(net.rounded()), currency: money.currency)
            reasons.append("After incentives each due contract brings \(amount) a year more than control's.")
        }
        return reasons
    }
}
