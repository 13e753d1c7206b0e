import Statistics

extension TotalsComparison {
    /// Analyses of covariance, as rich as the number of partners allows.
    func adjustedRows(smaller: Int) -> [MethodRow] {
        guard let covariate else { return [] }
        func pairs(_ variant: Int) -> [CovariateTotal] {
            comparison.roster.members[variant].map {
                CovariateTotal(total: totals[$0], covariate: covariate.values[$0])
            }
        }
        let (left, right) = (pairs(0), pairs(comparison.variant))
        let adjustment = CovariateAdjustment.recommended(
            controlPartners: control.count { $0.denominator > 0 },
            treatmentPartners: treatment.count { $0.denominator > 0 })
        func refused(_ reason: String) -> [MethodRow] {
            [
                MethodRow(
                    adjustment == .lin ? .partnerLin : .partnerAncova, .partnerAverage, unavailable: reason)
            ]
        }
        guard (left + right).contains(where: { $0.covariate != nil }) else {
            return refused("the covariate '\(covariate.name)' has no value")
        }
        guard adjustment != .none else {
            return refused(
                "the smaller arm has \(counted(smaller, "partner")); an adjustment needs "
                    + "\(CovariateAdjustment.ancova.minimumPartnersPerArm) in each, or costs more than it "
                    + "gains"
            )
        }
        return [
            customerRow(left, right, adjustment),
            row(adjustment == .lin ? .partnerLin : .partnerAncova, .partnerAverage) {
                () throws(EstimationError) in
                switch adjustment {
                case .lin: try linAdjustedDifference(control: left, treatment: right)
                case .ancova, .none: try partnerAncova(control: left, treatment: right)
                }
            },
        ]
    }

    private func customerRow(
        _ left: [CovariateTotal], _ right: [CovariateTotal], _ adjustment: CovariateAdjustment
    ) -> MethodRow {
        let method: EffectMethod = adjustment == .lin ? .customerLin : .customerAncova
        if (control + treatment).contains(where: { $0.denominator == 0 && $0.numerator != 0 }) {
            return MethodRow(
                method, estimand,
                unavailable: "offered where every partner with a numerator has a denominator")
        }
        return row(method, estimand) { () throws(EstimationError) in
            try customerAdjustedDifference(
                control: left, treatment: right, adjustment: adjustment, workingCovariance: workingCovariance)
        }
    }

    private func row(
        _ method: EffectMethod, _ estimand: Estimand,
        _ difference: () throws(EstimationError) -> AdjustedDifference
    ) -> MethodRow {
        do throws(EstimationError) {
            let adjusted = try difference()
            var effect = adjusted.effect(confidenceLevel: level)
            effect.estimand = estimand
            let imputed = adjusted.imputedCovariates
            let note =
                imputed > 0
                ? "; \(counted(imputed, "partner")) without a value got the mean and a term of their own" : ""
            return MethodRow(
                effect, note: "adjusted for the partners' mean of '\(covariate?.name ?? "")'\(note)")
        } catch {
            return MethodRow(method, estimand) { () throws(EstimationError) in throw error }
        }
    }
}
