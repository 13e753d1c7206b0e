/// How alike customers of one partner are, with how well that is known: what a plan is made from.
public struct PlanningCorrelation: Sendable, Hashable, Codable {
    /// ρ̂, the analysis-of-variance estimate within arms; not truncated.
    public var value: Double
    /// Lower end of the interval, at least −1/(n₀ − 1).
    public var lower: Double
    /// Upper end of the interval, at most 1.
    public var upper: Double
    /// The interval's level, for example 0.95.
    public var confidenceLevel: Double
    /// Mean square between partners of an arm.
    public var meanSquareBetween: Double
    /// Mean square between customers of a partner.
    public var meanSquareWithin: Double
    /// The adjusted mean size, n₀.
    public var adjustedSize: Double
    /// Partners with customers.
    public var partners: Int

    /// Creates a result from its fields.
    public init(
        value: Double, lower: Double, upper: Double, confidenceLevel: Double, meanSquareBetween: Double,
        meanSquareWithin: Double, adjustedSize: Double, partners: Int
    ) {
        self.value = value
        self.lower = lower
        self.upper = upper
        self.confidenceLevel = confidenceLevel
        self.meanSquareBetween = meanSquareBetween
        self.meanSquareWithin = meanSquareWithin
        self.adjustedSize = adjustedSize
        self.partners = partners
    }
}

/// The intraclass correlation with its interval, (F/F* − 1)/(F/F* + n₀ − 1) with F = MSB/MSW and F* the quantiles
/// of F(partners − arms, customers − partners).
///
/// Exact for normal outcomes and partners of equal size, approximate otherwise; with few or very unequal
/// partners plan from the upper end.
///
/// - Parameters:
///   - arms: Past totals, one array an arm; a single array when nothing was randomised.
///   - confidenceLevel: Strictly between 0 and 1.
/// - Source: Searle (1971), Linear Models, ch. 9; Ukoumunne (2002), Statistics in Medicine 21:3757.
/// - Throws: `.invalidTotal`, and `.noVariation` when every partner has one customer, there are no more
///   partners than arms, or customers of a partner do not vary.
public func planningCorrelation(
    arms: [[ClusterTotal]], confidenceLevel: Double = 0.95
) throws(EstimationError) -> PlanningCorrelation {
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    for totals in arms { try checkUsable(totals, arm: nil) }
    let components = VarianceComponents(groups: arms)
    guard let variation = components.analysis, let value = variation.intraclassCorrelation,
        variation.meanSquareWithin > 0
    else { throw .noVariation }
    let reference = FDistribution(d1: components.freeBetween, d2: components.freeWithin)
    let tail = (1 - confidenceLevel) / 2
    func bound(_ quantile: Double) -> Double {
        let ratio = variation.meanSquareBetween / variation.meanSquareWithin / quantile
        return (ratio - 1) / (ratio + variation.adjustedMeanSize - 1)
    }
    return PlanningCorrelation(
        value: value, lower: bound(reference.survivalQuantile(tail)), upper: bound(reference.quantile(tail)),
        confidenceLevel: confidenceLevel, meanSquareBetween: variation.meanSquareBetween,
        meanSquareWithin: variation.meanSquareWithin, adjustedSize: variation.adjustedMeanSize,
        partners: Int(components.partners))
}
