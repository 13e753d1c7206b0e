/// What one look says about a one-sided claim that is tested at every look.
public struct OneSidedInference: Sendable, Hashable, Codable {
    /// What the look was compared with.
    public var boundary: Boundary
    /// The estimate's distance from the hypothesis as a normal quantile.
    public var z: Double
    /// The lower bound of the quantity claimed to be large, in the metric's unit, at level 1 − α for all looks
    /// together; nil without a boundary.
    public var lowerBound: Double?
    /// Whether this look shows the claim.
    public var isShown: Bool
    /// Whether this or an earlier look shows it.
    public var hasBeenShown: Bool

    /// Creates an inference from its fields.
    public init(
        boundary: Boundary, z: Double, lowerBound: Double?, isShown: Bool, hasBeenShown: Bool
    ) {
        self.boundary = boundary
        self.z = z
        self.lowerBound = lowerBound
        self.isShown = isShown
        self.hasBeenShown = hasBeenShown
    }
}

/// A claim that sign·effect exceeds a limit, tested at every look.
struct OneSidedClaim {
    let test: GuardrailPlan.Test
    let sign: Double
    let limit: Double

    private var design: SequentialDesign {
        SequentialDesign(alpha: test.alpha, alternative: .greater, spending: test.spending)
    }

    /// A look at sign·effect − limit, which the claim says is positive; nil where there is no estimate.
    private func excess(at look: GuardrailLook) -> SequentialLook? {
        look.estimate.map { estimate in
            SequentialLook(
                informationFraction: look.informationFraction, spendingFraction: look.spendingFraction,
                estimate: Estimate(
                    value: sign * estimate.value - limit, standardError: estimate.standardError,
                    degreesOfFreedom: estimate.degreesOfFreedom))
        }
    }

    /// Whether the last look is the last there will be and was measured: only then does it spend what is left.
    private func isLastMeasured(_ looks: [GuardrailLook], endsSchedule: Bool) -> Bool {
        endsSchedule && looks.last?.estimate != nil
    }

    /// One inference a look, nil where there is no estimate.
    ///
    /// - Parameter looks: In order; those without an estimate are left out and leave their error to later ones.
    ///
    /// - Throws: `.invalidPlan` for fractions that decrease or leave their range.
    func inferences(
        looks: [GuardrailLook], endsSchedule: Bool
    ) throws(EstimationError) -> [OneSidedInference?] {
        // A look's boundary does not depend on later looks, so all are solved together.
        var boundaries = try design.boundaries(
            of: looks.compactMap(excess), endsSchedule: isLastMeasured(looks, endsSchedule: endsSchedule)
        )[...]
        var hasBeenShown = false
        return looks.map { look in
            guard let excess = excess(at: look), let boundary = boundaries.popFirst() else { return nil }
            let isShown = boundary.criticalValue.map { excess.z > $0 } ?? false
            hasBeenShown = hasBeenShown || isShown
            return OneSidedInference(
                boundary: boundary, z: excess.z,
                lowerBound: boundary.criticalValue.map {
                    excess.estimate.interval(criticalValue: $0, confidenceLevel: design.confidenceLevel).lower
                        + limit
                },
                isShown: isShown, hasBeenShown: hasBeenShown)
        }
    }

    /// The repeated p-value of the last look; nil without an estimate or a boundary there.
    func repeatedPValue(looks: [GuardrailLook], endsSchedule: Bool) throws(EstimationError) -> Double? {
        guard looks.last?.estimate != nil else { return nil }
        return try Statistics.repeatedPValue(
            of: looks.compactMap(excess), design: design, endsSchedule: endsSchedule)
    }
}
