/// Turns the Kaplan–Meier risk of one arm into per-partner totals, so that `rateDifference` compares risks.
///
/// The risk is 1 − S(τ). Each customer gets the pseudo-value θᵢ = risk + n·φᵢ, where φᵢ is the
/// infinitesimal-jackknife influence of the customer on the risk,
///
///     φᵢ = S(τ) · Σ over event times t ≤ τ of [dNᵢ(t)/(r − d) − Yᵢ(t)·d/(r(r − d))],
///
/// and a partner's numerator is Σθᵢ. Pooled, the totals give the risk back exactly, and their uncorrected
/// (CR0) variance is the clustered infinitesimal-jackknife variance of the risk. Customers whose observation
/// begins at τ or later are not counted.
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
    let rows = RiskTable(sample).rows
    guard let last = rows.last, sample.entry.contains(where: { $0 < horizon }) else { throw .nobodyAtRisk }
    let reached = rows.prefix { $0.time <= horizon }
    let survival = reached.reduce(1.0) { $0 * (1 - Double($1.events) / Double($1.atRisk)) }
    if let exhausted = reached.first(where: { $0.events == $0.atRisk }), exhausted.time < last.time {
        throw .riskSetExhausted(time: exhausted.time)
    }
    guard last.time >= horizon || survival == 0 else {
        throw .horizonNotReached(horizon: horizon, lastAtRisk: last.time)
    }

    // When the last customers at risk are all lost, S stays 0 whatever any one of them weighs.
    var exposure = StepSum()
    var eventInfluence: [Double: Double] = [:]
    if survival > 0 {
        for row in reached where row.events > 0 {
            let (d, r) = (Double(row.events), Double(row.atRisk))
            exposure.add(d / (r * (r - d)), at: row.time)
            eventInfluence[row.time] = 1 / (r - d)
        }
    }
    let counted = sample.time.indices.filter { sample.entry[$0] < horizon }
    let scale = Double(counted.count) * survival
    var totals = [ClusterTotal](repeating: .empty, count: sample.clusterCount)
    for index in counted {
        let (entry, time) = (sample.entry[index], sample.time[index])
        var influence = exposure.value(through: entry) - exposure.value(through: time)
        if sample.isEvent[index] { influence += eventInfluence[time] ?? 0 }
        let pseudoValue = (1 - survival) + scale * influence
        let cluster = Int(sample.cluster[index])
        totals[cluster] =
            totals[cluster]
            + ClusterTotal(
                count: 1, numerator: pseudoValue, denominator: 1, sumOfSquares: pseudoValue * pseudoValue)
    }
    return totals
}
