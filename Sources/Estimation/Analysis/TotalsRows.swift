import Statistics

extension TotalsComparison {
    /// Robust variances: those to read, and those other software offers, for comparison.
    func robustRows(_ pooled: RatioComparison, counts: (PartnerCount, PartnerCount)) -> [MethodRow] {
        func row(_ variance: RatioVariance, note: String?) -> MethodRow {
            MethodRow(method(of: variance), estimand, note: note) { () throws(EstimationError) in
                try compareRatios(
                    control: control, treatment: treatment, estimand: estimand, variance: variance
                ).effect(confidenceLevel: level)
            }
        }
        var rows = [MethodRow(pooled.effect(confidenceLevel: level))]
        if workingCovariance == .exchangeable {
            rows.append(row(.cr2(.identity), note: "df of clubSandwich, too many with large partners"))
        }
        rows.append(row(.cv3(workingCovariance), note: "for a few dominating partners"))
        rows.append(carefulRow(control: control, treatment: treatment, estimand: estimand, counts: counts))
        rows.append(
            sandwichRow(
                .cr1, .cr1, control: control, treatment: treatment, estimand: estimand, counts: counts,
                degreesOfFreedom: Double(counts.0.raw + counts.1.raw - 1)
            ).noting("too small with few or uneven partners; for comparison only"))
        return rows
    }

    private func method(of variance: RatioVariance) -> EffectMethod {
        switch variance {
        case .cr2(.exchangeable): .cr2Exchangeable
        case .cr2(.proportional): .cr2Proportional
        case .cr2(.identity): .cr2Identity
        case .cv3(.exchangeable): .cv3Exchangeable
        case .cv3(.proportional): .cv3Proportional
        case .cv3(.identity): .cv3Identity
        case .firstOrder: .deltaMethod
        }
    }

    /// The jackknife variance on the smaller arm's partners − 1 degrees of freedom.
    func carefulRow(
        control: [ClusterTotal], treatment: [ClusterTotal], estimand: Estimand,
        counts: (PartnerCount, PartnerCount)
    ) -> MethodRow {
        let all = Double(counts.0.raw + counts.1.raw)
        return sandwichRow(
            .cv3, .cr3, control: control, treatment: treatment, estimand: estimand, counts: counts,
            factor: (all - 1) / all, degreesOfFreedom: Double(min(counts.0.raw, counts.1.raw) - 1)
        ).noting("for few partners of similar size")
    }

    private func sandwichRow(
        _ method: EffectMethod, _ correction: ClusterVarianceCorrection, control: [ClusterTotal],
        treatment: [ClusterTotal], estimand: Estimand, counts: (PartnerCount, PartnerCount),
        factor: Double = 1, degreesOfFreedom: Double
    ) -> MethodRow {
        func rate(_ totals: [ClusterTotal]) -> Double {
            let sum = totals.reduce(.empty, +)
            return sum.numerator / sum.denominator
        }
        let difference = rate(treatment) - rate(control)
        var row = MethodRow(method, estimand) { () throws(EstimationError) in
            let comparison = try compareRatios(
                control: control, treatment: treatment, estimand: .customerAverage, variance: .firstOrder)
            if let unavailable = comparison.unavailable { throw unavailable }
            let variance =
                factor
                * (try rateDifferenceVariance(
                    control: control, treatment: treatment, correction: correction))
            guard variance > 0 else { throw .noVariation }
            return TreatmentEffect(
                method: method, estimand: estimand, scale: .difference, control: counts.0,
                treatment: counts.1,
                estimate: Estimate(
                    value: difference, standardError: variance.squareRoot(),
                    degreesOfFreedom: degreesOfFreedom), confidenceLevel: level)
        }
        row.value = difference
        return row
    }

    func wildBootstrapRow() -> MethodRow {
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
    func boundRows() -> [MethodRow] {
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

    func relativeRow(_ pooled: RatioComparison) -> MethodRow {
        var pooled = pooled
        pooled.control.value += offset
        pooled.treatment.value += offset
        return MethodRow(.logRatioDelta, estimand, .relativeDifference) { () throws(EstimationError) in
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

    func informativeSizeRow() -> MethodRow {
        MethodRow(.informativeSize, estimand) { () throws(EstimationError) in
            let size = try informativeSize(control: control, treatment: treatment)
            if let estimate = size.estimate {
                return TreatmentEffect(
                    method: .informativeSize, estimand: estimand, scale: .difference, control: size.control,
                    treatment: size.treatment, estimate: estimate, confidenceLevel: level)
            }
            return TreatmentEffect(
                method: .informativeSize, estimand: estimand, scale: .difference, control: size.control,
                treatment: size.treatment, value: size.customerAverage - size.partnerAverage,
                unavailable: size.unavailable)
        }.noting("does the effect depend on size? never choose the estimand by it")
    }

    private func partners(_ totals: [ClusterTotal]) -> PartnerCount {
        let sizes = totals.map(\.denominator)
        let sum = sizes.reduce(0, +)
        let squares = sizes.reduce(0) { $0 + $1 * $1 }
        return PartnerCount(
            raw: sizes.count { $0 > 0 }, effective: squares > 0 ? sum / squares * sum : 0)
    }
}
