import Statistics

extension Analysis {
    /// Whether the treatment was given more freely in some strata than in others, so that arms as a whole differ by
    /// their strata as well: like is then compared with like only by weighting partners by the inverse of their arm's
    /// share of the stratum.
    ///
    /// One partner a stratum, which an odd number of partners explains, does not count: weights cost more precision
    /// then than they take away bias.
    func hasUnequalShares(_ variant: Int) -> Bool {
        guard !roster.strata.isEmpty, design == .stratified || design == .external else { return false }
        let (control, treatment) = (roster.strata(of: 0), roster.strata(of: variant))
        guard Statistics.hasUnequalShares(control: control, treatment: treatment) else { return false }
        let share = Double(treatment.count) / Double(control.count + treatment.count)
        return roster.strata.indices.contains { stratum in
            let treated = Double(treatment.count { $0 == stratum })
            let all = treated + Double(control.count { $0 == stratum })
            return abs(treated - share * all) > 1
        }
    }
}

extension PartnerRoster {
    /// The stratum of every partner of a variant.
    fileprivate func strata(of variant: Int) -> [Int] { members[variant].map { stratum[$0] } }
}

extension TotalsComparison {
    /// What is said of rows that pool arms although the strata's shares differ.
    static let confounded = "confounded by strata, whose shares of variants differ"

    /// The ratio of sums with every partner weighted by its arm's share of the stratum.
    func stratifiedRow(_ estimand: Estimand) -> MethodRow {
        MethodRow(.stratifiedHajek, estimand) { () throws(EstimationError) in
            try compareStratifiedRatios(
                control: StratifiedTotals(totals: control, stratum: comparison.roster.strata(of: 0)),
                treatment: StratifiedTotals(
                    totals: treatment, stratum: comparison.roster.strata(of: comparison.variant)),
                estimand: estimand
            ).effect(confidenceLevel: level)
        }.noting(
            "partners weighted by the strata's shares; first order: too small with few or uneven partners")
    }
}

extension ComparisonStanding.Candidates {
    /// Where shares differ between strata nothing else compares like with like.
    static let weighted = ComparisonStanding.Candidates(
        randomization: .studentizedRandomization, robust: .stratifiedHajek, fewPartners: .stratifiedHajek,
        heavyTails: .stratifiedHajek)
}
