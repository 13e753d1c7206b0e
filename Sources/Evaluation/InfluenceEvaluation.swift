import Model
import Statistics

/// What single partners do to the primary effect.
struct InfluenceEvaluation {
    let cohort: Cohort
    let effect: Effect
    let control: ArmSample
    let treatment: ArmSample
    let alphaTwoSided: Double

    /// Share of an arm's denominator above which one partner is the arm.
    private static let dominantShare = 0.5

    func influence() -> Influence? {
        guard effect.metric.kind != .churn, let rates = zip(effect.control, effect.treatment),
            let results = try? leaveOnePartnerOut(
                control: weighted(control), treatment: weighted(treatment),
                workingCovariance: effect.metric.workingCovariance),
            let lowest = results.map(\.difference).min(), let highest = results.map(\.difference).max()
        else { return nil }
        let most = results.prefix(5).map { result -> Influence.Without in
            let (sample, rate) = result.arm == .control ? (control, rates.0) : (treatment, rates.1)
            let assignment = cohort.members[sample.members[result.cluster]].assignment
            return Influence.Without(
                partner: assignment.partner, variant: assignment.variant,
                share: sample.totals[result.cluster].denominator / rate.denominator,
                difference: result.difference, estimate: result.estimate)
        }
        return Influence(
            variant: effect.variant, mostInfluential: most, lowestDifference: lowest,
            highestDifference: highest, fragility: fragility(most, rates: [rates.0, rates.1]))
    }

    /// The lines the effect's own estimand compares: under the partner average each partner weighs one.
    private func weighted(_ sample: ArmSample) -> [ClusterTotal] {
        guard effect.metric.estimand == .partnerAverage else { return sample.totals }
        return sample.totals.map { total in
            guard let rate = total.rate else { return .empty }
            return ClusterTotal(count: 1, numerator: rate, denominator: 1, sumOfSquares: rate * rate)
        }
    }

    private func fragility(_ most: [Influence.Without], rates: [ArmRate]) -> [String] {
        var reasons: [String] = []
        for (rate, sample) in Swift.zip(rates, [control, treatment])
        where effect.metric.estimand == .customerAverage && rate.largestShare > Self.dominantShare {
            let assignment = cohort.members[sample.members[rate.largestCluster]].assignment
            let percent = Int((rate.largestShare * 100).rounded())
            reasons.append(
                "Partner '\(assignment.partner)' alone holds \(percent) % of group '\(assignment.variant)'.")
        }
        guard let estimate = effect.estimate, estimate.pValue() <= alphaTwoSided else { return reasons }
        for without in most {
            let survives = without.estimate.map {
                $0.pValue() <= alphaTwoSided && $0.value.sign == estimate.value.sign
            }
            if survives != true {
                reasons.append(
                    "Without partner '\(without.partner)' the effect is no longer distinguishable from none.")
            }
        }
        return reasons
    }

    private func zip(_ left: ArmRate?, _ right: ArmRate?) -> (ArmRate, ArmRate)? {
        guard let left, let right else { return nil }
        return (left, right)
    }
}
