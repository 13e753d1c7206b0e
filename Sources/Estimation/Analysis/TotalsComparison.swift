import Statistics

/// The methods for a ratio of sums, of which means and shares are the case with a denominator of 1 a
/// customer.
struct TotalsComparison: MetricMethods {
    let comparison: Comparison
    let kind: MetricAnalysis.Kind
    /// One line a partner of the roster.
    let totals: [ClusterTotal]
    /// What was subtracted from every outcome; only relative differences need it back.
    let offset: Double
    /// One covariate a partner of the roster; nil without.
    let covariate: PartnerCovariate?
    /// The linear model on the variants; nil for ratios and weighted means.
    let model: Result<ClusteredLinearModel, EstimationError>?

    var control: [ClusterTotal] { comparison.roster.members[0].map { totals[$0] } }
    var treatment: [ClusterTotal] { comparison.roster.members[comparison.variant].map { totals[$0] } }
    var level: Double { comparison.level }

    /// Whose average the pooled difference is.
    var estimand: Estimand {
        switch kind {
        case .share, .mean, .survival: .customerAverage
        case .weightedMean, .ratio: .revenueWeighted
        }
    }

    /// Whose average the marked row is about.
    private var target: Estimand {
        comparison.options.estimand == .customers ? estimand : .partnerAverage
    }

    /// How a partner's total is assumed to vary: with its customers, or with its money.
    var workingCovariance: WorkingCovariance {
        estimand == .customerAverage ? .exchangeable : .proportional
    }

    var replayedMetrics: [RandomizationMetric] {
        let isWeighted = comparison.hasUnequalShares
        return [
            RandomizationMetric(
                totals: totals, statistic: isWeighted ? .stratifiedRateDifference : .rateDifference,
                estimand: estimand),
            // Welch's interval stands beside it, and is the one to read from ten partners on.
            RandomizationMetric(
                totals: totals, statistic: isWeighted ? .stratifiedPartnerAverage : .partnerAverage,
                hasInterval: target == .partnerAverage),
        ]
    }

    func result(
        _ randomization: [Result<RandomizationInference, EstimationError>]?
    ) throws(EstimationError) -> MetricComparison {
        let pooled = try compareRatios(
            control: control, treatment: treatment, estimand: estimand, variance: .cr2(workingCovariance))
        let partners = try compareRatios(
            control: control, treatment: treatment, estimand: .partnerAverage, variance: .firstOrder)
        let counts = (pooled.control.partners, pooled.treatment.partners)
        let smaller = min(counts.0.raw, counts.1.raw)
        let ignored: String? =
            comparison.design == .paired
            ? "ignores the pairs" : comparison.hasUnequalShares ? Self.confounded : nil
        var rows = [comparison.row(randomization?[0], estimand: estimand)]
        if comparison.hasUnequalShares { rows += [stratifiedRow(estimand), stratifiedRow(.partnerAverage)] }
        rows += robustRows(pooled, counts: counts).map { $0.noting(ignored) }
        if comparison.design == .paired { rows.append(pairedRatioRow(pooled)) }
        rows.append(wildBootstrapRow().noting(ignored))
        rows += boundRows().map { $0.noting(ignored) }
        rows.append(relativeRow(pooled).noting(ignored))
        rows += adjustedRows(smaller: smaller).map { $0.noting(ignored) }
        rows.append(MethodRow(partners.effect(confidenceLevel: level)).noting(ignored))
        if comparison.design == .paired { rows.append(pairedRow(partners)) }
        rows.append(
            carefulRow(
                control: equallyWeighted(control), treatment: equallyWeighted(treatment),
                estimand: .partnerAverage, counts: counts
            ).noting(ignored))
        rows.append(comparison.row(randomization?[1], estimand: .partnerAverage))
        rows.append(informativeSizeRow().noting(ignored))

        let rates = try rateDifference(control: control, treatment: treatment)
        let isHeavyTailed = rates.control.isHeavyTailed || rates.treatment.isHeavyTailed
        let isPartners = target == .partnerAverage
        let judged = isPartners ? partners : pooled
        let standing = ComparisonStanding(
            smallerArm: smaller, isHeavyTailed: !isPartners && isHeavyTailed,
            hasArmWithoutVariation: !judged.armsWithoutVariation.isEmpty,
            replay: comparison.replay(randomization?[isPartners ? 1 : 0]),
            hasUnequalShares: comparison.hasUnequalShares,
            readsOwnInterval: comparison.hasUnequalShares || (comparison.design == .paired && !isPartners),
            alpha: comparison.options.alpha)
        var result = comparison.mark(
            rows, standing, among: isPartners ? partnerCandidates(rows) : customerCandidates(pooled),
            estimand: target, covariate: covariate?.name, partner: { comparison.roster.partners[$0] })
        if estimand == .customerAverage { result.intraclassCorrelation = rates.intraclassCorrelation }
        result.designEffect = try observedDesignEffect(control: control, treatment: treatment)
        result.leaveOneOut = comparison.hasUnequalShares ? nil : leaveOneOutRange()
        return result
    }

    private func customerCandidates(_ pooled: RatioComparison) -> ComparisonStanding.Candidates {
        if comparison.hasUnequalShares { return .weighted }
        return .init(
            randomization: .studentizedRandomization, robust: pooled.method, fewPartners: .cv3,
            heavyTails: workingCovariance == .exchangeable ? .cv3Exchangeable : .cv3Proportional,
            bound: kind == .share ? .clusteredWilson : nil)
    }

    /// With many partners an adjustment for a covariate is the most powerful of the valid tests of the
    /// partner average.
    private func partnerCandidates(_ rows: [MethodRow]) -> ComparisonStanding.Candidates {
        if comparison.hasUnequalShares { return .weighted }
        let adjusted = rows.first {
            [.partnerAncova, .partnerLin].contains($0.method) && $0.estimand == .partnerAverage
                && $0.pValue != nil
        }
        let many: EffectMethod = comparison.design == .paired ? .pairedT : adjusted?.method ?? .partnerWelch
        return .init(
            randomization: .studentizedRandomization,
            robust: comparison.design == .paired ? .pairedT : .partnerWelch, fewPartners: .cv3,
            heavyTails: .cv3, manyPartners: many)
    }

    private func leaveOneOutRange() -> LeaveOneOutRange? {
        guard
            let left = try? leaveOnePartnerOut(control: control, treatment: treatment, detailed: 0),
            let most = left.first, let lower = left.map(\.difference).min(),
            let upper = left.map(\.difference).max()
        else { return nil }
        let arm = most.arm == .control ? 0 : comparison.variant
        return LeaveOneOutRange(
            lower: lower, upper: upper,
            mostInfluential: comparison.roster.partners[comparison.roster.members[arm][most.cluster]],
            withoutMostInfluential: most.difference)
    }
}

/// One line a partner with a denominator of 1, its own ratio in the numerator; empty without a ratio.
func equallyWeighted(_ totals: [ClusterTotal]) -> [ClusterTotal] {
    totals.map { total in
        total.rate.map { ClusterTotal(count: 1, numerator: $0, denominator: 1, sumOfSquares: $0 * $0) }
            ?? .empty
    }
}
