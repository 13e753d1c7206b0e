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
        /// Lower confidence limit; nil where it is undefined.
        public var lower: Double?
        /// Upper confidence limit; nil where it is undefined.
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
    /// When delayed entry left too few at risk early on: the time the curve starts from instead. It is then the
    /// share kept among those still there at this time. Nil for a curve from the time origin.
    public var startTime: Double?

    /// Creates a curve from its points, in order of time.
    public init(points: [Point], startTime: Double? = nil) {
        self.points = points
        self.startTime = startTime
    }

    /// S(t), the share that survives t: 1 before the first point, nil before `startTime`, and nil after the last
    /// point unless nobody is left.
    public func survival(at time: Double) -> Double? {
        guard let last = points.last else { return nil }
        if let startTime, time < startTime { return nil }
        if time > last.time, last.survival > 0 { return nil }
        return points.last { $0.time <= time }?.survival ?? 1
    }

    /// Customers at risk at the first point at or after `time`; 0 after the last.
    public func atRisk(at time: Double) -> Int {
        points.first { $0.time >= time }?.atRisk ?? 0
    }
}
