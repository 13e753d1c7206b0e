import Foundation

/// Where a trial may be given up for futility, without being obliged to.
///
/// The bounds are non-binding: efficacy boundaries are computed as if there were none, so going on below one
/// costs nothing but time. Their price is power: a trial that heeds them has the stated power at `drift`.
public struct FutilityBounds: Sendable, Hashable, Codable {
    /// The bound of one look.
    public struct Bound: Sendable, Hashable, Codable {
        /// The information fraction of the look.
        public var informationFraction: Double
        /// P(given up by this look) at `drift`.
        public var cumulativeBeta: Double
        /// The trial looks futile when z is below this; at the last look the efficacy boundary itself. Nil where
        /// next to no β is spent.
        public var criticalValue: Double?

        /// Creates a bound from its fields.
        public init(informationFraction: Double, cumulativeBeta: Double, criticalValue: Double?) {
            self.informationFraction = informationFraction
            self.cumulativeBeta = cumulativeBeta
            self.criticalValue = criticalValue
        }
    }

    /// The expected z at full information for which the trial has power 1 − β when bounds are heeded.
    public var drift: Double
    /// The bounds of the efficacy boundaries' looks.
    public var bounds: [Bound]

    /// Creates bounds from their fields.
    public init(drift: Double, bounds: [Bound]) {
        self.drift = drift
        self.bounds = bounds
    }

    /// The rule of a trial that heeds the bounds and stops at the efficacy boundaries they were made for.
    public func rule(efficacy: [Boundary]) -> StoppingRule {
        let efficacy = efficacy.filter { $0.criticalValue != nil }
        return StoppingRule(
            looks: zip(efficacy, bounds).map {
                StoppingRule.Look(
                    informationFraction: $0.informationFraction, lower: $1.criticalValue,
                    upper: $0.criticalValue)
            })
    }
}

/// Non-binding futility bounds that spend the type II error β.
///
/// At the drift to be detected, the probability of falling below a bound for the first time at look k is the
/// β spent there, and the last bound is the last efficacy boundary; the drift is solved for.
///
/// - Parameters:
///   - efficacy: Boundaries in one direction; those without a critical value are passed over.
///   - beta: The type II error at full information, such as 0.2; between 0 and 1 less the level.
///   - spending: How β is spent over the information fractions; all is spent at the last look.
/// - Returns: nil when there is no efficacy boundary, or no drift up to 40 has that power.
/// - Source: Pampallona, Tsiatis & Kim (2001), Drug Information Journal 35:1113; Jennison & Turnbull (2000),
///   ch. 7.
public func futilityBounds(
    efficacy: [Boundary], beta: Double, spending: SpendingFunction
) -> FutilityBounds? {
    precondition(beta > 0 && beta < 1, "a type II error lies between 0 and 1")
    let efficacy = efficacy.filter { $0.criticalValue != nil }
    guard let last = efficacy.last?.informationFraction else { return nil }
    var cumulative = cumulativeError(
        at: efficacy.map { min($0.informationFraction / last, 1) }, alpha: beta, spending: spending)
    cumulative[cumulative.count - 1] = beta
    let search = BetaSpending(efficacy: efficacy, cumulative: cumulative)
    guard
        let drift = bracketedRoot(in: 0...40 / last.squareRoot(), tolerance: 1e-10, of: search.excess)
    else { return nil }
    let bounds = zip(efficacy, zip(cumulative, search.bounds(drift: drift).limits)).map {
        FutilityBounds.Bound(
            informationFraction: $0.informationFraction, cumulativeBeta: $1.0, criticalValue: $1.1)
    }
    return FutilityBounds(drift: drift, bounds: bounds)
}

/// The bounds that spend β at a drift that is still to be found.
private struct BetaSpending {
    let efficacy: [Boundary]
    let cumulative: [Double]

    /// The bounds at a drift, and what is left to fall below the last efficacy boundary.
    func bounds(drift: Double) -> (limits: [Double?], missed: Double) {
        var process = SequentialDensity()
        var limits: [Double?] = []
        var spent = 0.0
        for (index, boundary) in efficacy.enumerated() {
            let fraction = boundary.informationFraction
            guard let upper = boundary.criticalValue else { continue }
            guard index + 1 < efficacy.count else {
                limits.append(upper)
                return (
                    limits,
                    process.probability(.below, upper * fraction.squareRoot(), at: fraction, drift: drift)
                )
            }
            let increment = cumulative[index] - spent
            var limit: Double?
            if increment > 1e-300 {
                // Fewer paths than β left: every one of them is given up.
                limit = min(
                    process.limit(.below, stopping: increment, at: fraction, drift: drift) ?? upper, upper)
                spent = cumulative[index]
            }
            limits.append(limit)
            process.advance(
                to: fraction, lower: limit, upper: upper,
                following: efficacy[index + 1].informationFraction)
        }
        return (limits, 0)
    }

    /// By how much the β left for the last look is exceeded; falls with the drift.
    func excess(drift: Double) -> Double {
        let earlier = cumulative.dropLast().last ?? 0
        return bounds(drift: drift).missed - (cumulative[cumulative.count - 1] - earlier)
    }
}
