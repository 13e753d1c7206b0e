/// The values of a relative difference θ − 1 = R₁/R₀ − 1 that a confidence level does not rule out.
///
/// When control is not clearly different from 0 the set is no interval, however little that is to one's liking:
/// dividing an interval of the difference by R₀ would hide it.
public enum FiellerRegion: Sendable, Hashable, Codable {
    /// All values from `lower` to `upper`.
    case bounded(lower: Double, upper: Double)
    /// All values up to `lower` and all from `upper` on: control is compatible with 0, the effect's direction
    /// is not open.
    case exclusive(lower: Double, upper: Double)
    /// Every value: neither control nor treatment can be told from 0.
    case wholeLine

    /// Whether a relative difference is not ruled out.
    public func contains(_ relativeDifference: Double) -> Bool {
        switch self {
        case .bounded(let lower, let upper): relativeDifference >= lower && relativeDifference <= upper
        case .exclusive(let lower, let upper): relativeDifference <= lower || relativeDifference >= upper
        case .wholeLine: true
        }
    }
}

extension RatioComparison {
    /// Fieller's confidence set of R₁/R₀ − 1: all θ − 1 with (R₁ − θR₀)² ≤ t²(V₁ + θ²V₀).
    ///
    /// The degrees of freedom are those of the difference, that is, at θ = 1; so the set leaves out 0 exactly
    /// when the t-test of the difference rejects. On the boundary between an interval and two rays the whole
    /// line is returned, which contains the true set. A treatment of 0 in all partners gives the point −1: see
    /// `armsWithoutVariation`.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1.
    /// - Source: Fieller (1954), JRSS B 16:175; Franz (2007), arXiv 0710.2024, sec. 2.
    /// - Throws: `unavailable`.
    public func fiellerRegion(confidenceLevel: Double) throws(EstimationError) -> FiellerRegion {
        precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
        let estimate = try estimate(on: .difference)
        guard let left = control.uncertainty, let right = treatment.uncertainty else { throw .noVariation }
        let t = StudentT(degreesOfFreedom: estimate.degreesOfFreedom)
            .survivalQuantile((1 - confidenceLevel) / 2)
        let (r0, r1) = (control.value, treatment.value)
        // aθ² − 2bθ + c ≤ 0
        let a = r0 * r0 - t * t * left.squaredStandardError
        let b = r0 * r1
        let c = r1 * r1 - t * t * right.squaredStandardError
        // b² − ac, without subtracting the two nearly equal products.
        let discriminant =
            t * t
            * (r0 * r0 * right.squaredStandardError + r1 * r1 * left.squaredStandardError
                - t * t * left.squaredStandardError * right.squaredStandardError)
        // Without treatment, and known not to have any, the relative difference is −1 whatever control is.
        if a > 0, discriminant <= 0 { return .bounded(lower: b / a - 1, upper: b / a - 1) }
        guard a != 0, discriminant > 0 else { return .wholeLine }
        let root = b + (b < 0 ? -1 : 1) * discriminant.squareRoot()
        guard root != 0 else { return .wholeLine }
        let (first, second) = (root / a - 1, c / root - 1)
        return a > 0
            ? .bounded(lower: min(first, second), upper: max(first, second))
            : .exclusive(lower: min(first, second), upper: max(first, second))
    }
}
