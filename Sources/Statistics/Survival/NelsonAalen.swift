/// The Nelson–Aalen estimate of the cumulative hazard of one arm.
public struct CumulativeHazard: Sendable, Hashable, Codable {
    /// The estimate at one time at which observation of somebody ends.
    public struct Point: Sendable, Hashable, Codable {
        /// The time.
        public var time: Double
        /// Customers at risk just before it.
        public var atRisk: Int
        /// Customers lost at it.
        public var events: Int
        /// H(t) = Σ d/r over event times ≤ t; not negative.
        public var value: Double
        /// √(Σ d/r²); it takes customers as independent.
        public var standardError: Double

        /// Creates a point from its fields.
        public init(time: Double, atRisk: Int, events: Int, value: Double, standardError: Double) {
            self.time = time
            self.atRisk = atRisk
            self.events = events
            self.value = value
            self.standardError = standardError
        }
    }

    /// In order of time.
    public var points: [Point]

    /// Creates an estimate from its points, in order of time.
    public init(points: [Point]) { self.points = points }
}

/// The cumulative hazard of one arm, with delayed entry: H(t) = Σ d/r with variance Σ d/r².
///
/// - Source: Nelson (1972), Technometrics 14:945; Aalen (1978), Annals of Statistics 6:701.
/// - Throws: `.nobodyAtRisk`.
public func nelsonAalen(_ sample: SurvivalSample) throws(EstimationError) -> CumulativeHazard {
    guard sample.rowCount > 0 else { throw .nobodyAtRisk }
    let table = RiskTable(sample)
    var hazard = 0.0
    var variance = 0.0
    var points: [CumulativeHazard.Point] = []
    for tick in 0..<table.clock.count {
        let cell = table.cell(tick)
        guard cell.events + cell.censored > 0 else { continue }
        let (d, r) = (Double(cell.events), Double(cell.atRisk))
        hazard += d / r
        variance += d / (r * r)
        points.append(
            CumulativeHazard.Point(
                time: table.clock.time(of: tick), atRisk: cell.atRisk, events: cell.events, value: hazard,
                standardError: variance.squareRoot()))
    }
    return CumulativeHazard(points: points)
}
