/// The log-rank test for arms of partners, whose customers may be alike.
public struct LogRankResult: Sendable, Hashable, Codable {
    /// Customers lost under treatment.
    public var observedTreatment: Double
    /// Losses expected there if both arms lost at one rate.
    public var expectedTreatment: Double
    /// z: positive when treatment loses more than expected.
    public var statistic: Double
    /// Partners in both arms − 2.
    public var degreesOfFreedom: Double
    /// Two-sided, from Student's t.
    public var pValue: Double
    /// Control partners with customers at risk.
    public var clusterCountControl: Int
    /// Treatment partners with customers at risk.
    public var clusterCountTreatment: Int

    /// Creates a result from its fields.
    public init(
        observedTreatment: Double, expectedTreatment: Double, statistic: Double, degreesOfFreedom: Double,
        pValue: Double, clusterCountControl: Int, clusterCountTreatment: Int
    ) {
        self.observedTreatment = observedTreatment
        self.expectedTreatment = expectedTreatment
        self.statistic = statistic
        self.degreesOfFreedom = degreesOfFreedom
        self.pValue = pValue
        self.clusterCountControl = clusterCountControl
        self.clusterCountTreatment = clusterCountTreatment
    }
}

/// Tests that both arms lose customers at one rate, when partners are randomised.
///
/// A customer in arm a (1 = treatment) scores s = δ(a − ā(time)) − Σ (a − ā(t))·d(t)/r(t) over event times t
/// in (entry, time], where ā is the treated share of those at risk. With B the sum of a partner's scores,
///
///     z = ΣB / √( Σ over arms of m/(m − 1) · Σ(B − B̄)² ),
///
/// referred to t with m₀ + m₁ − 2 degrees of freedom. ΣB is observed − expected of the classical test.
/// Partners without customers at risk are not counted.
///
/// - Source: Lin & Wei (1989), JASA 84:1074, null form; Jung & Jeong (2003), Lifetime Data Analysis 9:21.
/// - Throws: `.emptyArm`, `.tooFewClusters` below two partners in an arm, `.noEvents`, `.noVariation`.
public func clusteredLogRank(
    control: SurvivalSample, treatment: SurvivalSample
) throws(EstimationError) -> LogRankResult {
    let clusters = (control: control.occupiedClusterCount, treatment: treatment.occupiedClusterCount)
    for (arm, found) in [(Arm.control, clusters.control), (.treatment, clusters.treatment)] {
        guard found > 0 else { throw .emptyArm(arm) }
        guard found >= 2 else { throw .tooFewClusters(arm: arm, found: found, required: 2) }
    }
    var hazard = StepSum()
    var weightedHazard = StepSum()
    var treatedShare: [Double: Double] = [:]
    var observed = 0.0
    var expected = 0.0
    for row in RiskTable(control, treatment).rows where row.events > 0 {
        let share = Double(row.atRiskSecond) / Double(row.atRisk)
        let increment = Double(row.events) / Double(row.atRisk)
        hazard.add(increment, at: row.time)
        weightedHazard.add(share * increment, at: row.time)
        treatedShare[row.time] = share
        observed += Double(row.eventsSecond)
        expected += share * Double(row.events)
    }
    guard hazard.total > 0 else { throw .noEvents }

    /// Sum and variance contribution of the partners' scores in one arm.
    func scores(_ sample: SurvivalSample, arm: Double, clusterCount: Int) -> (sum: Double, variance: Double) {
        var scores = [Double](repeating: 0, count: sample.clusterCount)
        var isOccupied = [Bool](repeating: false, count: sample.clusterCount)
        for index in sample.time.indices {
            let (entry, time) = (sample.entry[index], sample.time[index])
            let cluster = Int(sample.cluster[index])
            isOccupied[cluster] = true
            if sample.isEvent[index] { scores[cluster] += arm - (treatedShare[time] ?? 0) }
            scores[cluster] -= arm * (hazard.value(through: time) - hazard.value(through: entry))
            scores[cluster] += weightedHazard.value(through: time) - weightedHazard.value(through: entry)
        }
        let sum = scores.reduce(0, +)
        let m = Double(clusterCount)
        let squares = zip(scores, isOccupied).reduce(0.0) { total, score in
            score.1 ? total + (score.0 - sum / m) * (score.0 - sum / m) : total
        }
        return (sum, m / (m - 1) * squares)
    }
    let left = scores(control, arm: 0, clusterCount: clusters.control)
    let right = scores(treatment, arm: 1, clusterCount: clusters.treatment)
    let variance = left.variance + right.variance
    // Scores are of the order of one loss; below this they differ by rounding only.
    guard variance > 1e-20 else { throw .noVariation }
    let statistic = (left.sum + right.sum) / variance.squareRoot()
    let degreesOfFreedom = Double(clusters.control + clusters.treatment - 2)
    return LogRankResult(
        observedTreatment: observed, expectedTreatment: expected, statistic: statistic,
        degreesOfFreedom: degreesOfFreedom,
        pValue: min(1, 2 * StudentT(degreesOfFreedom: degreesOfFreedom).survival(abs(statistic))),
        clusterCountControl: clusters.control, clusterCountTreatment: clusters.treatment)
}
