/// The hypothesis an effect is tested against 0 for.
public enum Alternative: String, Sendable, Hashable, Codable {
    /// The effect is not 0.
    case twoSided
    /// The effect is positive.
    case greater
    /// The effect is negative.
    case less
}

extension Estimate {
    private var distribution: StudentT { StudentT(degreesOfFreedom: degreesOfFreedom) }

    /// The p-value of "no effect" against the alternative, from the t distribution's survival function.
    public func pValue(alternative: Alternative = .twoSided) -> Double {
        switch alternative {
        case .twoSided: min(1, 2 * distribution.survival(abs(statistic)))
        case .greater: distribution.survival(statistic)
        case .less: distribution.survival(-statistic)
        }
    }

    /// The two-sided t interval for a single, planned analysis.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1, for example 0.95.
    public func interval(confidenceLevel: Double) -> Interval {
        precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
        return interval(
            tQuantile: distribution.survivalQuantile((1 - confidenceLevel) / 2),
            confidenceLevel: confidenceLevel, validity: .fixedSample)
    }

    /// The interval whose half-width is a group-sequential boundary, on this estimate's own t scale.
    ///
    /// The boundary, a normal quantile, is replaced by the t quantile with the same upper-tail probability
    /// (the significance-level approach: Jennison & Turnbull 2000, ch. 3), which keeps level when partners
    /// are few.
    ///
    /// - Parameters:
    ///   - criticalValue: The boundary of this look on the normal scale, for example 2.03; not negative.
    ///   - confidenceLevel: What all looks' intervals cover together, for example 0.95.
    ///   - validity: The promise, `.repeated` for a group-sequential boundary.
    public func interval(
        criticalValue: Double, confidenceLevel: Double, validity: Interval.Validity = .repeated
    ) -> Interval {
        precondition(criticalValue >= 0, "a critical value is not negative")
        // Beyond 37 the normal tail leaves the range of a Double.
        let tail = Normal.survival(min(criticalValue, 37))
        return interval(
            tQuantile: distribution.survivalQuantile(tail), confidenceLevel: confidenceLevel,
            validity: validity)
    }

    /// The normal quantile with the same one-sided p-value and sign as this estimate's t statistic.
    ///
    /// What group-sequential boundaries are compared with. Limited to ±37.5, the range of a Double's tail.
    public var zEquivalent: Double {
        let tail = max(distribution.survival(abs(statistic)), .leastNormalMagnitude)
        let magnitude = Normal.survivalQuantile(min(tail, 0.5))
        return statistic < 0 ? -magnitude : magnitude
    }

    private func interval(
        tQuantile: Double, confidenceLevel: Double, validity: Interval.Validity
    ) -> Interval {
        // With next to no degrees of freedom a quantile may overflow, and then nothing is excluded.
        let halfWidth = tQuantile * standardError
        return Interval(
            lower: value - halfWidth, upper: value + halfWidth, confidenceLevel: confidenceLevel,
            validity: validity)
    }
}
