package import Model
import Statistics

/// Evaluates a pilot: everything a look concludes is a function of this request.
package func evaluate(_ request: LookRequest) -> Look {
    let plan = request.pilot.plan
    let isFinal = request.plannedIndex == plan.schedule.lookDates.count
    let cohort = Cohort(book: request.snapshot.book, assignments: request.snapshot.assignments)
    let evidence = Evidence(request: request, cohort: cohort)

    let retention =
        plan.design.kind == .stratified
        ? Outcomes(of: retentionMetric(of: plan), in: cohort, plan: plan, asOf: request.asOf) : nil
    let health = HealthEvaluation(
        request: request, cohort: cohort, isObserved: evidence.isObserved(by: plan.primary),
        otherCurrency: retention?.otherCurrency ?? 0
    ).health()
    let guardrails = evidence.guardrails(isStale: health.isStale)
    let money =
        retention.map { MoneyEvaluation(request: request, cohort: cohort, retention: $0).summaries() } ?? []
    let influence = evidence.influence()
    let conclusions = Verdicts(
        plan: plan, isFinal: isFinal, effects: evidence.effects,
        crossings: evidence.crossings(isFinal: isFinal),
        guardrails: guardrails, health: health, influence: influence, money: money,
        paused: request.pilot.pausedVariants)
    let verdicts = conclusions.verdicts()
    return Look(
        pilot: plan.pilot, index: (request.snapshot.previousLooks.last?.index ?? 0) + 1,
        plannedIndex: request.plannedIndex, plannedLooks: plan.schedule.lookDates.count, asOf: request.asOf,
        recordedAt: request.recordedAt, snapshotSequence: request.snapshot.book.sequence,
        planHash: request.pilot.planHash, engine: request.engine, isPractice: request.isPractice,
        isFinal: isFinal,
        informationFraction: request.pilot.information.fractions(for: plan.primary)[request.plannedIndex - 1],
        arms: evidence.arms(), effects: evidence.effects, guardrails: guardrails,
        survival: evidence.survival(), health: health, money: money, influence: influence,
        verdicts: verdicts, recommendation: conclusions.recommendation(verdicts))
}

/// The metric that money is counted by: what became of the revenue that was due, on the primary's clock.
private func retentionMetric(of plan: Plan) -> Metric {
    Metric(
        id: "netRevenueRetention", kind: .netRevenueRetention, estimand: .customerAverage,
        graceDays: plan.primary.graceDays, origin: .assignment, horizonDays: plan.primary.horizonDays)
}
