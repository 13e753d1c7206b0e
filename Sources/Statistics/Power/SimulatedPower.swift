/// How often simulated pilots showed the claim at one true effect.
///
/// Tallies of disjoint ranges of replicates add up to the tally of all of them, exactly.
public struct SimulatedPower: Sendable, Hashable, Codable {
    /// The true effect, treatment − control, customer-weighted.
    public var effect: Double
    /// Simulated pilots.
    public var replicates: Int
    /// Pilots whose test showed the claim.
    public var rejections: Int
    /// Pilots without a test, for example because an arm had one partner; they count as not shown.
    public var undefined: Int

    /// Creates a tally.
    public init(effect: Double, replicates: Int, rejections: Int, undefined: Int) {
        self.effect = effect
        self.replicates = replicates
        self.rejections = rejections
        self.undefined = undefined
    }

    /// rejections / replicates; nil before the first replicate.
    public var power: Double? { replicates > 0 ? Double(rejections) / Double(replicates) : nil }

    /// The standard error of `power` that comes from simulating finitely often; nil before the first replicate.
    ///
    /// Never 0, because half a rejection is added to the count.
    public var monteCarloError: Double? {
        guard replicates > 0 else { return nil }
        let count = Double(replicates)
        let share = (Double(rejections) + 0.5) / (count + 1)
        return (share * (1 - share) / count).squareRoot()
    }

    /// Both tallies together.
    ///
    /// - Precondition: they are of one effect.
    public static func + (left: SimulatedPower, right: SimulatedPower) -> SimulatedPower {
        precondition(left.effect == right.effect, "tallies of different effects do not add")
        return SimulatedPower(
            effect: left.effect, replicates: left.replicates + right.replicates,
            rejections: left.rejections + right.rejections, undefined: left.undefined + right.undefined)
    }
}

/// The effect at which simulated power crosses a target, by straight lines between neighbouring effects.
///
/// - Parameter tallies: In any order; at least two effects.
/// - Returns: nil when the simulated effects do not reach the target, or none falls short of it: widen them.
public func minimumDetectableEffect(simulated tallies: [SimulatedPower], power target: Double) -> Double? {
    let ordered = tallies.sorted { abs($0.effect) < abs($1.effect) }
    for (smaller, larger) in zip(ordered, ordered.dropFirst()) {
        guard let low = smaller.power, let high = larger.power, low < target, high >= target else { continue }
        return smaller.effect + (target - low) / (high - low) * (larger.effect - smaller.effect)
    }
    return nil
}
