import Foundation

/// How a stopping rule behaves at one true effect.
public struct OperatingCharacteristics: Sendable, Hashable, Codable {
    /// The expected z at full information: effect × √(planned information), or effect / its planned standard
    /// error.
    public var drift: Double
    /// For each look, P(the trial stops there upwards).
    public var upperCrossing: [Double]
    /// For each look, P(the trial stops there downwards).
    public var lowerCrossing: [Double]
    /// P(the trial ends without stopping at any look).
    public var neverStopping: Double
    /// Mean number of looks taken.
    public var expectedLooks: Double
    /// Mean information fraction at the end.
    public var expectedInformationFraction: Double

    /// P(the upper limit is crossed at any look): the power of a one-sided test.
    public var power: Double { upperCrossing.reduce(0, +) }

    /// Creates characteristics from their fields.
    public init(
        drift: Double, upperCrossing: [Double], lowerCrossing: [Double], neverStopping: Double,
        expectedLooks: Double, expectedInformationFraction: Double
    ) {
        self.drift = drift
        self.upperCrossing = upperCrossing
        self.lowerCrossing = lowerCrossing
        self.neverStopping = neverStopping
        self.expectedLooks = expectedLooks
        self.expectedInformationFraction = expectedInformationFraction
    }
}

/// How often and when a rule stops at a drift.
///
/// - Parameters:
///   - rule: At least one look.
///   - drift: The expected z at full information; finite.
/// - Source: Jennison & Turnbull (2000), ch. 19.
public func operatingCharacteristics(of rule: StoppingRule, drift: Double) -> OperatingCharacteristics {
    precondition(!rule.looks.isEmpty, "a rule without looks stops nothing")
    let process = StoppedProcess(rule: rule, largestDrift: abs(drift))
    let last = process.looks.count - 1
    let upper = process.looks.indices.map { process.stopping(.above, at: $0, drift: drift) }
    let lower = process.looks.indices.map { process.stopping(.below, at: $0, drift: drift) }
    // Both limits may be open, or coincide, at the last look: what is left between them ends there too.
    let reachingLast =
        process.probability(.above, 0, at: last, drift: drift)
        + process.probability(.below, 0, at: last, drift: drift)
    var looks = Double(last + 1) * reachingLast
    var information = process.looks[last].informationFraction * reachingLast
    for index in 0..<last {
        looks += Double(index + 1) * (upper[index] + lower[index])
        information += process.looks[index].informationFraction * (upper[index] + lower[index])
    }
    return OperatingCharacteristics(
        drift: drift, upperCrossing: upper, lowerCrossing: lower,
        neverStopping: max(0, reachingLast - upper[last] - lower[last]),
        expectedLooks: looks, expectedInformationFraction: information)
}

/// The drift at which a rule crosses upwards with a given probability.
///
/// - Parameters:
///   - power: Strictly between 0 and 1, such as 0.8.
///   - rule: At least one look with an upper limit.
/// - Returns: nil when no drift between −40 and 40 has that power, as when lower limits stop too often.
public func requiredDrift(power: Double, rule: StoppingRule) -> Double? {
    precondition(power > 0 && power < 1, "power lies between 0 and 1")
    guard rule.looks.contains(where: { $0.upper != nil }) else { return nil }
    for largest in [10.0, 20, 40] {
        let process = StoppedProcess(rule: rule, largestDrift: largest)
        let drift = bracketedRoot(in: -largest...largest) { drift in
            process.looks.indices.reduce(-power) { $0 + process.stopping(.above, at: $1, drift: drift) }
        }
        if let drift { return drift }
    }
    return nil
}

/// How much more information the last look needs than a single look of the same level and power: the square of
/// the ratio of their drifts, 1.013 for three O'Brien–Fleming looks at 0.025 with 80 % power.
///
/// - Parameters:
///   - power: In the upward direction; above the level, below 1.
///   - level: The one-sided error of the rule.
/// - Returns: nil where `requiredDrift` is.
/// - Source: Jennison & Turnbull (2000), sec. 2.3.
public func inflationFactor(power: Double, level: Double, rule: StoppingRule) -> Double? {
    precondition(level > 0 && level < power, "power exceeds the level")
    let fixed = Normal.survivalQuantile(level) + Normal.quantile(power)
    return requiredDrift(power: power, rule: rule).map { ($0 / fixed) * ($0 / fixed) }
}
