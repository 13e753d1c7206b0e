/// The time by which a share of customers is lost, with confidence limits.
public struct SurvivalQuantile: Sendable, Hashable, Codable {
    /// The share lost, in 0...1; 0.5 for the median.
    public var probability: Double
    /// The time; nil when the curve does not reach it.
    public var time: Double?
    /// Lower limit of the time; nil when the curve's lower limit does not reach it.
    public var lower: Double?
    /// Upper limit of the time; nil when the curve's upper limit does not reach it.
    public var upper: Double?

    /// Creates a quantile from its fields.
    public init(probability: Double, time: Double?, lower: Double?, upper: Double?) {
        self.probability = probability
        self.time = time
        self.lower = lower
        self.upper = upper
    }
}

extension SurvivalCurve {
    /// The first time at which at least `probability` of the customers are lost.
    ///
    /// Where the curve lies exactly at 1 − `probability` for a while, the time is the middle of that stretch. The
    /// limits are those times for the curve's own lower and upper limits, so they have its confidence level; a limit
    /// that rises again late, when few are left, counts at its first fall.
    ///
    /// - Parameter probability: The share lost, strictly between 0 and 1.
    /// - Source: Brookmeyer & Crowley (1982), Biometrics 38:29.
    public func quantile(_ probability: Double) -> SurvivalQuantile {
        precondition(probability > 0 && probability < 1, "a quantile needs a share between 0 and 1")
        return SurvivalQuantile(
            probability: probability, time: crossing(of: 1 - probability, \.survival),
            lower: crossing(of: 1 - probability, \.lower), upper: crossing(of: 1 - probability, \.upper))
    }

    /// When a step function falls to a level, points without a value being skipped.
    private func crossing(of level: Double, _ value: (Point) -> Double?) -> Double? {
        // Products of ratios meet a round level only up to rounding.
        let tolerance = 1.5e-8
        guard
            let reached = points.first(where: { point in value(point).map { $0 <= level + tolerance } ?? false
            })
        else { return nil }
        let passed = points.first { point in value(point).map { $0 <= level - tolerance } ?? false }
        if let passed { return (reached.time + passed.time) / 2 }
        // At the end of observation only an exact hit counts.
        guard let last = points.last, let end = value(last), abs(end - level) < tolerance else { return nil }
        return (reached.time + last.time) / 2
    }
}
