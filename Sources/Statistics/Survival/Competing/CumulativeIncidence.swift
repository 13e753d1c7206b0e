/// The share of customers that have left in one way, over time, while others leave in other ways.
public struct CumulativeIncidence: Sendable, Hashable, Codable {
    /// The estimate at one time at which customers left.
    public struct Point: Sendable, Hashable, Codable {
        /// The time.
        public var time: Double
        /// Customers at risk just before it.
        public var atRisk: Int
        /// Customers that left in this way.
        public var exits: Int
        /// The share that has left in this way until then.
        public var value: Double

        /// Creates a point from its fields.
        public init(time: Double, atRisk: Int, exits: Int, value: Double) {
            self.time = time
            self.atRisk = atRisk
            self.exits = exits
            self.value = value
        }
    }

    /// The exit's number.
    public var exit: Int
    /// In order of time.
    public var points: [Point]

    /// Creates an estimate from its points.
    public init(exit: Int, points: [Point]) {
        self.exit = exit
        self.points = points
    }

    /// The share that has left in this way until a time; 0 before the first point.
    public func value(at time: Double) -> Double { points.last { $0.time <= time }?.value ?? 0 }
}

/// The cumulative incidence of one exit: F(t) = Σ S(s−)·dₖ(s)/r(s) over s ≤ t, S being the share still there.
///
/// Over all exits the incidences add up to 1 − S(t). One minus the Kaplan–Meier curve of one exit, with others cut
/// off, is larger: it answers what would happen if nobody could leave in another way.
///
/// - Source: Aalen & Johansen (1978), Scandinavian Journal of Statistics 5:141; Kalbfleisch & Prentice (2002),
///   §8.2.
/// - Throws: `.nobodyAtRisk`.
public func cumulativeIncidence(
    _ exits: CompetingExits, of exit: Int
) throws(EstimationError) -> CumulativeIncidence {
    guard exits.observations.rowCount > 0 else { throw .nobodyAtRisk }
    let steps = incidenceSteps(exits, of: exit)
    return CumulativeIncidence(
        exit: exit,
        points: steps.map { step in
            CumulativeIncidence.Point(
                time: step.time, atRisk: step.atRisk, exits: step.exits, value: step.incidence)
        })
}

/// Turns the cumulative incidence of one exit in one arm into per-partner totals, so that `rateDifference` compares
/// them; see `riskTotals`.
///
/// The pseudo-values come from the infinitesimal jackknife of F(τ), whose derivative with respect to the weight of a
/// customer with at-risk process Y, exits N of any kind and Nₖ of this kind is
///
///     Σ (F(τ) − F(s))·[Y·d/(r(r − d)) − dN/(r − d)] + Σ S(s−)·[dNₖ/r − Y·dₖ/r²].
///
/// - Source: Andersen, Klein & Rosthøj (2003), Biometrika 90:15.
/// - Throws: `.nobodyAtRisk`; `.horizonNotReached` when observation ends before the horizon while customers
///   remain; `.riskSetExhausted` when all at risk left at once and others came under observation later.
public func cumulativeIncidenceTotals(
    _ exits: CompetingExits, of exit: Int, horizon: Double
) throws(EstimationError) -> [ClusterTotal] {
    let sample = exits.observations
    // Checks that the horizon is reached.
    _ = try CurveInfluence(survivalOf: sample, horizon: horizon)
    let steps = incidenceSteps(exits, of: exit).prefix { $0.time <= horizon }
    let incidence = steps.last?.incidence ?? 0
    let count = sample.ranking.clock.count
    var exposure = [Double](repeating: 0, count: count + 1)
    var anyExit = [Double](repeating: 0, count: count)
    var thisExit = anyExit
    for step in steps {
        let (d, r, later) = (Double(step.anyExits), Double(step.atRisk), incidence - step.incidence)
        exposure[step.tick + 1] = -step.survivalBefore * Double(step.exits) / (r * r)
        thisExit[step.tick] = step.survivalBefore / r
        if step.anyExits < step.atRisk {
            exposure[step.tick + 1] += later * d / (r * (r - d))
            anyExit[step.tick] = later / (r - d)
        }
    }
    for tick in 0..<count { exposure[tick + 1] += exposure[tick] }
    return pseudoValueTotals(sample, horizon: horizon, value: incidence) { row in
        let end = Int(sample.ranking.end[row])
        let exposed = exposure[end + 1] - exposure[sample.entryTick(row) + 1]
        guard exits.cause[row] > 0 else { return exposed }
        return exposed - anyExit[end] + (exits.cause[row] == exit ? thisExit[end] : 0)
    }
}

/// The times at which customers leave in any way.
private struct IncidenceStep {
    var tick: Int
    var time: Double
    var atRisk: Int
    var anyExits: Int
    var exits: Int
    var survivalBefore: Double
    var incidence: Double
}

private func incidenceSteps(_ exits: CompetingExits, of exit: Int) -> [IncidenceStep] {
    let table = RiskTable(exits.observations)
    let own = exits.sample(of: exit).tally
    var survival = 1.0
    var incidence = 0.0
    var steps: [IncidenceStep] = []
    for tick in 0..<table.clock.count {
        let cell = table.cell(tick)
        guard cell.events > 0 else { continue }
        let r = Double(cell.atRisk)
        incidence += survival * Double(own.events[tick]) / r
        steps.append(
            IncidenceStep(
                tick: tick, time: table.clock.time(of: tick), atRisk: cell.atRisk, anyExits: cell.events,
                exits: Int(own.events[tick]), survivalBefore: survival, incidence: incidence))
        survival *= 1 - Double(cell.events) / r
    }
    return steps
}
