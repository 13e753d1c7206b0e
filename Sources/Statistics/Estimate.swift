/// An estimated effect, always treatment − control, in the metric's own unit.
public struct Estimate: Sendable, Hashable, Codable {
    /// The point estimate.
    public var value: Double
    /// Its standard error; positive.
    public var standardError: Double
    /// Degrees of freedom of the reference t distribution; positive.
    public var degreesOfFreedom: Double

    /// Creates an estimate; callers guarantee a positive standard error and positive degrees of freedom.
    public init(value: Double, standardError: Double, degreesOfFreedom: Double) {
        self.value = value
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// value / standardError.
    public var statistic: Double { value / standardError }
}

/// An interval for an effect, with the level and the kind of promise it makes.
public struct Interval: Sendable, Hashable {
    /// What the confidence level covers.
    public enum Validity: String, Sendable, Hashable, Codable {
        /// One analysis, planned in advance.
        case fixedSample
        /// Simultaneously all looks of a group-sequential schedule.
        case repeated
        /// Any stopping time.
        case anytime
        /// The stopping rule of a group-sequential schedule, computed once when the trial has ended.
        case atStopping
    }

    /// Lower end, in the metric's unit; −∞ where there is none.
    public var lower: Double
    /// Upper end, in the metric's unit; ∞ where there is none.
    public var upper: Double
    /// Coverage, for example 0.95.
    public var confidenceLevel: Double
    /// What the level covers.
    public var validity: Validity

    /// Creates an interval with `lower <= upper`.
    public init(lower: Double, upper: Double, confidenceLevel: Double, validity: Validity) {
        self.lower = lower
        self.upper = upper
        self.confidenceLevel = confidenceLevel
        self.validity = validity
    }
}

extension Interval: Codable {
    private enum CodingKeys: String, CodingKey {
        case lower, upper, confidenceLevel, validity
    }

    /// Decodes an interval; an end that is missing is infinite.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            lower: try container.decodeIfPresent(Double.self, forKey: .lower) ?? -.infinity,
            upper: try container.decodeIfPresent(Double.self, forKey: .upper) ?? .infinity,
            confidenceLevel: try container.decode(Double.self, forKey: .confidenceLevel),
            validity: try container.decode(Validity.self, forKey: .validity))
    }

    /// Encodes an interval without its infinite ends, for which JSON has no number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if lower.isFinite { try container.encode(lower, forKey: .lower) }
        if upper.isFinite { try container.encode(upper, forKey: .upper) }
        try container.encode(confidenceLevel, forKey: .confidenceLevel)
        try container.encode(validity, forKey: .validity)
    }
}
