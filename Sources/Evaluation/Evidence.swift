import Model
import Statistics

/// All metrics of a pilot at one look, each computed once.
struct Evidence {
    let request: LookRequest
    let cohort: Cohort
    private let outcomes: [Metric: Outcomes]
    private let samples: [Metric: [Variant.ID: ArmSample]]
    /// Primary first, then secondary, then guardrails; within a metric by variant.
    let effects: [Effect]
    private let evaluations: [EffectEvaluation]

    init(request: LookRequest, cohort: Cohort) {
        let plan = request.pilot.plan
        self.request = request
        self.cohort = cohort
        var outcomes: [Metric: Outcomes] = [:]
        var samples: [Metric: [Variant.ID: ArmSample]] = [:]
        for metric in plan.metrics where outcomes[metric] == nil {
            let rows = Outcomes(of: metric, in: cohort, plan: plan, asOf: request.asOf)
            outcomes[metric] = rows
            samples[metric] = ArmSample.samples(of: rows, in: cohort, variants: plan.variants.map(\.id))
        }
        self.outcomes = outcomes
        self.samples = samples
        let roles: [(Effect.Role, [Metric])] = [
            (.primary, [plan.primary]), (.secondary, plan.secondary),
            (.guardrail, plan.guardrails.map(\.metric)),
        ]
        evaluations = roles.flatMap { role, metrics in
            metrics.flatMap { metric in
                plan.treatments.compactMap { variant in
                    guard let control = samples[metric]?[Variant.control],
                        let treatment = samples[metric]?[variant.id]
                    else { return nil }
                    return EffectEvaluation(
                        request: request, cohort: cohort, metric: metric, role: role, variant: variant.id,
                        control: control, treatment: treatment)
                }
            }
        }
        effects = evaluations.map { $0.effect() }
    }

    func isObserved(by metric: Metric) -> [Bool] {
        var isObserved = [Bool](repeating: false, count: cohort.members.count)
        for row in outcomes[metric]?.rows ?? [] { isObserved[row.member] = true }
        return isObserved
    }

    func crossings(isFinal: Bool) -> [Variant.ID: EffectEvaluation.Crossing] {
        Dictionary(
            uniqueKeysWithValues: zip(evaluations, effects).filter { $1.role == .primary }.map {
                evaluation, effect in
                let crossing =
                    effect.criticalValue == nil
                    ? lastCrossing(of: effect.variant)
                    : EffectEvaluation.crossing(
                        of: effect, isFinal: isFinal, hasFewPartners: evaluation.hasFewPartners,
                        isReplayable: request.pilot.plan.design.kind == .stratified)
                return (effect.variant, crossing)
            })
    }

    /// A look that adds no information leaves standing what the look before it found.
    private func lastCrossing(of variant: Variant.ID) -> EffectEvaluation.Crossing {
        let last = request.snapshot.previousLooks.last?.verdicts.first { $0.variant == variant }
        return last?.kind == .superior ? .benefit : .none
    }

    func guardrails(isStale: Bool) -> [GuardrailResult] {
        request.pilot.plan.guardrails.flatMap { guardrail in
            zip(evaluations, effects).filter {
                $1.role == .guardrail && $1.metric == guardrail.metric
            }.map { evaluation, effect in
                let wasBreached = request.snapshot.previousLooks.contains { look in
                    look.guardrails.contains {
                        $0.metric == guardrail.metric && $0.variant == effect.variant && $0.state == .breached
                    }
                }
                return GuardrailEvaluation(
                    guardrail: guardrail, effect: effect,
                    hasObservations: evaluation.control.hasObservations
                        && evaluation.treatment.hasObservations,
                    isStale: isStale, wasBreached: wasBreached
                ).result()
            }
        }
    }

    func influence() -> [Influence] {
        zip(evaluations, effects).filter { $1.role == .primary }.compactMap { evaluation, effect in
            InfluenceEvaluation(
                cohort: cohort, effect: effect, control: evaluation.control, treatment: evaluation.treatment,
                alphaTwoSided: request.pilot.plan.decision.alphaTwoSided
            ).influence()
        }
    }

    func arms() -> [ArmSummary] {
        let plan = request.pilot.plan
        let rows = outcomes[plan.primary]?.rows ?? []
        let isObserved = isObserved(by: plan.primary)
        return plan.variants.map { variant in
            let members = cohort.members.indices.filter {
                cohort.members[$0].assignment.variant == variant.id
            }
            let own = rows.filter { cohort.members[$0.member].assignment.variant == variant.id }
            return ArmSummary(
                variant: variant.id, partnersAssigned: members.count,
                partnersObserved: members.count { isObserved[$0] }, due: own.count,
                matured: own.count(where: \.isMature),
                renewed: own.count { ($0.numerator ?? 0) > 0 },
                promisesInForce: request.snapshot.promises.count {
                    $0.variant == variant.id && $0.from <= request.asOf && request.asOf <= $0.until
                })
        }
    }

    func survival() -> [ArmSurvival] {
        let plan = request.pilot.plan
        var shown: Set<Metric> = []
        return plan.metrics.filter { $0.kind == .churn && shown.insert($0).inserted }.flatMap { metric in
            plan.variants.compactMap { variant in
                samples[metric]?[variant.id]?.survival
                    .flatMap { try? kaplanMeier($0) }
                    .map { ArmSurvival(metric: metric.id, variant: variant.id, curve: $0) }
            }
        }
    }
}
