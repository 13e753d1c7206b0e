extension EffectMethod {
    /// Whole partners resampled within arm and stratum.
    public static let clusterBootstrap = EffectMethod(rawValue: "cluster bootstrap")
}

/// A quantile compared between arms by resampling whole partners.
public struct QuantileBootstrap: Sendable, Hashable, Codable {
    /// The quantile's probability, strictly between 0 and 1.
    public var probability: Double
    /// The quantile of the control arm.
    public var controlQuantile: Double
    /// The quantile of the treatment arm.
    public var treatmentQuantile: Double
    /// Standard deviation of the resampled differences.
    public var standardError: Double
    /// Quantiles of the resampled differences.
    public var percentileInterval: Interval
    /// The same, corrected for bias and for the error changing with the effect; nil when every resampled
    /// difference lies on one side of the observed one.
    public var acceleratedInterval: Interval?
    /// Twice the smaller share of resampled differences on the other side of 0, with +1 in both counts.
    public var pValue: Double
    /// Partners of the control arm.
    public var control: PartnerCount
    /// Partners of the treatment arm.
    public var treatment: PartnerCount
    /// Resamples that had customers in both arms.
    public var draws: Int
    /// The seed that reproduces them.
    public var seed: UInt64

    /// Creates a result from its fields.
    public init(
        probability: Double, controlQuantile: Double, treatmentQuantile: Double, standardError: Double,
        percentileInterval: Interval, acceleratedInterval: Interval?, pValue: Double, control: PartnerCount,
        treatment: PartnerCount, draws: Int, seed: UInt64
    ) {
        self.probability = probability
        self.controlQuantile = controlQuantile
        self.treatmentQuantile = treatmentQuantile
        self.standardError = standardError
        self.percentileInterval = percentileInterval
        self.acceleratedInterval = acceleratedInterval
        self.pValue = pValue
        self.control = control
        self.treatment = treatment
        self.draws = draws
        self.seed = seed
    }

    /// treatment − control.
    public var difference: Double { treatmentQuantile - controlQuantile }

    /// The comparison as an effect, with the accelerated interval where there is one.
    public func effect() -> TreatmentEffect {
        TreatmentEffect(
            method: .clusterBootstrap, estimand: .customerQuantile, scale: .difference, control: control,
            treatment: treatment, value: difference, standardError: standardError, pValue: pValue,
            interval: acceleratedInterval ?? percentileInterval)
    }
}

/// Compares a quantile of customers' values between arms by a cluster bootstrap, treatment − control.
///
/// Each draw takes as many partners of every arm and stratum as there are, with replacement, with all their
/// customers. Draw b depends on the seed and b alone, whatever order draws are made in.
///
/// - Parameters:
///   - probability: Strictly between 0 and 1.
///   - draws: Resamples; positive, 1999 or more for an interval at 95 %.
///   - seed: Any number; stored with the result.
/// - Source: Davison & Hinkley (1997), sec. 3.8; percentile and BCa intervals: Efron (1987), JASA 82:171, with the
///   acceleration of several samples from DiCiccio & Efron (1996), Statistical Science 11:189.
/// - Throws: `.emptyArm`, `.tooFewClusters` below five partners with customers in an arm (their resamples are too
///   few to show tails), `.loneClusterInStratum`, `.noVariation` when resampling changes nothing.
public func bootstrapQuantileDifference(
    control: ClusteredSample, treatment: ClusteredSample, probability: Double, confidenceLevel: Double,
    draws: Int = 1999, seed: UInt64
) throws(EstimationError) -> QuantileBootstrap {
    precondition(probability > 0 && probability < 1, "a quantile's probability lies between 0 and 1")
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    precondition(draws > 0, "a bootstrap needs at least one draw")
    let left = try BootstrapArm(control, probability: probability, arm: .control)
    let right = try BootstrapArm(treatment, probability: probability, arm: .treatment)
    let observed = right.quantile - left.quantile

    var multiplicity = (
        [Int](repeating: 0, count: control.clusterCount), [Int](repeating: 0, count: treatment.clusterCount)
    )
    var differences: [Double] = []
    differences.reserveCapacity(draws)
    for draw in 0..<draws {
        var random = ResamplingGenerator(seed: seed, draw: UInt64(draw))
        left.resampling.draw(into: &multiplicity.0, using: &random)
        right.resampling.draw(into: &multiplicity.1, using: &random)
        guard let x = left.sample.quantile(probability, multiplicity: multiplicity.0),
            let y = right.sample.quantile(probability, multiplicity: multiplicity.1)
        else { continue }
        differences.append(y - x)
    }
    differences.sort()
    guard let first = differences.first, let last = differences.last, first < last else {
        throw .noVariation
    }

    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let extreme = min(differences.count { $0 <= 0 }, differences.count { $0 >= 0 })
    let tail = (1 - confidenceLevel) / 2
    func interval(_ lower: Double, _ upper: Double) -> Interval? {
        guard let low = sampleQuantile(sorted: differences, probability: lower),
            let high = sampleQuantile(sorted: differences, probability: upper)
        else { return nil }
        return Interval(
            lower: low, upper: high, confidenceLevel: confidenceLevel, validity: .fixedSample)
    }
    guard let percentile = interval(tail, 1 - tail) else { throw .noVariation }
    let accelerated = acceleratedProbabilities(
        differences: differences, observed: observed, tail: tail,
        influence: left.jackknifeInfluence.map { -$0 } + right.jackknifeInfluence)
    return QuantileBootstrap(
        probability: probability, controlQuantile: left.quantile, treatmentQuantile: right.quantile,
        standardError: variance.squareRoot(), percentileInterval: percentile,
        acceleratedInterval: accelerated.flatMap { interval($0.lower, $0.upper) },
        pValue: min(1, 2 * Double(extreme + 1) / (count + 1)), control: control.partners,
        treatment: treatment.partners, draws: differences.count, seed: seed)
}

/// One arm of a bootstrap.
private struct BootstrapArm {
    let sample: SortedSample
    let resampling: PartnerResampling
    let quantile: Double
    /// (θ̄ − θ₍₋ₖ₎)·(m − 1)/m for each partner k.
    let jackknifeInfluence: [Double]

    /// Fewer partners have too few different resamples: 126 multisets of 5.
    private static let fewestPartners = 5

    init(_ sample: ClusteredSample, probability: Double, arm: Arm) throws(EstimationError) {
        let partners = sample.partners.raw
        guard partners > 0 else { throw .emptyArm(arm) }
        guard partners >= BootstrapArm.fewestPartners else {
            throw .tooFewClusters(arm: arm, found: partners, required: BootstrapArm.fewestPartners)
        }
        let sorted = SortedSample(sample)
        guard let all = sorted.quantile(probability) else { throw .emptyArm(arm) }
        self.sample = sorted
        quantile = all
        resampling = try PartnerResampling(
            clusterCount: sample.clusterCount, stratum: sample.stratum, arm: arm)
        let without = sorted.quantilesLeavingOneOut(probability)
        let count = Double(without.count)
        let mean = without.reduce(0, +) / count
        jackknifeInfluence = without.map { (mean - $0) * (count - 1) / count }
    }
}

/// The BCa probabilities Φ(z₀ + (z₀ ± z)/(1 − a(z₀ ± z))); nil where they are undefined.
private func acceleratedProbabilities(
    differences: [Double], observed: Double, tail: Double, influence: [Double]
) -> (lower: Double, upper: Double)? {
    let count = Double(differences.count)
    // Ties count half: quantiles repeat values.
    let below =
        (Double(differences.count { $0 < observed }) + Double(differences.count { $0 <= observed })) / 2
        / count
    let squares = influence.reduce(0) { $0 + $1 * $1 }
    guard below > 0, below < 1, squares > 0 else { return nil }
    let bias = Normal.quantile(below)
    let acceleration = influence.reduce(0) { $0 + $1 * $1 * $1 } / (6 * squares * squares.squareRoot())
    func probability(_ z: Double) -> Double? {
        let shifted = bias + z
        let denominator = 1 - acceleration * shifted
        return denominator > 0 ? Normal.cdf(bias + shifted / denominator) : nil
    }
    let z = Normal.survivalQuantile(tail)
    guard let lower = probability(-z), let upper = probability(z) else { return nil }
    return (lower, upper)
}
