import Foundation

/// The product-limit estimate of the share of customers still there, over time.
public struct SurvivalCurve: Sendable, Hashable, Codable {
    /// The curve at one time at which observation of somebody ends.
    public struct Point: Sendable, Hashable, Codable {
        /// The time.
        public var time: Double
        /// Customers at risk just before it.
        public var atRisk: Int
        /// Customers lost at it.
        public var events: Int
        /// Customers whose observation is cut off at it.
        public var censored: Int
        /// The estimated share of customers that survive it.
        public var survival: Double
        /// Greenwood's standard error; nil once the estimate is 0. It takes customers as independent.
        public var standardError: Double?
        /// Lower limit on the log(−log) scale; nil where the estimate is 0 or 1.
        public var lower: Double?
        /// Upper limit on the log(−log) scale; nil where the estimate is 0 or 1.
        public var upper: Double?

        /// Creates a point from its fields.
        public init(
            time: Double, atRisk: Int, events: Int, censored: Int, survival: Double, standardError: Double?,
            lower: Double?, upper: Double?
        ) {
            self.time = time
            self.atRisk = atRisk
            self.events = events
            self.censored = censored
            self.survival = survival
            self.standardError = standardError
            self.lower = lower
            self.upper = upper
        }
    }

    /// In order of time.
    public var points: [Point]

    /// Creates a curve from its points, in order of time.
    public init(points: [Point]) {
        self.points = points
    }

    /// S(t), the share that survives t: 1 before the first point, nil after the last unless nobody is left.
    public func survival(at time: Double) -> Double? {
        guard let last = points.last else { return nil }
        if time > last.time, last.survival > 0 { return nil }
        return points.last { $0.time <= time }?.survival ?? 1
    }

    /// Customers at risk at the first point at or after `time`; 0 after the last.
    public func atRisk(at time: Double) -> Int {
        points.first { $0.time >= time }?.atRisk ?? 0
    }
}

/// The Kaplan–Meier curve of one arm, with delayed entry.
///
/// S(t) = Π (1 − d/r) over event times ≤ t, Greenwood's error S·√(Σ d/(r(r − d))) and pointwise limits
/// S^exp(±z·s/|log S|) with s² = Σ d/(r(r − d)). Limits ignore that customers of one partner are alike; to
/// compare arms, use `riskTotals` or `clusteredLogRank`.
///
/// - Source: Kaplan & Meier (1958), JASA 53:457; Kalbfleisch & Prentice (2002), ch. 1.
/// - Throws: `.nobodyAtRisk`.
public func kaplanMeier(
    _ sample: SurvivalSample, confidenceLevel: Double = 0.95
) throws(EstimationError) -> SurvivalCurve {
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    guard sample.rowCount > 0 else { throw .nobodyAtRisk }
    let z = Normal.survivalQuantile((1 - confidenceLevel) / 2)
    var survival = 1.0
    var hazardVariance = 0.0
    let points = RiskTable(sample).rows.map { row in
        let (d, r) = (Double(row.events), Double(row.atRisk))
        survival *= 1 - d / r
        if row.events < row.atRisk { hazardVariance += d / (r * (r - d)) }
        var point = SurvivalCurve.Point(
            time: row.time, atRisk: row.atRisk, events: row.events, censored: row.censored,
            survival: survival, standardError: nil, lower: nil, upper: nil)
        if survival > 0 {
            point.standardError = survival * hazardVariance.squareRoot()
        }
        if survival > 0, survival < 1 {
            let spread = exp(z * hazardVariance.squareRoot() / abs(log(survival)))
            point.lower = pow(survival, spread)
            point.upper = pow(survival, 1 / spread)
        }
        return point
    }
    return SurvivalCurve(points: points)
}
