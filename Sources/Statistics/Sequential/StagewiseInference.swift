/// What a group-sequential trial says when it has ended.
///
/// Results are ordered by the look they stopped at: an upward crossing is the more extreme the earlier it came,
/// and at one look the larger z is. The p-value, the interval and the median-unbiased estimate all come from
/// this one ordering, so they never contradict one another.
public struct StagewiseInference: Sendable, Hashable, Codable {
    /// Index of the look the trial ended at, among the looks analysed.
    public var lookIndex: Int
    /// The estimate at that look, biased away from 0 when the trial stopped early.
    public var estimate: Estimate
    /// P(a result at least as extreme | no effect), for the design's alternative.
    public var pValue: Double
    /// The effect for which smaller and larger results are equally likely; nil when the look's estimate says
    /// too little to find it.
    public var medianUnbiasedEstimate: Double?
    /// The two-sided interval at the design's level; nil when the look's estimate says too little to find an
    /// end.
    public var interval: Interval?

    /// Creates an inference from its fields.
    public init(
        lookIndex: Int, estimate: Estimate, pValue: Double, medianUnbiasedEstimate: Double?,
        interval: Interval?
    ) {
        self.lookIndex = lookIndex
        self.estimate = estimate
        self.pValue = pValue
        self.medianUnbiasedEstimate = medianUnbiasedEstimate
        self.interval = interval
    }
}

extension EffectMethod {
    /// A finished trial judged by the stage-wise ordering of its possible results.
    public static let stagewiseOrdering = EffectMethod(rawValue: "group sequential, stage-wise ordering")
}

extension StagewiseInference {
    /// The median-unbiased effect, carrying the estimand and partners of the analysis its estimate came from.
    public func effect(of analysis: TreatmentEffect) -> TreatmentEffect {
        var effect = analysis
        effect.method = .stagewiseOrdering
        effect.value = medianUnbiasedEstimate
        effect.standardError = estimate.standardError
        effect.degreesOfFreedom = estimate.degreesOfFreedom
        effect.pValue = pValue
        effect.interval = interval
        effect.unavailable = nil
        return effect
    }
}

/// The stage-wise ordering of results around the look a trial ended at.
///
/// For an effect θ the process before that look drifts by θ/(se·√t); at the look itself the estimate's own t
/// distribution is used, so that with a single look everything is the plain t test and interval.
///
/// - Source: Tsiatis, Rosner & Mehta (1984), Biometrics 40:797; Jennison & Turnbull (2000), sec. 8.4 and 8.5.
struct StagewiseOrdering {
    private let rule: StoppingRule
    private let estimate: Estimate
    private let fraction: Double
    /// The process for effects within `nearestReach` standard errors, where they nearly always lie.
    private let nearby: StoppedProcess
    private static let nearestReach = 8.0

    /// Orders results by a rule whose last look is the one the trial ended at.
    ///
    /// - Precondition: the rule has looks.
    init(rule: StoppingRule, estimate: Estimate) {
        precondition(!rule.looks.isEmpty, "a trial ends at a look")
        self.rule = rule
        self.estimate = estimate
        fraction = rule.looks[rule.looks.count - 1].informationFraction
        nearby = Self.process(rule: rule, reach: Self.nearestReach, estimate: estimate, fraction: fraction)
    }

    /// The process, ready for effects at most `reach` standard errors from the estimate.
    private static func process(
        rule: StoppingRule, reach: Double, estimate: Estimate, fraction: Double
    ) -> StoppedProcess {
        StoppedProcess(
            rule: rule, largestDrift: (abs(estimate.statistic) + reach) / fraction.squareRoot())
    }

    /// P(a result ordered above, or below, the one seen) when the effect is `shift` standard errors.
    private func probability(
        _ side: SequentialDensity.Side, shift: Double, process: StoppedProcess
    ) -> Double {
        let drift = shift / fraction.squareRoot()
        let centered = Estimate(
            value: estimate.value - shift * estimate.standardError, standardError: estimate.standardError,
            degreesOfFreedom: estimate.degreesOfFreedom)
        let last = process.looks.count - 1
        return (0..<last).reduce(
            process.probability(side, centered.zEquivalent + shift, at: last, drift: drift)
        ) { $0 + process.stopping(side, at: $1, drift: drift) }
    }

    /// P(a result at least as extreme | no effect).
    func pValue(_ alternative: Alternative) -> Double {
        let tail = { (side: SequentialDensity.Side) in probability(side, shift: 0, process: nearby) }
        switch alternative {
        case .greater: return tail(.above)
        case .less: return tail(.below)
        case .twoSided: return min(1, 2 * min(tail(.above), tail(.below)))
        }
    }

    /// The effect at which a result beyond the one seen has a given probability on a side.
    ///
    /// - Returns: nil when it lies further from the estimate than the process can be computed for.
    func effect(_ side: SequentialDensity.Side, probability target: Double) -> Double? {
        let z = estimate.statistic
        for reach in [Self.nearestReach, 14, 26] {
            let process =
                reach == Self.nearestReach
                ? nearby : Self.process(rule: rule, reach: reach, estimate: estimate, fraction: fraction)
            let shift = bracketedRoot(in: (z - reach)...(z + reach), tolerance: 1e-10) { shift in
                let found = probability(side, shift: shift, process: process)
                // Normal quantiles of the probability are almost linear in the shift.
                return Normal.survivalQuantile(min(max(found, 1e-300), 1 - 1e-15))
                    - Normal.survivalQuantile(target)
            }
            if let shift { return shift * estimate.standardError }
        }
        return nil
    }
}
