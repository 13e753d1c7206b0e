/// Whether the effect depends on how large a partner is: customer average minus partner average.
public struct InformativeSize: Sendable, Hashable, Codable {
    /// The effect on the customer average.
    public var customerAverage: Double
    /// The effect on the partner average.
    public var partnerAverage: Double
    /// `customerAverage` − `partnerAverage` with its jackknife error; nil exactly when `unavailable` says why.
    public var estimate: Estimate?
    /// Partners of the control arm.
    public var control: PartnerCount
    /// Partners of the treatment arm.
    public var treatment: PartnerCount
    /// Why there is no estimate.
    public var unavailable: EstimationError?

    /// Creates a result from its fields.
    public init(
        customerAverage: Double, partnerAverage: Double, estimate: Estimate?, control: PartnerCount,
        treatment: PartnerCount, unavailable: EstimationError?
    ) {
        self.customerAverage = customerAverage
        self.partnerAverage = partnerAverage
        self.estimate = estimate
        self.control = control
        self.treatment = treatment
        self.unavailable = unavailable
    }

    /// How it was tested.
    public var method: EffectMethod { .informativeSizeJackknife }
}

extension EffectMethod {
    /// Customer average less partner average, by leaving out each partner.
    public static let informativeSizeJackknife = EffectMethod(
        rawValue: "delete-one-partner jackknife, t(min m − 1)")
}

/// Tests whether customer-average and partner-average effects differ, that is, whether size is informative.
///
/// Both effects are recomputed without each partner in turn, so that their correlation is accounted for. With
/// D₍₋ₖ₎ the arm's customer average minus its partner average without partner k, the variance is
/// Σₐ (mₐ − 1)/mₐ·Σₖ (D₍₋ₖ₎ − D̄ₐ)², referred to t on min(m₀, m₁) − 1 degrees of freedom. A partner with a numerator
/// but no denominator counts in the customer average, though it has no ratio of its own. To be shown beside both
/// effects; choosing the estimand by its outcome would bias either.
///
/// - Source: Kahan, Li, Copas & Harhay (2023), IJE 52:107; Blette et al. (2025), arXiv 2510.01127; the jackknife
///   of independent samples: Arvesen (1969), AMS 40:2076.
/// - Throws: `.emptyArm`, `.invalidTotal`.
public func informativeSize(
    control: [ClusterTotal], treatment: [ClusterTotal]
) throws(EstimationError) -> InformativeSize {
    let left = try ArmContrast(control, arm: .control)
    let right = try ArmContrast(treatment, arm: .treatment)
    var result = InformativeSize(
        customerAverage: right.pooled.rate - left.pooled.rate,
        partnerAverage: right.partnerMean - left.partnerMean, estimate: nil,
        control: PartnerCount(left.pooled), treatment: PartnerCount(right.pooled), unavailable: nil)
    do throws(EstimationError) {
        let variance = try left.jackknifeVariance(arm: .control) + right.jackknifeVariance(arm: .treatment)
        guard variance > 0 else { throw .noVariation }
        result.estimate = Estimate(
            value: result.customerAverage - result.partnerAverage, standardError: variance.squareRoot(),
            degreesOfFreedom: min(left.count, right.count) - 1)
    } catch {
        result.unavailable = error
    }
    return result
}

/// One arm's customer average and partner average.
private struct ArmContrast {
    let pooled: ArmRate
    let partnerMean: Double
    /// The partners that take part in either.
    private let occupied: [ClusterTotal]

    init(_ totals: [ClusterTotal], arm: Arm) throws(EstimationError) {
        pooled = try ArmRate(pooling: totals, arm: arm)
        occupied = totals.filter(\.takesPart)
        partnerMean = occupied.compactMap(\.rate).reduce(0, +) / Double(pooled.clusterCount)
    }

    /// How many partners take part.
    var count: Double { Double(occupied.count) }

    /// (m − 1)/m·Σ(D₍₋ₖ₎ − D̄)², each D₍₋ₖ₎ written as its change from D so that no digits cancel.
    func jackknifeVariance(arm: Arm) throws(EstimationError) -> Double {
        guard pooled.clusterCount >= 2 else {
            throw .tooFewClusters(arm: arm, found: pooled.clusterCount, required: 2)
        }
        if isWithoutVariation(occupied, pooled: pooled) { return 0 }
        var shifts: [Double] = []
        shifts.reserveCapacity(occupied.count)
        for total in occupied {
            let remaining = pooled.denominator - total.denominator
            guard remaining > 0 else { throw .fullLeverage(arm) }
            let customerShift = -(total.numerator - pooled.rate * total.denominator) / remaining
            let partnerShift = total.rate.map { -($0 - partnerMean) / Double(pooled.clusterCount - 1) } ?? 0
            shifts.append(customerShift - partnerShift)
        }
        let mean = shifts.reduce(0, +) / count
        let scale = (abs(pooled.rate) + abs(partnerMean)) * 1e-12
        let variance = (count - 1) / count * shifts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        // Equal sizes make both averages one and the same; what is left of their difference is rounding.
        return variance <= scale * scale ? 0 : variance
    }
}
