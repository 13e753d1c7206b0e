import Foundation

/// Intervals around a running mean of partners that hold at all times together, once partners are many.
///
/// After t partners with outcome variance s² the half-width is
///
///     s · √( 2(tρ² + 1)/(t²ρ²) · ln( √(tρ² + 1) / α ) ),
///
/// and for one side ln(1 + √(tρ² + 1)/(2α)). It assumes partners arrive one after the other. Where all partners
/// start at once and t does not grow, `eProcess` follows the information instead.
///
/// - Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52:2613, theorem 2.2,
///   appendix B and proposition B.1.
public struct AsymptoticConfidenceSequence: Sendable, Hashable, Codable {
    /// ρ², which decides at what t the intervals are narrowest; positive.
    public var rhoSquared: Double
    /// One less the level of the sequence; between 0 and 1.
    public var alpha: Double

    /// A sequence with a given ρ².
    public init(rhoSquared: Double, alpha: Double) {
        precondition(rhoSquared > 0 && alpha > 0 && alpha < 1, "ρ² is positive and a level is below 1")
        self.rhoSquared = rhoSquared
        self.alpha = alpha
    }

    /// The sequence that is narrowest at t partners: ρ² = (−W₋₁(−α²/e) − 1)/t.
    public init(narrowestAt partners: Double, alpha: Double) {
        precondition(partners > 0, "partners are counted from 1")
        // With y = −W the equation y − ln y = 1 − 2 ln α is convex: Newton from above closes in.
        let target = 1 - 2 * log(alpha)
        var y = target + log(target) + 1
        for _ in 0..<60 {
            let step = (y - log(y) - target) / (1 - 1 / y)
            y -= step
            if abs(step) < 1e-15 * y { break }
        }
        self.init(rhoSquared: (y - 1) / partners, alpha: alpha)
    }

    /// The closed form close to it: ρ² = (−2 ln α + ln(−2 ln α + 1))/t.
    public init(approximatelyNarrowestAt partners: Double, alpha: Double) {
        precondition(partners > 0, "partners are counted from 1")
        self.init(rhoSquared: (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / partners, alpha: alpha)
    }

    /// The two-sided half-width after `partners` with outcome variance `variance`.
    public func margin(partners: Double, variance: Double) -> Double {
        let growth = partners * rhoSquared + 1
        return halfWidth(partners, variance, log(growth.squareRoot() / alpha))
    }

    /// The distance of a one-sided bound at level 1 − α.
    public func oneSidedMargin(partners: Double, variance: Double) -> Double {
        let growth = partners * rhoSquared + 1
        return halfWidth(partners, variance, log1p(growth.squareRoot() / (2 * alpha)))
    }

    private func halfWidth(_ partners: Double, _ variance: Double, _ logarithm: Double) -> Double {
        precondition(
            partners > 0 && variance >= 0, "partners are counted from 1 and a variance is not negative")
        let growth = partners * rhoSquared + 1
        return (variance * 2 * growth / (partners * partners * rhoSquared) * logarithm).squareRoot()
    }
}

/// An asymptotic anytime interval with what it does not promise.
public struct AsymptoticInterval: Sendable, Hashable, Codable {
    /// A reason to trust the level less.
    public enum Limit: String, Sendable, Hashable, Codable {
        /// The level holds in the limit of many partners only, and for partners that arrive one by one.
        case holdsForManyArrivingPartners
        /// An arm has fewer than 60 partners, where simulated sequences were crossed too often: by 14 % instead
        /// of 5 % with 8 an arm, 7.6 % with 20.
        case fewPartners
    }

    /// The interval, valid at any time within its limits.
    public var interval: Interval
    /// Control partners with an outcome.
    public var control: PartnerCount
    /// Treatment partners with an outcome.
    public var treatment: PartnerCount
    /// ρ² of the sequence.
    public var rhoSquared: Double
    /// What the interval does not promise; never empty.
    public var limits: [Limit]

    /// Creates an interval from its fields.
    public init(
        interval: Interval, control: PartnerCount, treatment: PartnerCount, rhoSquared: Double,
        limits: [Limit]
    ) {
        self.interval = interval
        self.control = control
        self.treatment = treatment
        self.rhoSquared = rhoSquared
        self.limits = limits
    }

    /// How it was computed.
    public var method: EffectMethod { .asymptoticConfidenceSequence }

    /// t: partners of both arms with an outcome.
    public var partners: Int { control.raw + treatment.raw }
}

extension EffectMethod {
    /// An interval that holds at any time once partners are many.
    public static let asymptoticConfidenceSequence = EffectMethod(rawValue: "asymptotic confidence sequence")
}

extension AsymptoticConfidenceSequence {
    /// Partners an arm below which an interval warns.
    public static let fewestPartnersPerArm = 60

    /// The interval of the sequence around an estimated difference.
    ///
    /// The estimate's variance V over t partners stands for an outcome variance of V·t.
    ///
    /// - Throws: `.emptyArm` when an arm has no partners.
    public func interval(
        for estimate: Estimate, control: PartnerCount, treatment: PartnerCount
    ) throws(EstimationError) -> AsymptoticInterval {
        guard control.raw > 0 else { throw .emptyArm(.control) }
        guard treatment.raw > 0 else { throw .emptyArm(.treatment) }
        let partners = control.raw + treatment.raw
        let variance = estimate.standardError * estimate.standardError * Double(partners)
        let margin = margin(partners: Double(partners), variance: variance)
        var limits = [AsymptoticInterval.Limit.holdsForManyArrivingPartners]
        if min(control.raw, treatment.raw) < Self.fewestPartnersPerArm { limits.append(.fewPartners) }
        return AsymptoticInterval(
            interval: Interval(
                lower: estimate.value - margin, upper: estimate.value + margin, confidenceLevel: 1 - alpha,
                validity: .anytime),
            control: control, treatment: treatment, rhoSquared: rhoSquared, limits: limits)
    }
}
