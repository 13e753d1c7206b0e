/// How a treatment arm's partners came through compared with control's.
public struct ArmBalance: Sendable, Hashable, Codable {
    /// How arms were compared.
    public var method: EffectMethod
    /// Whose average the numbers are.
    public var estimand: Estimand
    /// The control arm's rate or average.
    public var control: Double
    /// The treatment arm's rate or average.
    public var treatment: Double
    /// Partners of the control arm.
    public var controlPartners: PartnerCount
    /// Partners of the treatment arm.
    public var treatmentPartners: PartnerCount
    /// treatment − control with its standard error and degrees of freedom; nil exactly when `unavailable` says why.
    public var estimate: Estimate?
    /// The p-value of no difference, from partners; nil exactly when `unavailable` says why.
    public var pValue: Double?
    /// min(1, p · number of treatments), so that several treatments do not multiply false alarms.
    public var adjustedPValue: Double?
    /// Why there is no p-value.
    public var unavailable: EstimationError?

    /// Judges a comparison of an arm with control, one of several.
    init(_ difference: RateDifference, comparisons: Int) {
        self.init(
            difference.effect(confidenceLevel: 0.95), control: difference.control.rate,
            treatment: difference.treatment.rate, estimate: difference.estimate, comparisons: comparisons)
    }

    /// Judges a comparison of an arm's average partner with control's, one of several.
    init(_ difference: PartnerAverageDifference, comparisons: Int) {
        self.init(
            difference.effect(confidenceLevel: 0.95), control: difference.controlMean,
            treatment: difference.treatmentMean, estimate: difference.estimate, comparisons: comparisons)
    }

    private init(
        _ effect: TreatmentEffect, control: Double, treatment: Double, estimate: Estimate?, comparisons: Int
    ) {
        method = effect.method
        estimand = effect.estimand
        self.control = control
        self.treatment = treatment
        controlPartners = effect.control
        treatmentPartners = effect.treatment
        self.estimate = estimate
        pValue = effect.pValue
        adjustedPValue = effect.pValue.map { min(1, $0 * Double(comparisons)) }
        unavailable = effect.unavailable
    }
}

/// Compares by arm which share of the customers assigned was observed, partner by partner.
///
/// The live check of an experiment whose lots cannot deviate: were records lost on the way in one arm? A
/// partner's customers are lost together, so the test is `rateDifference` on partners, never a test that takes
/// customers as independent.
///
/// Example: partners of four customers each, of which control observed 4, 4, 3, 4 and treatment 2, 3, 2, 2:
/// shares 0.94 and 0.56.
///
/// - Parameters:
///   - assigned: Customers frozen at assignment; one array an arm, control first, one number a partner.
///   - observed: Those of them found in the data, in the same order; not more than assigned.
/// - Returns: One comparison a treatment, in order. No loss in either arm has `unavailable` `.noVariation`.
/// - Throws: `.invalidCounts` when the arrays do not fit, `.emptyArm`.
public func joinLoss(assigned: [[Int]], observed: [[Int]]) throws(EstimationError) -> [ArmBalance] {
    guard assigned.map(\.count) == observed.map(\.count), assigned.count >= 2 else {
        throw .invalidCounts(
            reason: "customers assigned and observed are needed for the same partners of two or more arms")
    }
    var arms: [[ClusterTotal]] = []
    for (planned, found) in zip(assigned, observed) {
        guard zip(planned, found).allSatisfy({ 0 <= $1 && $1 <= $0 }) else {
            throw .invalidCounts(reason: "a partner has fewer customers assigned than observed")
        }
        arms.append(zip(planned, found).map { ClusterTotal(successes: $1, size: $0) })
    }
    var balances: [ArmBalance] = []
    for treatment in arms.dropFirst() {
        let difference = try rateDifference(control: arms[0], treatment: treatment)
        balances.append(
            ArmBalance(difference, comparisons: arms.count - 1))
    }
    return balances
}

/// Compares by arm the average number of customers per partner, by Welch's t over partners.
///
/// What a test of the sample ratio on customers is after, without its false alarms: one large partner moves
/// hundreds of customers to its arm and is still one draw.
///
/// - Parameter customers: One array an arm, control first, one number a partner; not negative.
/// - Returns: One comparison of averages a treatment, in order.
/// - Throws: `.invalidCounts` below two arms or for a negative number, `.emptyArm`.
public func clusterSizeBalance(customers: [[Int]]) throws(EstimationError) -> [ArmBalance] {
    guard customers.count >= 2, customers.joined().allSatisfy({ $0 >= 0 }) else {
        throw .invalidCounts(reason: "numbers of customers, none negative, are needed for two or more arms")
    }
    let arms = customers.map { arm in
        arm.map { count in
            let size = Double(count)
            return ClusterTotal(count: 1, numerator: size, denominator: 1, sumOfSquares: size * size)
        }
    }
    var balances: [ArmBalance] = []
    for treatment in arms.dropFirst() {
        let average = try partnerAverageDifference(control: arms[0], treatment: treatment)
        balances.append(
            ArmBalance(average, comparisons: arms.count - 1))
    }
    return balances
}
