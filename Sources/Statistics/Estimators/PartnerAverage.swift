/// Difference of the average partner's rate between arms: every partner counts once, whatever its size.
public struct PartnerAverageDifference: Sendable, Hashable, Codable {
    /// Mean of the control partners' own rates.
    public var controlMean: Double
    /// Mean of the treatment partners' own rates.
    public var treatmentMean: Double
    /// treatmentMean − controlMean, known even when its uncertainty is not.
    public var difference: Double
    /// The difference with Welch's standard error and degrees of freedom; nil exactly when `unavailable` says
    /// why.
    public var estimate: Estimate?
    /// Why there is no estimate.
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        controlMean: Double, treatmentMean: Double, difference: Double, estimate: Estimate?,
        unavailable: EstimationError?
    ) {
        self.controlMean = controlMean
        self.treatmentMean = treatmentMean
        self.difference = difference
        self.estimate = estimate
        self.unavailable = unavailable
    }
}

/// Estimates the partner-average effect by Welch's t on the partners' own rates, treatment − control.
///
/// Partners with a denominator of 0 have no rate and are left out. The estimand differs from the customer
/// average of `rateDifference` whenever large partners respond differently from small ones.
///
/// - Source: Welch (1947), Biometrika 34:28.
/// - Throws: `.emptyArm`, `.invalidTotal`. With fewer than two partners in an arm, or rates that do not vary,
///   the difference is returned without an estimate.
public func partnerAverageDifference(
    control: [ClusterTotal], treatment: [ClusterTotal]
) throws(EstimationError) -> PartnerAverageDifference {
    let controlRates = try SampleMoments(ratesOf: control, arm: .control)
    let treatmentRates = try SampleMoments(ratesOf: treatment, arm: .treatment)
    var result = PartnerAverageDifference(
        controlMean: controlRates.mean, treatmentMean: treatmentRates.mean,
        difference: treatmentRates.mean - controlRates.mean, estimate: nil, unavailable: nil)
    do throws(EstimationError) {
        let left = try controlRates.squaredStandardError(arm: .control)
        let right = try treatmentRates.squaredStandardError(arm: .treatment)
        let variance = left + right
        guard variance > 0 else { throw .noVariation }
        let degreesOfFreedom =
            variance * variance
            / (left * left / (controlRates.count - 1) + right * right / (treatmentRates.count - 1))
        result.estimate = Estimate(
            value: result.difference, standardError: variance.squareRoot(),
            degreesOfFreedom: degreesOfFreedom)
    } catch {
        result.unavailable = error
    }
    return result
}

/// Count, mean and centred sum of squares of the partners' own rates.
private struct SampleMoments {
    var count = 0.0
    var mean = 0.0
    var sumOfSquares = 0.0

    init(ratesOf totals: [ClusterTotal], arm: Arm) throws(EstimationError) {
        try checkUsable(totals, arm: arm)
        let rates = totals.compactMap(\.rate)
        guard !rates.isEmpty else { throw .emptyArm(arm) }
        count = Double(rates.count)
        let average = rates.reduce(0, +) / count
        mean = average
        sumOfSquares = rates.reduce(0) { $0 + ($1 - average) * ($1 - average) }
        // Equal rates leave rounding noise, not variation.
        let scale = rates.reduce(0) { max($0, abs($1)) }
        if sumOfSquares <= count * (1e-12 * scale) * (1e-12 * scale) { sumOfSquares = 0 }
    }

    /// s²/m.
    func squaredStandardError(arm: Arm) throws(EstimationError) -> Double {
        guard count >= 2 else { throw .tooFewClusters(arm: arm, found: Int(count), required: 2) }
        return sumOfSquares / (count - 1) / count
    }
}
