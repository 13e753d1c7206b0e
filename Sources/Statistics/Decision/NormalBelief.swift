/// A normal distribution of an unknown, before or after seeing data.
public struct NormalBelief: Sendable, Hashable, Codable {
    /// The expected value.
    public var mean: Double
    /// The standard deviation; not negative, 0 for certainty.
    public var standardDeviation: Double

    /// Creates a belief.
    public init(mean: Double, standardDeviation: Double) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// P(θ > threshold).
    public func probability(above threshold: Double) -> Double {
        guard standardDeviation > 0 else { return mean > threshold ? 1 : 0 }
        return Normal.survival((threshold - mean) / standardDeviation)
    }

    /// E[max(0, θ − threshold)]: the unit normal loss φ(z) − z·Φ(−z) at z = (threshold − mean)/s, times s.
    public func expectedExcess(above threshold: Double) -> Double {
        guard standardDeviation > 0 else { return max(0, mean - threshold) }
        let z = (threshold - mean) / standardDeviation
        if z < 0 {
            // The mirrored loss is small and exact, the distance large.
            return mean - threshold + standardDeviation * NormalBelief.unitLoss(-z)
        }
        return standardDeviation * NormalBelief.unitLoss(z)
    }

    /// E[max(0, threshold − θ)].
    public func expectedShortfall(below threshold: Double) -> Double {
        NormalBelief(mean: -mean, standardDeviation: standardDeviation).expectedExcess(above: -threshold)
    }

    /// What knowing θ, a net value, would be worth: s·φ(m/s) − |m|·Φ(−|m|/s).
    ///
    /// The expected loss of the better of scaling up and stopping.
    ///
    /// - Source: Raiffa & Schlaifer (1961), Applied Statistical Decision Theory, ch. 5.
    public var expectedValueOfPerfectInformation: Double {
        min(expectedExcess(above: 0), expectedShortfall(below: 0))
    }

    /// What looking again before deciding would be worth when that look leaves a standard deviation of `remaining`.
    ///
    /// The mean after the look is, seen from now, normal around today's mean with variance s² − remaining².
    /// Never more than the value of perfect information, and 0 for a look that leaves no less uncertain.
    ///
    /// - Parameter remaining: In 0...`standardDeviation`; by rounding it may lie beyond, and then counts as that end.
    /// - Source: Raiffa & Schlaifer (1961), ch. 5, normal sampling with known variance.
    public func expectedValueOfSampleInformation(remaining: Double) -> Double {
        let remaining = min(max(remaining, 0), standardDeviation)
        let preposterior = (standardDeviation - remaining) * (standardDeviation + remaining)
        return NormalBelief(mean: mean, standardDeviation: preposterior.squareRoot())
            .expectedValueOfPerfectInformation
    }

    /// The standard deviation after a look whose estimate has a standard error of `next`, where the one that made
    /// this belief had `current`.
    ///
    /// Looks of one pilot are cumulative: the next adds only the information 1/next² − 1/current².
    ///
    /// - Throws: `.invalidPlan` when an error is not positive or the next is the larger.
    public func standardDeviation(
        afterStandardErrorFalls current: Double, to next: Double
    ) throws(EstimationError) -> Double {
        guard next > 0, current >= next, current.isFinite else {
            throw .invalidPlan(
                reason:
                    "the standard error falls from \(current) to \(next), expected positive numbers, the second "
                    + "not larger")
        }
        guard standardDeviation > 0 else { return 0 }
        let added = 1 / (next * next) - 1 / (current * current)
        return (1 / (1 / (standardDeviation * standardDeviation) + added)).squareRoot()
    }

    /// φ(z) − z·Φ(−z) for z ≥ 0.
    private static func unitLoss(_ z: Double) -> Double {
        max(0, Normal.density(z) - z * Normal.survival(z))
    }
}
