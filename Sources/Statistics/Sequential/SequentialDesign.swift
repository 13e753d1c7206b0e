/// The pre-registered rule of a group-sequential trial.
public struct SequentialDesign: Sendable, Hashable, Codable {
    /// Where boundaries come from.
    public enum Boundaries: Sendable, Hashable, Codable {
        /// From a spending function, for whatever looks are taken.
        case spending(SpendingFunction)
        /// From a family with one constant, for looks that are all planned; a look at another information
        /// fraction (by more than 1e-6) has no boundary.
        case family(BoundaryFamily, informationFractions: [Double])
    }

    /// The error of the whole schedule; two-sided, half of it in each direction. Positive, and below 1/2 in each
    /// direction.
    public var alpha: Double
    /// The directions that can be concluded.
    public var alternative: Alternative
    /// Where boundaries come from.
    public var boundaries: Boundaries

    /// Creates a design.
    ///
    /// - Precondition: the error in each direction is positive and below 1/2, so that boundaries are positive; a
    ///   family's fractions are positive and increase.
    public init(alpha: Double, alternative: Alternative, boundaries: Boundaries) {
        self.alpha = alpha
        self.alternative = alternative
        self.boundaries = boundaries
        require(fault)
    }

    /// Decodes a design, refusing an impossible one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        alpha = try container.decode(Double.self, forKey: .alpha)
        alternative = try container.decode(Alternative.self, forKey: .alternative)
        boundaries = try container.decode(Boundaries.self, forKey: .boundaries)
        try decoder.refuse(fault)
    }

    private var fault: String? {
        guard alpha > 0, alpha < (alternative == .twoSided ? 1 : 0.5) else {
            return "the error in each direction lies between 0 and 1/2"
        }
        guard case .family(_, let fractions) = boundaries else { return nil }
        return fractionsFault(fractions)
    }

    /// Creates a design that spends its error by a function.
    public init(alpha: Double, alternative: Alternative, spending: SpendingFunction) {
        self.init(alpha: alpha, alternative: alternative, boundaries: .spending(spending))
    }

    /// The error in each direction that can be concluded.
    public var alphaPerDirection: Double { alternative == .twoSided ? alpha / 2 : alpha }

    /// The level of the design's two-sided intervals: 1 − twice the error per direction.
    public var confidenceLevel: Double { 1 - 2 * alphaPerDirection }

    /// The boundaries of looks, on the scale of `SequentialLook.z` in the direction of the alternative.
    ///
    /// - Parameter endsSchedule: Whether the last look given is the last there will be: it then spends what is
    ///   left, which a family cannot.
    /// - Throws: `.invalidPlan` when fractions decrease or leave their range, as `sequentialBoundaries`.
    public func boundaries(
        of looks: [SequentialLook], endsSchedule: Bool = false
    ) throws(EstimationError) -> [Boundary] {
        try checkFractions(
            information: looks.map(\.informationFraction), spending: looks.map(\.spendingFraction))
        return boundaries(of: looks, endsSchedule: endsSchedule, alphaPerDirection: alphaPerDirection)
    }

    /// The boundaries the design would have with another error, of looks that were checked.
    func boundaries(
        of looks: [SequentialLook], endsSchedule: Bool, alphaPerDirection: Double
    ) -> [Boundary] {
        switch boundaries {
        case .spending(let spending):
            return sequentialBoundaries(
                informationFractions: looks.map(\.informationFraction), alpha: alphaPerDirection,
                spending: spending, spendingFractions: looks.map(\.spendingFraction),
                endsSchedule: endsSchedule, quadrature: SequentialDensity.Quadrature())
        case .family(let family, let informationFractions):
            let isTwoSided = alternative == .twoSided
            let planned = familyBoundaries(
                informationFractions: informationFractions,
                alpha: isTwoSided ? 2 * alphaPerDirection : alphaPerDirection, family: family,
                isTwoSided: isTwoSided)
            return looks.map { look in
                planned?.boundaries.first { abs($0.informationFraction - look.informationFraction) <= 1e-6 }
                    ?? Boundary(
                        informationFraction: look.informationFraction, cumulativeAlpha: 0, criticalValue: nil,
                        nominalLevel: nil)
            }
        }
    }

    /// The schedule of a family; nil for spending functions.
    var familySchedule: FamilySchedule? {
        guard case .family(let family, let informationFractions) = boundaries else { return nil }
        return FamilySchedule(
            informationFractions: informationFractions, family: family, isTwoSided: alternative == .twoSided)
    }
}

/// What one look of a trial saw.
public struct SequentialLook: Sendable, Hashable, Codable {
    /// The share of the planned information, which correlations between looks follow.
    public var informationFraction: Double
    /// Where the spending function is read, 0...1: fixed in advance, by calendar or by expected outcomes.
    public var spendingFraction: Double
    /// The effect estimated from everything up to this look.
    public var estimate: Estimate

    /// Creates a look.
    ///
    /// - Parameter spendingFraction: The information fraction when nil.
    public init(informationFraction: Double, spendingFraction: Double? = nil, estimate: Estimate) {
        self.informationFraction = informationFraction
        self.spendingFraction = spendingFraction ?? informationFraction
        self.estimate = estimate
    }

    /// What boundaries are compared with: the normal quantile of the estimate's t.
    public var z: Double { estimate.zEquivalent }
}
