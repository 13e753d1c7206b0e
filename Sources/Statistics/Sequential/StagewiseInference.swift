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
/// For an effect θ the process drifts by θ/(se·√t), and what is judged at every look is its distance from θ: the
/// estimate at the last look, and at those before the limit, on the t scale of that look's own estimate, turned into
/// a normal quantile. So each look is crossed as often as its t distribution says, with a single look everything is
/// the plain t test and interval, and with many degrees of freedom limits simply move along with θ.
///
/// - Source: Tsiatis, Rosner & Mehta (1984), Biometrics 40:797; Jennison & Turnbull (2000), sec. 8.4 and 8.5; t
///   scale: the significance-level approach of ch. 3.
struct StagewiseOrdering {
    private let rule: StoppingRule
    private let estimates: [Estimate]
    private let last: Int

    private var estimate: Estimate { estimates[last] }
    private var fraction: Double { rule.looks[last].informationFraction }

    /// Orders results by a rule whose last look is the one the trial ended at.
    ///
    /// - Parameter estimates: What each of the rule's looks saw.
    /// - Precondition: the rule has looks, each with an estimate.
    init(rule: StoppingRule, estimates: [Estimate]) {
        precondition(!rule.looks.isEmpty && rule.looks.count == estimates.count, "a trial ends at a look")
        self.rule = rule
        self.estimates = estimates
        last = estimates.count - 1
    }

    /// P(a result at least as extreme | no effect).
    func pValue(_ alternative: Alternative) -> Double {
        let process = StoppedProcess(rule: rule)
        let tail = { (side: SequentialDensity.Side) in
            beyond(side, estimate.zEquivalent, process: process, drift: 0)
        }
        switch alternative {
        case .greater: return tail(.above)
        case .less: return tail(.below)
        case .twoSided: return min(1, 2 * min(tail(.above), tail(.below)))
        }
    }

    /// The effects at which a result beyond the one seen has the given probabilities on their sides.
    ///
    /// - Returns: In order; nil where it lies further from the estimate than the process can be computed for.
    func effects(_ targets: [(side: SequentialDensity.Side, probability: Double)]) -> [Double?] {
        let z = estimate.statistic
        var found = [Double?](repeating: nil, count: targets.count)
        for reach in [8.0, 14, 26] where found.contains(nil) {
            let probability = probability(reach: reach)
            for (index, target) in targets.enumerated() where found[index] == nil {
                let shift = bracketedRoot(in: (z - reach)...(z + reach), tolerance: 1e-10) { shift in
                    // Normal quantiles of the probability are almost linear in the shift.
                    let beyond = min(max(probability(target.side, shift), 1e-300), 1 - 1e-15)
                    return Normal.survivalQuantile(beyond) - Normal.survivalQuantile(target.probability)
                }
                found[index] = shift.map { $0 * estimate.standardError }
            }
        }
        return found
    }

    /// P(a result ordered above, or below, the one seen) for effects of so many standard errors, at most `reach`
    /// from the estimate.
    private func probability(reach: Double) -> (SequentialDensity.Side, _ shift: Double) -> Double {
        guard estimates.dropLast().allSatisfy(\.degreesOfFreedom.isInfinite) else {
            return { side, shift in
                beyond(
                    side, centered(shift).zEquivalent, process: StoppedProcess(rule: rule(movedBy: shift)),
                    drift: 0)
            }
        }
        // Limits that move along with the effect need one process only, which is given a drift.
        let process = StoppedProcess(
            rule: rule, largestDrift: (abs(estimate.statistic) + reach) / fraction.squareRoot())
        return { side, shift in
            beyond(
                side, centered(shift).zEquivalent + shift, process: process,
                drift: shift / fraction.squareRoot())
        }
    }

    /// The last estimate as a distance from an effect of so many of its standard errors.
    private func centered(_ shift: Double) -> Estimate {
        Estimate(
            value: estimate.value - shift * estimate.standardError, standardError: estimate.standardError,
            degreesOfFreedom: estimate.degreesOfFreedom)
    }

    /// The rule for distances from an effect of so many standard errors of the last estimate.
    private func rule(movedBy shift: Double) -> StoppingRule {
        // A driftless process is never seen further out.
        let farthest = SequentialDensity.Quadrature().reach
        return StoppingRule(
            looks: zip(rule.looks, estimates).map { look, estimate in
                let distance = shift * (look.informationFraction / fraction).squareRoot()
                let moved = { (limit: Double) in
                    min(max(estimate.limit(limit, movedBy: distance), -farthest), farthest)
                }
                return StoppingRule.Look(
                    informationFraction: look.informationFraction, lower: look.lower.map(moved),
                    upper: look.upper.map(moved))
            })
    }

    /// P(the trial stops earlier on a side, or reaches the last look and lies beyond z there).
    private func beyond(
        _ side: SequentialDensity.Side, _ z: Double, process: StoppedProcess, drift: Double
    ) -> Double {
        (0..<last).reduce(process.probability(side, z, at: last, drift: drift)) {
            $0 + process.stopping(side, at: $1, drift: drift)
        }
    }
}

extension Estimate {
    /// The normal quantile of the distance between a limit, given as a normal quantile, and an effect of so many
    /// standard errors.
    fileprivate func limit(_ limit: Double, movedBy shift: Double) -> Double {
        guard degreesOfFreedom.isFinite else { return limit - shift }
        // Beyond 37 the normal tail leaves the range of a Double.
        let magnitude = StudentT(degreesOfFreedom: degreesOfFreedom)
            .survivalQuantile(Normal.survival(min(abs(limit), 37)))
        return Estimate(
            value: (limit < 0 ? -magnitude : magnitude) - shift, standardError: 1,
            degreesOfFreedom: degreesOfFreedom
        ).zEquivalent
    }
}
