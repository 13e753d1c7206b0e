import Foundation

/// How an estimate speaks about the true effect.
public enum EffectLikelihood: String, Sendable, Hashable, Codable {
    /// θ̂ is normal about the effect with a known standard error.
    case normal
    /// (θ̂ − θ)/SE is Student's t: the standard error is itself an estimate.
    case studentT

    /// The t below 30 degrees of freedom, where the normal promises too much.
    public static func suited(toDegreesOfFreedom degreesOfFreedom: Double) -> EffectLikelihood {
        degreesOfFreedom < 30 ? .studentT : .normal
    }
}

/// What is believed about the effect after a look: the prior times the likelihood of a cluster-robust estimate.
///
/// The likelihood is that of the partner-level estimate and its robust standard error, never of customers: a
/// beta-binomial over customers is overconfident by the design effect.
///
/// A t likelihood is a normal one whose variance is divided by a gamma variable λ; given λ the posterior is
/// normal, so every quantity is an integral over ln λ of one in closed form.
///
/// - Source: Gelman et al. (2013), Bayesian Data Analysis, ch. 2 (normal) and 17 (t as scale mixture).
public struct EffectPosterior: Sendable, Hashable, Codable {
    /// The estimate.
    public let estimate: Estimate
    /// The belief before it; nil for none, a flat prior.
    public let prior: NormalBelief?
    /// How the estimate was read.
    public let likelihood: EffectLikelihood
    /// The posterior mean.
    public let mean: Double
    /// The posterior standard deviation.
    public let standardDeviation: Double

    /// Combines an estimate with a prior.
    ///
    /// - Parameter likelihood: By default what suits the estimate's degrees of freedom.
    /// - Throws: `.invalidPlan` for a prior without spread, and for a t likelihood on two or fewer degrees of freedom
    ///   without a prior, which has no variance.
    public init(
        estimate: Estimate, prior: NormalBelief?, likelihood: EffectLikelihood? = nil
    ) throws(EstimationError) {
        if let prior,
            !(prior.standardDeviation > 0 && prior.standardDeviation.isFinite && prior.mean.isFinite)
        {
            throw .invalidPlan(
                reason:
                    "the prior's standard deviation is \(prior.standardDeviation), expected a positive number"
            )
        }
        self.estimate = estimate
        self.prior = prior
        let chosen = likelihood ?? .suited(toDegreesOfFreedom: estimate.degreesOfFreedom)
        self.likelihood = chosen
        if chosen == .studentT, prior == nil, estimate.degreesOfFreedom <= 2 {
            throw .invalidPlan(
                reason:
                    "\(estimate.degreesOfFreedom) degrees of freedom and no prior leave the effect without a "
                    + "variance, expected a prior or more than 2")
        }
        let components = EffectPosterior.components(estimate: estimate, prior: prior, likelihood: chosen)
        let mean = components.reduce(0) { $0 + $1.weight * $1.belief.mean }
        let variance = components.reduce(0.0) { sum, component in
            let deviation = component.belief.mean - mean
            let spread = component.belief.standardDeviation
            return sum + component.weight * (spread * spread + deviation * deviation)
        }
        self.mean = mean
        self.standardDeviation = variance.squareRoot()
    }

    /// P(effect > threshold).
    public func probability(above threshold: Double) -> Double {
        min(1, components.reduce(0) { $0 + $1.weight * $1.belief.probability(above: threshold) })
    }

    /// E[max(0, effect − threshold)].
    public func expectedExcess(above threshold: Double) -> Double {
        components.reduce(0) { $0 + $1.weight * $1.belief.expectedExcess(above: threshold) }
    }

    /// E[max(0, threshold − effect)].
    public func expectedShortfall(below threshold: Double) -> Double {
        components.reduce(0) { $0 + $1.weight * $1.belief.expectedShortfall(below: threshold) }
    }

    /// The interval that leaves equal probability on both sides.
    ///
    /// - Parameter level: Strictly between 0 and 1.
    public func credibleInterval(level: Double) -> (lower: Double, upper: Double) {
        precondition(level > 0 && level < 1, "the level of an interval lies between 0 and 1")
        let components = components
        func tail(_ x: Double, _ sign: Double) -> Double {
            components.reduce(0) { sum, component in
                let mirrored = NormalBelief(
                    mean: sign * component.belief.mean,
                    standardDeviation: component.belief.standardDeviation)
                return sum + component.weight * mirrored.probability(above: sign * x)
            }
        }
        func end(_ sign: Double) -> Double {
            let target = (1 - level) / 2
            var distance = standardDeviation
            while tail(mean + sign * distance, sign) > target { distance *= 2 }
            return root(between: mean, and: mean + sign * distance) { tail($0, sign) - target } ?? mean
        }
        return (end(-1), end(1))
    }

    private struct Component {
        var weight: Double
        var belief: NormalBelief
    }

    private var components: [Component] {
        EffectPosterior.components(estimate: estimate, prior: prior, likelihood: likelihood)
    }

    /// The posterior as a mixture of normals, with weights that add up to 1.
    private static func components(
        estimate: Estimate, prior: NormalBelief?, likelihood: EffectLikelihood
    ) -> [Component] {
        let variance = estimate.standardError * estimate.standardError
        if likelihood == .normal || estimate.degreesOfFreedom == .infinity {
            return [Component(weight: 1, belief: updated(prior, with: estimate.value, variance: variance))]
        }
        let half = estimate.degreesOfFreedom / 2
        let conflict = prior.map { estimate.value - $0.mean } ?? 0
        let priorVariance = prior.map { $0.standardDeviation * $0.standardDeviation }

        /// ln of gamma density times marginal likelihood, up to a constant, at ln λ.
        func exponent(_ u: Double) -> Double {
            let gamma = -half * (expm1(u) - u)
            guard let priorVariance else { return gamma }
            let marginal = priorVariance + variance * exp(-u)
            return gamma - 0.5 * log(marginal) - conflict * conflict / (2 * marginal)
        }
        // Beyond these ends the gamma density is below exp(−45) of its peak, after what the marginal likelihood
        // can add to it.
        let gain = priorVariance.map { conflict * conflict / (2 * $0) } ?? 0
        let drop = (45 + gain) / half
        let lower = -max((3 * drop).squareRoot(), 2.8 * drop)
        let upper = min((2 * drop).squareRoot(), 3 + log1p(drop))
        var nodes: [(u: Double, logWeight: Double)] = []
        GaussLegendre.panels(from: lower, to: upper, width: min(0.5, 1 / half.squareRoot())) { u, weight in
            nodes.append((u, log(weight) + exponent(u)))
        }
        let highest = nodes.reduce(-.infinity) { max($0, $1.logWeight) }
        nodes.removeAll { $0.logWeight < highest - 45 }
        let total = nodes.reduce(0) { $0 + exp($1.logWeight - highest) }
        return nodes.map { node in
            Component(
                weight: exp(node.logWeight - highest) / total,
                belief: updated(prior, with: estimate.value, variance: variance * exp(-node.u)))
        }
    }

    /// The normal posterior of a normal likelihood.
    private static func updated(
        _ prior: NormalBelief?, with value: Double, variance: Double
    ) -> NormalBelief {
        guard let prior else { return NormalBelief(mean: value, standardDeviation: variance.squareRoot()) }
        let priorVariance = prior.standardDeviation * prior.standardDeviation
        let share = priorVariance / (priorVariance + variance)
        return NormalBelief(
            mean: share * value + (1 - share) * prior.mean,
            standardDeviation: (share * variance).squareRoot())
    }
}
