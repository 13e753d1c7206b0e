import Foundation

/// The classical log-rank test of any number of groups, which takes customers as independent.
///
/// Do not decide by it when partners are randomised: alike customers of a partner make it reject far too
/// often. Use `clusteredLogRank`.
public struct LogRankTest: Sendable, Hashable, Codable {
    /// The exponent ρ of the weights Ŝ(t−)^ρ; 0 for the log-rank test.
    public var rho: Double
    /// Rows of each group.
    public var groupSizes: [Int]
    /// Each group's weighted losses, over all strata.
    public var observed: [Double]
    /// Each group's weighted losses if all groups of a stratum lost at one rate.
    public var expected: [Double]
    /// The hypergeometric covariance of `observed`, one row for each group.
    public var covariance: [[Double]]
    /// The quadratic form of observed − expected in the covariance's inverse.
    public var chiSquared: Double
    /// Groups with losses to expect − 1.
    public var degreesOfFreedom: Int
    /// The p-value, two-sided.
    public var pValue: Double

    /// Creates a result from its fields.
    public init(
        rho: Double, groupSizes: [Int], observed: [Double], expected: [Double], covariance: [[Double]],
        chiSquared: Double, degreesOfFreedom: Int, pValue: Double
    ) {
        self.rho = rho
        self.groupSizes = groupSizes
        self.observed = observed
        self.expected = expected
        self.covariance = covariance
        self.chiSquared = chiSquared
        self.degreesOfFreedom = degreesOfFreedom
        self.pValue = pValue
    }
}

/// The log-rank test, and its G-ρ relatives, of groups within strata.
///
/// With dₖ of rₖ at risk lost in group k, and the weight w = Ŝ(t−)^ρ of the stratum's pooled curve,
///
///     U = Σ w·(dₖ − d·rₖ/r),    V = Σ w²·d(r − d)/(r − 1)·(rₖ/r)(δₖₗ − rₗ/r),
///
/// added over event times and strata. A time with one customer at risk adds nothing to V. ρ = 0 is the log-rank
/// test, ρ = 1 Peto and Peto's test, which heeds early losses more.
///
/// - Parameters:
///   - strata: For each stratum, one sample for each group in the same order; samples may be empty.
///   - rho: ρ.
/// - Source: Mantel (1966), Cancer Chemotherapy Reports 50:163; Harrington & Fleming (1982), Biometrika 69:553.
/// - Throws: `.noEvents` when no time has an event and two groups at risk.
public func logRank(
    strata: [[SurvivalSample]], rho: Double = 0
) throws(EstimationError) -> LogRankTest {
    let groups = strata.first?.count ?? 0
    precondition(strata.allSatisfy { $0.count == groups }, "every stratum has the same groups")
    var observed = [Double](repeating: 0, count: groups)
    var expected = observed
    var covariance = [[Double]](repeating: observed, count: groups)
    for samples in strata {
        let table = RiskTable(samples)
        var weights = LogRankWeights(rho: rho)
        for tick in 0..<table.clock.count {
            let all = table.pooled(tick)
            guard all.events > 0 else { continue }
            let weight = weights.next(all)
            let (d, r) = (Double(all.events), Double(all.atRisk))
            let spread = all.atRisk > 1 ? weight * weight * d * (r - d) / (r - 1) : 0
            for group in 0..<groups {
                let cell = table.cell(tick, group: group)
                let share = Double(cell.atRisk) / r
                observed[group] += weight * Double(cell.events)
                expected[group] += weight * d * share
                covariance[group][group] += spread * share
                for other in 0..<groups {
                    let otherShare = Double(table.cell(tick, group: other).atRisk) / r
                    covariance[group][other] -= spread * share * otherShare
                }
            }
        }
    }
    // The groups' excesses add up to 0, so the last informative one says nothing new.
    let informative = (0..<groups).filter { expected[$0] > 0 && covariance[$0][$0] > 0 }
    let kept = informative.dropLast()
    guard !kept.isEmpty,
        let factor = CholeskyFactor(kept.map { row in kept.map { covariance[row][$0] } })
    else { throw .noEvents }
    let chiSquared = factor.quadraticForm(kept.map { observed[$0] - expected[$0] })
    return LogRankTest(
        rho: rho,
        groupSizes: (0..<groups).map { group in strata.reduce(0) { $0 + $1[group].rowCount } },
        observed: observed, expected: expected, covariance: covariance, chiSquared: chiSquared,
        degreesOfFreedom: kept.count,
        pValue: ChiSquared(degreesOfFreedom: Double(kept.count)).survival(chiSquared))
}

/// The classical log-rank test of two arms, which takes customers as independent.
///
/// Do not decide by it when partners are randomised; see `LogRankTest`.
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

    /// Creates a result from its fields.
    public init(
        observedTreatment: Double, expectedTreatment: Double, variance: Double, chiSquared: Double,
        pValue: Double
    ) {
        self.observedTreatment = observedTreatment
        self.expectedTreatment = expectedTreatment
        self.variance = variance
        self.chiSquared = chiSquared
        self.pValue = pValue
    }
}

/// The classical log-rank test of two arms: U = Σ (d₁ − d·r₁/r), V = Σ r₁r₀d(r − d) / (r²(r − 1)).
///
/// - Source: Mantel (1966), Cancer Chemotherapy Reports 50:163.
/// - Throws: `.noEvents` when no time has an event and both arms at risk.
public func logRank(
    control: SurvivalSample, treatment: SurvivalSample
) throws(EstimationError) -> LogRankChiSquared {
    let test = try logRank(strata: [[control, treatment]])
    return LogRankChiSquared(
        observedTreatment: test.observed[1], expectedTreatment: test.expected[1],
        variance: test.covariance[1][1], chiSquared: test.chiSquared, pValue: test.pValue)
}

/// The weights Ŝ(t−)^ρ along the event times of one stratum.
struct LogRankWeights {
    let rho: Double
    private var survival = 1.0

    init(rho: Double) { self.rho = rho }

    /// The weight at the next event time.
    mutating func next(_ pooled: RiskTable.Cell) -> Double {
        let weight = rho == 0 ? 1 : pow(survival, rho)
        survival *= 1 - Double(pooled.events) / Double(pooled.atRisk)
        return weight
    }
}
