/// The pre-registered rule of a group-sequential trial.
public struct SequentialDesign: Sendable, Hashable, Codable {
    /// The error of the whole schedule; two-sided, half of it in each direction. Positive, and below 1/2 in each
    /// direction.
    public var alpha: Double
    /// The directions that can be concluded.
    public var alternative: Alternative
    /// How the error is spent.
    public var spending: SpendingFunction

    /// Creates a design.
    ///
    /// - Precondition: the error in each direction is positive and below 1/2, so that boundaries are positive.
    public init(alpha: Double, alternative: Alternative, spending: SpendingFunction) {
        precondition(
            alpha > 0 && alpha < (alternative == .twoSided ? 1 : 0.5),
            "the error in each direction lies between 0 and 1/2")
        self.alpha = alpha
        self.alternative = alternative
        self.spending = spending
    }

    /// The error in each direction that can be concluded.
    public var alphaPerDirection: Double { alternative == .twoSided ? alpha / 2 : alpha }

    /// The level of the design's two-sided intervals: 1 − twice the error per direction.
    public var confidenceLevel: Double { 1 - 2 * alphaPerDirection }

    /// The boundaries of looks, on the scale of `SequentialLook.z` in the direction of the alternative.
    ///
    /// - Precondition: the looks' fractions are in order, as `sequentialBoundaries` requires.
    public func boundaries(of looks: [SequentialLook], endsSchedule: Bool = false) -> [Boundary] {
        boundaries(of: looks, endsSchedule: endsSchedule, alpha: alphaPerDirection)
    }

    func boundaries(of looks: [SequentialLook], endsSchedule: Bool, alpha: Double) -> [Boundary] {
        sequentialBoundaries(
            informationFractions: looks.map(\.informationFraction), alpha: alpha, spending: spending,
            spendingFractions: looks.map(\.spendingFraction), endsSchedule: endsSchedule)
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
