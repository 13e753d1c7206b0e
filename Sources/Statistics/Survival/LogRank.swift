/// The classical log-rank test, which takes customers as independent.
///
/// Do not decide by it when partners are randomised: alike customers of a partner make it reject far too
/// often.
public struct LogRankChiSquared: Sendable, Hashable, Codable {
    /// Customers lost under treatment.
    public var observedTreatment: Double
    /// Losses expected there if both arms lost at one rate.
    public var expectedTreatment: Double
    /// The hypergeometric variance of observed − expected.
    public var variance: Double
    /// (observed − expected)² / variance, on one degree of freedom.
    public var chiSquared: Double
    /// Its p-value, two-sided.
    public var pValue: Double
}

/// The classical log-rank test.
///
/// U = Σ (d₁ − d·r₁/r) and V = Σ r₁r₀d(r − d) / (r²(r − 1)) over event times.
///
/// - Source: Mantel (1966), Cancer Chemotherapy Reports 50:163.
/// - Throws: `.noEvents` when no time has an event and both arms at risk.
public func logRank(
    control: SurvivalSample, treatment: SurvivalSample
) throws(EstimationError) -> LogRankChiSquared {
    var observed = 0.0
    var expected = 0.0
    var variance = 0.0
    for row in RiskTable(control, treatment).rows where row.events > 0 {
        let (d, r, r1) = (Double(row.events), Double(row.atRisk), Double(row.atRiskSecond))
        observed += Double(row.eventsSecond)
        expected += d * r1 / r
        if row.atRisk > 1 { variance += r1 * (r - r1) * d * (r - d) / (r * r * (r - 1)) }
    }
    guard variance > 0 else { throw .noEvents }
    let chiSquared = (observed - expected) * (observed - expected) / variance
    return LogRankChiSquared(
        observedTreatment: observed, expectedTreatment: expected, variance: variance,
        chiSquared: chiSquared, pValue: ChiSquared(degreesOfFreedom: 1).survival(chiSquared))
}

/// Each partner's log-rank score: losses minus the losses expected of its customers if arms did not differ.
///
/// The score of a customer is its martingale residual δ − Λ̂(time) + Λ̂(entry) under the pooled hazard Λ̂.
/// Scores do not depend on who is treated, so a randomisation test may permute them; over the treated
/// partners they add up to observed − expected.
///
/// - Source: Peto & Peto (1972), JRSS A 135:185.
public func logRankScores(
    control: SurvivalSample, treatment: SurvivalSample
) -> (control: [Double], treatment: [Double]) {
    var hazard = StepSum()
    for row in RiskTable(control, treatment).rows where row.events > 0 {
        hazard.add(Double(row.events) / Double(row.atRisk), at: row.time)
    }
    func scores(_ sample: SurvivalSample) -> [Double] {
        var scores = [Double](repeating: 0, count: sample.clusterCount)
        for index in sample.time.indices {
            let expected =
                hazard.value(through: sample.time[index]) - hazard.value(through: sample.entry[index])
            scores[Int(sample.cluster[index])] += (sample.isEvent[index] ? 1 : 0) - expected
        }
        return scores
    }
    return (scores(control), scores(treatment))
}
