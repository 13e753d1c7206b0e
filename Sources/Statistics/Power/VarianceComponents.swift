/// The analysis of variance of one-way clustered outcomes within arms, from sums that add over partners.
///
/// - Source: Donner (1986), International Statistical Review 54:67.
struct VarianceComponents {
    /// Σ over partners of (Σy)²/n, minus the same of the arm as a whole, over arms.
    var betweenSquares = 0.0
    /// Σ over partners of Σy² − (Σy)²/n.
    var withinSquares = 0.0
    var customers = 0.0
    var partners = 0.0
    var arms = 0.0
    /// Σ over arms of N − Σn²/N.
    var sizeExcess = 0.0

    /// Mean square between partners of an arm; nil without a degree of freedom.
    var meanSquareBetween: Double? {
        partners > arms ? max(0, betweenSquares) / (partners - arms) : nil
    }
    /// Mean square between customers of a partner; nil when every partner has one customer.
    var meanSquareWithin: Double? {
        customers > partners ? max(0, withinSquares) / (customers - partners) : nil
    }
    /// The adjusted mean size, n₀.
    var adjustedSize: Double { sizeExcess / (partners - arms) }

    /// ρ̂ = (MSB − MSW)/(MSB + (n₀ − 1)·MSW); nil when undefined.
    var correlation: Double? {
        guard let between = meanSquareBetween, let within = meanSquareWithin else { return nil }
        let total = between + (adjustedSize - 1) * within
        return total > 0 ? (between - within) / total : nil
    }
}

extension VarianceComponents {
    /// The components of the given arms' outcomes per customer; partners without a denominator do not count.
    init(arms totals: [[ClusterTotal]]) {
        for arm in totals {
            let occupied = arm.filter { $0.count > 0 && $0.denominator > 0 }
            let size = occupied.reduce(0.0) { $0 + Double($1.count) }
            guard size > 0 else { continue }
            let mean = occupied.reduce(0.0) { $0 + $1.numerator } / size
            var squaredSizes = 0.0
            for total in occupied {
                let count = Double(total.count)
                let deviation = total.numerator / count - mean
                betweenSquares += count * deviation * deviation
                withinSquares += max(0, total.sumOfSquares - total.numerator * total.numerator / count)
                squaredSizes += count * count
            }
            customers += size
            partners += Double(occupied.count)
            arms += 1
            sizeExcess += size - squaredSizes / size
        }
    }
}

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
    let components = VarianceComponents(arms: arms)
    guard let value = components.correlation, let between = components.meanSquareBetween,
        let within = components.meanSquareWithin, within > 0
    else { throw .noVariation }
    let reference = FDistribution(
        d1: components.partners - components.arms, d2: components.customers - components.partners)
    let tail = (1 - confidenceLevel) / 2
    func bound(_ quantile: Double) -> Double {
        let ratio = between / within / quantile
        return (ratio - 1) / (ratio + components.adjustedSize - 1)
    }
    return PlanningCorrelation(
        value: value, lower: bound(reference.survivalQuantile(tail)), upper: bound(reference.quantile(tail)),
        confidenceLevel: confidenceLevel, meanSquareBetween: between, meanSquareWithin: within,
        adjustedSize: components.adjustedSize, partners: Int(components.partners))
}
