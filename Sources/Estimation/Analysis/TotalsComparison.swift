import Statistics

extension EffectMethod {
    /// CR1 with the residual-free degrees of freedom most software takes.
    static let cr1 = EffectMethod(rawValue: "CR1, t(G − 1)")
    /// The jackknife variance with degrees of freedom on the safe side.
    static let cv3 = EffectMethod(rawValue: "CV3 jackknife, t(min m − 1)")
    /// A wild bootstrap with leave-one-out residuals.
    static let wildBootstrap = EffectMethod(rawValue: "wild cluster bootstrap WCR31")
    /// The difference of both averages.
    static let informativeSize = EffectMethod(rawValue: "customer − partner average, jackknife")
}

/// The methods for a ratio of sums, of which means and shares are the case with a denominator of 1 a customer.
struct TotalsComparison: MetricMethods {
    let comparison: Comparison
    let kind: MetricAnalysis.Kind
    /// One line a partner of the roster.
    let totals: [ClusterTotal]
    /// One covariate a partner of the roster; nil without.
    let covariate: [Double?]?
    /// The linear model on the variants; nil for ratios and weighted means.
    let model: Result<ClusteredLinearModel, EstimationError>?

    private var control: [ClusterTotal] { comparison.roster.members[0].map { totals[$0] } }
    private var treatment: [ClusterTotal] { comparison.roster.members[comparison.variant].map { totals[$0] } }
    private var level: Double { comparison.level }

    /// Whose average the pooled difference is.
    private var estimand: Estimand {
        switch kind {
        case .share, .mean, .survival: .customerAverage
        case .weightedMean, .ratio: .revenueWeighted
        }
    }

    /// How a partner's total is assumed to vary: with its customers, or with its money.
    private var workingCovariance: WorkingCovariance {
        estimand == .customerAverage ? .exchangeable : .proportional
    }

    var replayedMetrics: [RandomizationMetric] {
        [
            RandomizationMetric(totals: totals, statistic: .rateDifference, estimand: estimand),
            // Welch's interval stands beside it.
            RandomizationMetric(totals: totals, statistic: .partnerAverage, hasInterval: false),
        ]
    }

    func result(
        _ randomization: [Result<RandomizationInference, EstimationError>]?
    ) throws(EstimationError) -> MetricComparison {
        let pooled = try compareRatios(
            control: control, treatment: treatment, estimand: estimand, variance: .cr2(workingCovariance))
        let counts = (pooled.control.partners, pooled.treatment.partners)
        let smaller = min(counts.0.raw, counts.1.raw)
        var rows = [comparison.row(randomization?[0], estimand: estimand)]
        rows.append(MethodRow(pooled.effect(confidenceLevel: level)))
        if workingCovariance == .exchangeable {
            rows.append(
                MethodRow(.cr2Identity, estimand, note: "df of clubSandwich") { () throws(EstimationError) in
                    try compareRatios(
                        control: control, treatment: treatment, estimand: estimand, variance: .cr2(.identity)
                    ).effect(confidenceLevel: level)
                })
        }
        rows += sandwichRows(pooled, counts: counts)
        rows.append(wildBootstrapRow())
        rows.append(contentsOf: boundRow())
        rows.append(relativeRow(pooled))
        rows += adjustedRows(smaller: smaller)
        rows.append(
            MethodRow(.partnerWelch, .partnerAverage) { () throws(EstimationError) in
                try compareRatios(
                    control: control, treatment: treatment, estimand: .partnerAverage, variance: .firstOrder
                ).effect(confidenceLevel: level)
            })
        rows.append(comparison.row(randomization?[1], estimand: .partnerAverage))
        rows.append(informativeSizeRow())

        let standing = ComparisonStanding(
            smallerArm: smaller, isHeavyTailed: isHeavyTailed,
            hasArmWithoutVariation: !pooled.armsWithoutVariation.isEmpty,
            attainable: randomization?[0].smallestAttainable, alpha: comparison.options.alpha)
        let marked = comparison.mark(
            rows, standing,
            among: .init(
                randomization: .studentizedRandomization, robust: pooled.method, conservative: .cv3,
                bound: kind == .share ? .clusteredWilson : nil))
        return MetricComparison(
            treatment: comparison.roster.variants[comparison.variant], control: comparison.roster.variants[0],
            rows: marked.rows, reason: marked.reason, adjustedPValue: nil,
            intraclassCorrelation: estimand == .customerAverage
                ? try rateDifference(control: control, treatment: treatment).intraclassCorrelation : nil,
            designEffect: try observedDesignEffect(control: control, treatment: treatment),
            leaveOneOut: leaveOneOutRange())
    }

    /// Whether a few partners dominate an arm.
    var isHeavyTailed: Bool {
        [control, treatment].contains { arm in
            let sum = arm.reduce(0) { $0 + $1.denominator }
            guard sum > 0 else { return false }
            let shares = arm.map { $0.denominator / sum }
            let effective = 1 / shares.reduce(0) { $0 + $1 * $1 }
            return shares.contains { $0 > 0.25 } || effective < Double(arm.count { $0.denominator > 0 }) / 3
        }
    }
}

extension TotalsComparison {
    /// The variances other software offers, for comparison.
    private func sandwichRows(_ pooled: RatioComparison, counts: (PartnerCount, PartnerCount)) -> [MethodRow]
    {
        let all = Double(counts.0.raw + counts.1.raw)
        let smaller = Double(min(counts.0.raw, counts.1.raw))
        func row(
            _ method: EffectMethod, _ correction: ClusterVarianceCorrection, factor: Double,
            degreesOfFreedom: Double,
            note: String
        ) -> MethodRow {
            var row = MethodRow(method, estimand, note: note) { () throws(EstimationError) in
                if let unavailable = pooled.unavailable { throw unavailable }
                let variance =
                    factor
                    * (try rateDifferenceVariance(
                        control: control, treatment: treatment, correction: correction))
                guard variance > 0 else { throw .noVariation }
                return TreatmentEffect(
                    method: method, estimand: estimand, scale: .difference, control: counts.0,
                    treatment: counts.1,
                    estimate: Estimate(
                        value: pooled.difference, standardError: variance.squareRoot(),
                        degreesOfFreedom: degreesOfFreedom), confidenceLevel: level)
            }
            row.value = pooled.difference
            return row
        }
        return [
            row(.cv3, .cr3, factor: (all - 1) / all, degreesOfFreedom: smaller - 1, note: "on the safe side"),
            row(
                .cr1, .cr1, factor: 1, degreesOfFreedom: all - 1,
                note: "too small with few or uneven partners; for comparison only"),
        ]
    }

    private func wildBootstrapRow() -> MethodRow {
        guard let model else {
            return MethodRow(
                .wildBootstrap, estimand, unavailable: "offered for means and shares without weights")
        }
        return MethodRow(.wildBootstrap, estimand) { () throws(EstimationError) in
            let test = try model.get().wildBootstrap(
                of: ClusterCrossProducts.armTerm(comparison.variant),
                plan: WildBootstrapPlan(draws: comparison.options.draws), seed: comparison.options.seed)
            return TreatmentEffect(
                method: .wildBootstrap, estimand: estimand, scale: .difference, control: partners(control),
                treatment: partners(treatment), value: test.value, standardError: test.standardError,
                pValue: test.pValue)
        }.noting("cross-check; too careful with few treated partners")
    }

    /// Wilson limits, where an arm does not vary.
    private func boundRow() -> [MethodRow] {
        guard kind == .share else { return [] }
        return [
            MethodRow(.clusteredWilson, estimand) { () throws(EstimationError) in
                try clusteredProportionDifference(
                    control: control, treatment: treatment, confidenceLevel: level
                )
                .effect()
            }
        ]
    }

    private func relativeRow(_ pooled: RatioComparison) -> MethodRow {
        MethodRow(.logRatioDelta, estimand, .relativeDifference) { () throws(EstimationError) in
            let relative = try pooled.relativeEffect(confidenceLevel: level)
            let test = try pooled.estimate(on: .difference)
            let interval: Interval? =
                if case .bounded(let lower, let upper) = relative.region {
                    Interval(lower: lower, upper: upper, confidenceLevel: level, validity: .fixedSample)
                } else {
                    nil
                }
            return TreatmentEffect(
                method: relative.method, estimand: estimand, scale: .relativeDifference,
                control: pooled.control.partners, treatment: pooled.treatment.partners, value: relative.value,
                degreesOfFreedom: test.degreesOfFreedom,
                pValue: relative.method == .fieller
                    ? test.pValue() : try pooled.estimate(on: .logRatio).pValue(),
                interval: interval)
        }.noting("treatment / control − 1")
    }

    /// Analyses of covariance, as rich as the number of partners allows.
    private func adjustedRows(smaller: Int) -> [MethodRow] {
        guard let covariate else { return [] }
        func pairs(_ variant: Int) -> [CovariateTotal] {
            comparison.roster.members[variant].map {
                CovariateTotal(total: totals[$0], covariate: covariate[$0])
            }
        }
        let (left, right) = (pairs(0), pairs(comparison.variant))
        let adjustment = CovariateAdjustment.recommended(
            controlPartners: control.count { $0.denominator > 0 },
            treatmentPartners: treatment.count { $0.denominator > 0 })
        guard adjustment != .none else {
            return [
                MethodRow(
                    .partnerAncova, .partnerAverage,
                    unavailable: "the smaller arm has \(smaller) partners; an adjustment needs "
                        + "\(CovariateAdjustment.ancova.minimumPartnersPerArm) in each, or costs more than it gains"
                )
            ]
        }
        return [
            MethodRow(adjustment == .lin ? .customerLin : .customerAncova, estimand) {
                () throws(EstimationError) in
                var effect = try customerAdjustedDifference(
                    control: left, treatment: right, adjustment: adjustment,
                    workingCovariance: workingCovariance
                ).effect(confidenceLevel: level)
                effect.estimand = estimand
                return effect
            }.noting("adjusted for the partners' mean covariate"),
            MethodRow(adjustment == .lin ? .partnerLin : .partnerAncova, .partnerAverage) {
                () throws(EstimationError) in
                switch adjustment {
                case .lin:
                    try linAdjustedDifference(control: left, treatment: right).effect(confidenceLevel: level)
                case .ancova, .none:
                    try partnerAncova(control: left, treatment: right).effect(confidenceLevel: level)
                }
            }.noting("adjusted for the partners' mean covariate"),
        ]
    }

    private func informativeSizeRow() -> MethodRow {
        MethodRow(.informativeSize, estimand) { () throws(EstimationError) in
            let size = try informativeSize(control: control, treatment: treatment)
            var effect = TreatmentEffect(
                method: .informativeSize, estimand: estimand, scale: .difference, control: size.control,
                treatment: size.treatment, value: size.customerAverage - size.partnerAverage,
                unavailable: size.unavailable)
            if let estimate = size.estimate {
                effect = TreatmentEffect(
                    method: .informativeSize, estimand: estimand, scale: .difference, control: size.control,
                    treatment: size.treatment, estimate: estimate, confidenceLevel: level)
            }
            return effect
        }.noting("does the effect depend on size? never choose the estimand by it")
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

    private func partners(_ totals: [ClusterTotal]) -> PartnerCount {
        let sizes = totals.map(\.denominator)
        let sum = sizes.reduce(0, +)
        let squares = sizes.reduce(0) { $0 + $1 * $1 }
        return PartnerCount(
            raw: sizes.count { $0 > 0 }, effective: squares > 0 ? sum / squares * sum : 0)
    }
}

extension MethodRow {
    /// The row with a note.
    func noting(_ note: String) -> MethodRow {
        var row = self
        row.note = note
        return row
    }
}
