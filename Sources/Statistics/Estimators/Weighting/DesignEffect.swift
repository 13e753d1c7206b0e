/// How many times larger the variance of a difference of means is because customers come in partners.
///
/// The CR2 variance of the difference over the variance had all customers been independent, Σₐ sₐ²/Nₐ. A value of 4
/// says that a quarter of the customers, each from a partner of its own, would have told as much. For a metric
/// that counts customers (every denominator equal to the count).
///
/// - Source: Kish (1965), sec. 5.4; Donner & Klar (2000), sec. 1.3.
/// - Returns: nil when the metric's denominator is not the number of customers, or a variance is undefined or 0.
/// - Throws: `.emptyArm`, `.invalidTotal`.
public func observedDesignEffect(
    control: [ClusterTotal], treatment: [ClusterTotal]
) throws(EstimationError) -> Double? {
    let comparison = try compareRatios(control: control, treatment: treatment)
    guard (control + treatment).allSatisfy({ $0.denominator == Double($0.count) }),
        let left = comparison.control.uncertainty, let right = comparison.treatment.uncertainty
    else { return nil }
    var independent = 0.0
    for totals in [control, treatment] {
        let sum = totals.reduce(.empty, +)
        guard sum.count >= 2 else { return nil }
        let squares = sum.sumOfSquares - sum.numerator * sum.numerator / sum.denominator
        independent += squares / (sum.denominator - 1) / sum.denominator
    }
    let clustered = left.squaredStandardError + right.squaredStandardError
    return independent > 0 && clustered > 0 ? clustered / independent : nil
}
