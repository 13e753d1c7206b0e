/// The effect of an earlier pilot, in the unit of the metric.
public struct PastEffect: Sendable, Hashable, Codable {
    /// treatment − control.
    public var value: Double
    /// Its cluster-robust standard error; positive.
    public var standardError: Double

    /// Creates an effect.
    public init(value: Double, standardError: Double) {
        self.value = value
        self.standardError = standardError
    }
}

/// What earlier pilots say about the next: a random-effects summary.
public struct PastEffects: Sendable, Hashable, Codable {
    /// Cochran's Q: the weighted sum of squares about the common-effect mean; pilots − 1 when all differences are
    /// noise.
    public var heterogeneity: Double
    /// τ², the variance of true effects between pilots, 0 when Q is below its expectation.
    public var betweenVariance: Double
    /// The mean true effect.
    public var mean: Double
    /// The standard error of the mean.
    public var standardError: Double
    /// Every pilot's own effect, drawn towards the mean in proportion to its noise: an empirical-Bayes
    /// posterior given mean and τ², which are treated as known.
    public var shrunk: [NormalBelief]

    /// Creates a summary from its fields.
    public init(
        heterogeneity: Double, betweenVariance: Double, mean: Double, standardError: Double,
        shrunk: [NormalBelief]
    ) {
        self.heterogeneity = heterogeneity
        self.betweenVariance = betweenVariance
        self.mean = mean
        self.standardError = standardError
        self.shrunk = shrunk
    }

    /// The prior of a further pilot's true effect: N(mean, τ² + SE²).
    public var prior: NormalBelief {
        NormalBelief(
            mean: mean,
            standardDeviation: (betweenVariance + standardError * standardError).squareRoot())
    }
}

/// Summarises earlier pilots by DerSimonian and Laird's moments, and shrinks each towards the others.
///
/// With wᵢ = 1/sᵢ²: Q = Σ wᵢ(yᵢ − ȳ)², τ² = max(0, (Q − (k − 1))/(Σw − Σw²/Σw)), mean with weights
/// 1/(sᵢ² + τ²), shrunk effect Bᵢ·yᵢ + (1 − Bᵢ)·mean, Bᵢ = τ²/(τ² + sᵢ²), with variance Bᵢ·sᵢ².
///
/// Few pilots estimate τ² poorly; with two or three, prefer a stated prior.
///
/// - Source: DerSimonian & Laird (1986), Controlled Clinical Trials 7:177; shrinkage: Morris (1983), JASA 78:47.
/// - Throws: `.invalidPlan` for fewer than two pilots, or a standard error that is not positive.
public func pastEffects(_ pilots: [PastEffect]) throws(EstimationError) -> PastEffects {
    guard pilots.count >= 2 else {
        throw .invalidPlan(reason: "\(pilots.count) earlier pilots are not enough, expected at least 2")
    }
    guard
        pilots.allSatisfy({ $0.value.isFinite && $0.standardError > 0 && $0.standardError.isFinite })
    else {
        throw .invalidPlan(
            reason: "an earlier pilot has an effect or standard error that is no positive, finite number")
    }
    let common = weightedMean(pilots, extraVariance: 0)
    let heterogeneity = pilots.reduce(0.0) { sum, pilot in
        let z = (pilot.value - common.mean) / pilot.standardError
        return sum + z * z
    }
    let squares = pilots.reduce(0.0) { sum, pilot in
        let variance = pilot.standardError * pilot.standardError
        return sum + 1 / (variance * variance)
    }
    let excess = heterogeneity - Double(pilots.count - 1)
    let betweenVariance = max(0, excess / (common.weight - squares / common.weight))
    let random = weightedMean(pilots, extraVariance: betweenVariance)
    return PastEffects(
        heterogeneity: heterogeneity, betweenVariance: betweenVariance, mean: random.mean,
        standardError: (1 / random.weight).squareRoot(),
        shrunk: pilots.map { pilot in
            let variance = pilot.standardError * pilot.standardError
            let share = betweenVariance / (betweenVariance + variance)
            return NormalBelief(
                mean: share * pilot.value + (1 - share) * random.mean,
                standardDeviation: (share * variance).squareRoot())
        })
}

/// The mean with weights 1/(s² + τ²), and the sum of the weights.
private func weightedMean(
    _ pilots: [PastEffect], extraVariance: Double
) -> (mean: Double, weight: Double) {
    var weight = 0.0
    var sum = 0.0
    for pilot in pilots {
        let own = 1 / (pilot.standardError * pilot.standardError + extraVariance)
        weight += own
        sum += own * pilot.value
    }
    return (sum / weight, weight)
}
