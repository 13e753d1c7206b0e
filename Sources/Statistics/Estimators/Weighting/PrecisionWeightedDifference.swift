extension EffectMethod {
    /// Partners weighted by the inverse of their rates' working variance at a stated correlation; CR2.
    public static let precisionWeighted = EffectMethod(rawValue: "precision-weighted, CR2")
}

/// Compares partners' rates weighted by how precisely each is known, treatment − control.
///
/// A partner of n customers weighs n/(1 + (n − 1)ρ), the inverse of its rate's variance when customers of one
/// partner correlate by ρ. That is an estimand of its own between the customer average (ρ = 0) and the partner
/// average (ρ = 1), not a better estimate of either: all three agree only where the effect does not depend on a
/// partner's size. ρ must be stated in the plan; estimated from the data it would move the target.
///
/// The variance is CR2 and so does not rest on ρ being right; its degrees of freedom do.
///
/// - Parameter correlation: ρ, from 0 to 1, for example 0.05.
/// - Source: Donner & Klar (2000), sec. 6.2; Imbens & Kolesár (2016), REStat 98:701; on the estimand Kahan et al.
///   (2023), IJE 52:107.
/// - Throws: `.emptyArm`, `.invalidTotal`, `.invalidPlan` for a correlation outside 0...1. When only the uncertainty is undefined, `unavailable` says why.
public func precisionWeightedDifference(
    control: [ClusterTotal], treatment: [ClusterTotal], correlation: Double
) throws(EstimationError) -> RatioComparison {
    try checkCorrelation(correlation)
    try checkUsable(control, arm: .control)
    try checkUsable(treatment, arm: .treatment)
    let left = precisionWeighted(control, correlation: correlation)
    let right = precisionWeighted(treatment, correlation: correlation)
    let leftRate = try ArmRate(pooling: left, arm: .control)
    let rightRate = try ArmRate(pooling: right, arm: .treatment)
    return RatioComparison(
        method: .precisionWeighted, estimand: .precisionWeighted, control: leftRate, treatment: rightRate
    ) { arm throws(EstimationError) in
        let (totals, pooled) = arm == .control ? (left, leftRate) : (right, rightRate)
        // A weighted rate w·y/n has variance w²/w = w, up to a constant.
        return try ArmRatio.Uncertainty(
            .cr2, of: totals, pooled: pooled, arm: arm, workingVariances: totals.map(\.denominator))
    }
}

/// Throws `.invalidPlan` unless a correlation within partners lies between 0 and 1.
func checkCorrelation(_ correlation: Double) throws(EstimationError) {
    guard (0...1).contains(correlation) else {
        throw .invalidPlan(
            reason: "the correlation within partners is \(correlation), expected one between 0 and 1")
    }
}

/// Lines whose denominator is the partner's weight and whose numerator is weight × rate.
private func precisionWeighted(_ totals: [ClusterTotal], correlation: Double) -> [ClusterTotal] {
    totals.map { total in
        guard let rate = total.rate else { return .empty }
        let count = Double(total.count)
        let weight = count / (1 + (count - 1) * correlation)
        return ClusterTotal(
            count: total.count, numerator: weight * rate, denominator: weight,
            sumOfSquares: total.sumOfSquares)
    }
}
