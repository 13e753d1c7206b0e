extension Estimate {
    /// The t interval that belongs to an alternative; a one-sided interval is infinite on its open side.
    ///
    /// For `.greater` it is (value − t·se, ∞), for `.less` (−∞, value + t·se), with the quantile of the whole
    /// level; so it leaves out 0 exactly when the one-sided p-value is below 1 − level.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1, for example 0.95.
    public func interval(alternative: Alternative, confidenceLevel: Double) -> Interval {
        precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
        guard alternative != .twoSided else { return interval(confidenceLevel: confidenceLevel) }
        let width =
            StudentT(degreesOfFreedom: degreesOfFreedom).survivalQuantile(1 - confidenceLevel) * standardError
        let isGreater = alternative == .greater
        return Interval(
            lower: isGreater ? value - width : -.infinity, upper: isGreater ? .infinity : value + width,
            confidenceLevel: confidenceLevel, validity: .fixedSample)
    }
}
