/// Turns the Kaplan–Meier risk of one arm into per-partner totals, so that `rateDifference` compares risks.
///
/// The risk is 1 − S(τ). Each customer gets the pseudo-value θᵢ = risk − n·φᵢ, where φᵢ is the
/// infinitesimal-jackknife influence of the customer on the share kept, and a partner's numerator is Σθᵢ. Pooled,
/// the totals give the risk back exactly, and their uncorrected (CR0) variance is the clustered
/// infinitesimal-jackknife variance of the risk. Customers whose observation begins at τ or later are not
/// counted.
///
/// - Parameters:
///   - sample: One arm.
///   - horizon: τ, fixed before the data are seen, on the sample's clock.
/// - Source: Efron (1982), ch. 6; Andersen, Klein & Rosthøj (2003), Biometrika 90:15.
/// - Throws: `.nobodyAtRisk`; `.horizonNotReached` when observation ends before the horizon while customers
///   remain; `.riskSetExhausted` when delayed entry leaves so few at risk that the curve drops to 0 before
///   its end.
public func riskTotals(
    _ sample: SurvivalSample, horizon: Double
) throws(EstimationError) -> [ClusterTotal] {
    let influence = try CurveInfluence(survivalOf: sample, horizon: horizon)
    return pseudoValueTotals(sample, horizon: horizon, value: 1 - influence.value) { row in
        -influence.influence(of: sample, row: row)
    }
}

/// Each partner's total of pseudo-values θᵢ = value + n·φᵢ over the n customers observed before the horizon.
func pseudoValueTotals(
    _ sample: SurvivalSample, horizon: Double, value: Double, influence: (Int) -> Double
) -> [ClusterTotal] {
    let counted = (0..<sample.rowCount).filter {
        sample.ranking.clock.time(of: sample.entryTick($0)) < horizon
    }
    let n = Double(counted.count)
    var totals = [ClusterTotal](repeating: .empty, count: sample.clusterCount)
    for row in counted {
        let pseudoValue = value + n * influence(row)
        let cluster = Int(sample.cluster[row])
        totals[cluster] =
            totals[cluster]
            + ClusterTotal(
                count: 1, numerator: pseudoValue, denominator: 1, sumOfSquares: pseudoValue * pseudoValue)
    }
    return totals
}
