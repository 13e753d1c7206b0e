/// What one look says about a one-sided claim that is tested at every look.
public struct OneSidedInference: Sendable, Hashable, Codable {
    /// What the look was compared with.
    public var boundary: Boundary
    /// The estimate's distance from the hypothesis as a normal quantile.
    public var z: Double
    /// The lower bound of the quantity claimed to be large, in the metric's unit, at level 1 − α for all looks
    /// together; nil without a boundary.
    public var lowerBound: Double?
    /// The smallest error of the whole schedule at which this look would show the claim; nil without a boundary.
    public var pValue: Double?
    /// Whether this look shows the claim.
    public var isShown: Bool
    /// Whether this or an earlier look shows it.
    public var hasBeenShown: Bool

    /// Creates an inference from its fields.
    public init(
        boundary: Boundary, z: Double, lowerBound: Double?, pValue: Double?, isShown: Bool, hasBeenShown: Bool
    ) {
        self.boundary = boundary
        self.z = z
        self.lowerBound = lowerBound
        self.pValue = pValue
        self.isShown = isShown
        self.hasBeenShown = hasBeenShown
    }
}

/// Tests at every look that sign·effect exceeds a limit.
///
/// - Parameters:
///   - looks: In order; those without an estimate are left out and leave their error to later ones.
/// - Returns: One inference a look, nil where there is no estimate.
func oneSidedMonitoring(
    looks: [GuardrailLook], test: GuardrailPlan.Test, sign: Double, limit: Double, endsSchedule: Bool
) -> [OneSidedInference?] {
    let design = SequentialDesign(alpha: test.alpha, alternative: .greater, spending: test.spending)
    var measured: [SequentialLook] = []
    var inferences: [OneSidedInference?] = []
    var hasBeenShown = false
    for (index, look) in looks.enumerated() {
        guard let estimate = look.estimate else {
            inferences.append(nil)
            continue
        }
        let excess = Estimate(
            value: sign * estimate.value - limit, standardError: estimate.standardError,
            degreesOfFreedom: estimate.degreesOfFreedom)
        measured.append(
            SequentialLook(
                informationFraction: look.informationFraction, spendingFraction: look.spendingFraction,
                estimate: excess))
        let isLast = endsSchedule && index == looks.count - 1
        let boundary = design.boundaries(of: measured, endsSchedule: isLast)[measured.count - 1]
        let isShown = boundary.criticalValue.map { excess.zEquivalent > $0 } ?? false
        hasBeenShown = hasBeenShown || isShown
        inferences.append(
            OneSidedInference(
                boundary: boundary, z: excess.zEquivalent,
                lowerBound: boundary.criticalValue.map {
                    excess.interval(criticalValue: $0, confidenceLevel: design.confidenceLevel).lower + limit
                },
                pValue: repeatedPValue(of: measured, design: design, endsSchedule: isLast),
                isShown: isShown, hasBeenShown: hasBeenShown))
    }
    return inferences
}
