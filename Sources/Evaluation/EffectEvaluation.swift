import Model
import Randomization
import Statistics

/// Compares one treatment with control on one metric at one look.
struct EffectEvaluation {
    let request: LookRequest
    let cohort: Cohort
    let metric: Metric
    let role: Effect.Role
    let variant: Variant.ID
    let control: ArmSample
    let treatment: ArmSample

    /// Fewest effective partners an arm may have for a decision before the last look.
    private static let effectivePartnersForInterim = 8.0
    /// Below this many partners in the smaller arm only the randomisation test decides.
    static let fewPartners = 10

    var plan: Plan { request.pilot.plan }

    func effect() -> Effect {
        var effect = Effect(metric: metric, role: role, variant: variant)
        if metric.kind == .churn {
            estimateChurn(&effect)
        } else {
            estimate(&effect, control: control.totals, treatment: treatment.totals)
        }
        applyBoundary(to: &effect)
        applyIntervals(to: &effect)
        if role == .primary { randomize(&effect) }
        return effect
    }

    // MARK: Boundary

    private func applyBoundary(to effect: inout Effect) {
        guard role != .secondary else { return }
        let fractions = request.pilot.information.fractions(for: metric)
        let looks = request.snapshot.previousLooks.map(\.plannedIndex) + [request.plannedIndex]
        let isPrimary = role == .primary
        let rule = plan.decision
        let boundary: Boundary?
        do throws(EstimationError) {
            boundary = try sequentialBoundaries(
                informationFractions: looks.map { fractions[$0 - 1] },
                alpha: isPrimary
                    ? rule.alphaTwoSided / 2 / Double(plan.treatments.count) : rule.guardrailAlphaOneSided,
                spending: isPrimary ? rule.spending : rule.guardrailSpending
            ).last
        } catch {
            effect.unavailable.append("\(error)")
            return
        }
        effect.criticalValue = boundary?.criticalValue
        effect.nominalLevel = boundary?.nominalLevel
        if boundary?.criticalValue == nil {
            effect.unavailable.append("This analysis adds no planned information, so it has no boundary.")
        }
    }

    // MARK: Estimates

    private func estimate(_ effect: inout Effect, control: [ClusterTotal], treatment: [ClusterTotal]) {
        do throws(EstimationError) {
            let pooled = try rateDifference(
                control: control, treatment: treatment, workingCovariance: metric.workingCovariance)
            let average = try partnerAverageDifference(control: control, treatment: treatment)
            effect.control = pooled.control
            effect.treatment = pooled.treatment
            effect.intraclassCorrelation = pooled.intraclassCorrelation
            let isPooled = metric.estimand == .customerAverage
            if !isPooled {
                effect.control?.rate = average.controlMean
                effect.treatment?.rate = average.treatmentMean
            }
            effect.difference = isPooled ? pooled.difference : average.difference
            effect.estimate = isPooled ? pooled.estimate : average.estimate
            effect.otherEstimate = isPooled ? average.estimate : pooled.estimate
            if let reason = isPooled ? pooled.unavailable : average.unavailable {
                effect.unavailable.append("\(reason)")
            }
        } catch {
            effect.unavailable.append("\(error)")
        }
        effect.pValue = effect.estimate?.pValue()
    }

    /// The risk of having left by the horizon comes from each arm's Kaplan–Meier curve; the test of the whole
    /// course is the clustered log-rank test, which needs no horizon.
    private func estimateChurn(_ effect: inout Effect) {
        guard let left = control.survival, let right = treatment.survival else { return }
        do throws(EstimationError) {
            effect.logRank = try clusteredLogRank(control: left, treatment: right)
            effect.pValue = effect.logRank?.pValue
        } catch {
            effect.unavailable.append("\(error)")
        }
        let horizon = Double(metric.horizonDays)
        do throws(EstimationError) {
            let totals = (
                try riskTotals(left, horizon: horizon), try riskTotals(right, horizon: horizon)
            )
            let pValue = effect.pValue
            estimate(&effect, control: totals.0, treatment: totals.1)
            effect.pValue = pValue
        } catch {
            effect.unavailable.append("\(error)")
        }
    }

    private func applyIntervals(to effect: inout Effect) {
        guard let estimate = effect.estimate else { return }
        effect.fixedInterval = possible(estimate.interval(confidenceLevel: 1 - plan.decision.alphaTwoSided))
        guard let criticalValue = effect.criticalValue else { return }
        let level =
            role == .primary
            ? 1 - plan.decision.alphaTwoSided : 1 - 2 * plan.decision.guardrailAlphaOneSided
        effect.repeatedInterval = possible(
            estimate.interval(criticalValue: criticalValue, confidenceLevel: level, validity: .repeated))
    }

    /// A difference of proportions lies between −1 and 1, however wide its interval is; revenue has no such ends.
    private func possible(_ interval: Interval) -> Interval {
        guard metric.kind != .netRevenueRetention else { return interval }
        var interval = interval
        interval.lower = max(-1, interval.lower)
        interval.upper = min(1, interval.upper)
        return interval
    }

    // MARK: Randomisation

    private var isFinal: Bool { request.plannedIndex == plan.schedule.lookDates.count }

    /// Whether the smaller arm is so small that only the randomisation test may decide.
    var hasFewPartners: Bool {
        min(control.members.count, treatment.members.count) < Self.fewPartners
    }

    /// The randomisation test decides the last look, and every look of a pilot with few partners.
    private func randomize(_ effect: inout Effect) {
        guard isFinal || hasFewPartners else { return }
        guard plan.design.kind == .stratified else {
            effect.unavailable.append(
                plan.design.mechanism.map {
                    "The randomisation test is withheld: the lots were drawn outside Fairway (\($0)), so they cannot "
                        + "be replayed."
                }
                    ?? "The randomisation test is withheld: how the lots were drawn is not known, so they cannot be "
                    + "replayed.")
            return
        }
        do throws(EstimationError) {
            let (totals, statistic) = try randomizedTotals()
            effect.randomization = try randomizationTest(
                totals: totals, blocks: blocks(), statistic: statistic, seed: drawSeed)
        } catch {
            effect.unavailable.append("\(error)")
        }
    }

    private func randomizedTotals() throws(EstimationError) -> ([ClusterTotal], RandomizationStatistic) {
        if metric.kind == .churn, let left = control.survival, let right = treatment.survival {
            let scores = logRankScores(control: left, treatment: right)
            let totals = (scores.control + scores.treatment).map {
                ClusterTotal(count: 1, numerator: $0, denominator: 1, sumOfSquares: $0 * $0)
            }
            return (totals, .sum)
        }
        return (
            control.totals + treatment.totals,
            metric.estimand == .customerAverage ? .rateDifference : .partnerAverage
        )
    }

    /// The blocks of the stored lots, restricted to the two arms; positions beyond the roster stay empty.
    private func blocks() -> [RandomizationBlock] {
        struct Place: Hashable {
            var stratum: String
            var block: Int
        }
        var occupants: [Place: [Int: Int]] = [:]
        var order: [Place] = []
        for (index, member) in (control.members + treatment.members).enumerated() {
            let assignment = cohort.members[member].assignment
            let place = Place(stratum: assignment.stratum, block: assignment.block)
            if occupants[place] == nil { order.append(place) }
            occupants[place, default: [:]][assignment.position] = index
        }
        return order.map { place in
            let template = blockVariants(
                plan: plan, seed: request.pilot.seed, stratum: place.stratum, block: place.block)
            let positions = template.indices.filter {
                template[$0] == variant || template[$0] == Variant.control
            }
            return RandomizationBlock(
                labels: positions.map { template[$0] == variant },
                clusters: positions.map { occupants[place]?[$0] })
        }
    }

    /// Draws differ by pilot and look, and are the same whenever a look is replayed.
    private var drawSeed: UInt64 {
        request.pilot.seed.bytes.prefix(8).reduce(UInt64(request.plannedIndex)) {
            ($0 << 8 | $0 >> 56) ^ UInt64($1)
        }
    }
}

extension EffectEvaluation {
    /// Whether the primary effect has crossed its boundary at this look, and in which direction.
    ///
    /// Before the last look the CR2 p-value is held against the boundary; at the last look, and whenever
    /// partners are few, the randomisation p-value against the nominal level (the CR2 p-value where lots drawn
    /// outside Fairway cannot be replayed).
    static func crossing(
        of effect: Effect, isFinal: Bool, hasFewPartners: Bool, isReplayable: Bool = true
    ) -> Crossing {
        guard let estimate = effect.estimate, let level = effect.nominalLevel else { return .none }
        // Churn is decided by the log-rank test, so its sign counts, not that of the risk at one horizon.
        let sign = effect.logRank?.statistic ?? estimate.value
        let direction: Crossing = sign * effect.metric.benefitSign > 0 ? .benefit : .harm
        if isFinal || hasFewPartners {
            let pValue =
                effect.randomization?.pValue ?? (hasFewPartners || isReplayable ? nil : effect.pValue)
            return pValue.map { $0 <= 2 * level ? direction : .none } ?? .none
        }
        guard let control = effect.control, let treatment = effect.treatment,
            min(control.effectiveClusterCount, treatment.effectiveClusterCount) >= effectivePartnersForInterim
        else { return .none }
        return effect.pValue.map { $0 <= 2 * level ? direction : .none } ?? .none
    }

    enum Crossing { case none, benefit, harm }
}

extension Metric {
    /// How the outcomes of one partner's customers are taken to move together: revenue as one, yes-or-no
    /// outcomes by a common correlation.
    var workingCovariance: WorkingCovariance {
        kind == .netRevenueRetention ? .proportional : .exchangeable
    }
}
