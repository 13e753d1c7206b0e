/// The Kaplan–Meier curve of one arm, with delayed entry.
///
/// S(t) = Π (1 − d/r) over event times ≤ t, Greenwood's error S·√(Σ d/(r(r − d))) and pointwise limits. Limits
/// ignore that customers of one partner are alike; `clusteredSurvival` gives an error that does not, and
/// `riskTotals` or `clusteredLogRank` compare arms.
///
/// With delayed entry, a single loss among very few early customers could hold the curve down for good. When the
/// risk set falls to one customer, or all at risk are lost, while others come under observation later, the curve
/// starts at the first time with `minimumAtRisk` at risk instead, and says so in `startTime`.
///
/// - Parameters:
///   - sample: One arm.
///   - limits: The scale of the confidence limits.
///   - confidenceLevel: Strictly between 0 and 1.
///   - minimumAtRisk: See above; nil to start at the time origin whatever happens.
/// - Source: Kaplan & Meier (1958), JASA 53:457; Kalbfleisch & Prentice (2002), ch. 1; for the late start Klein &
///   Moeschberger (2003), §4.6.
/// - Throws: `.nobodyAtRisk`; `.riskSetExhausted` when a late start is needed and never are `minimumAtRisk` at
///   risk.
public func kaplanMeier(
    _ sample: SurvivalSample, limits: SurvivalLimits = .logLog, confidenceLevel: Double = 0.95,
    minimumAtRisk: Int? = 10
) throws(EstimationError) -> SurvivalCurve {
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    guard sample.rowCount > 0 else { throw .nobodyAtRisk }
    let table = RiskTable(sample)
    var start: Int?
    if let minimumAtRisk, let collapse = earlyCollapse(sample, table: table) {
        start = (0..<table.clock.count).first { table.cell($0).atRisk >= minimumAtRisk }
        if start == nil { throw .riskSetExhausted(time: table.clock.time(of: collapse)) }
    }
    let z = Normal.survivalQuantile((1 - confidenceLevel) / 2)
    var survival = 1.0
    var logVariance = 0.0
    var points: [SurvivalCurve.Point] = []
    for tick in (start ?? 0)..<table.clock.count {
        let cell = table.cell(tick)
        guard cell.events + cell.censored > 0 else { continue }
        let (d, r) = (Double(cell.events), Double(cell.atRisk))
        survival *= 1 - d / r
        if cell.events < cell.atRisk { logVariance += d / (r * (r - d)) }
        let logError = logVariance.squareRoot()
        let interval = limits.limits(survival: survival, logError: logError, z: z)
        points.append(
            SurvivalCurve.Point(
                time: table.clock.time(of: tick), atRisk: cell.atRisk, events: cell.events,
                censored: cell.censored, survival: survival,
                standardError: survival > 0 ? survival * logError : nil, lower: interval?.lower,
                upper: interval?.upper))
    }
    return SurvivalCurve(points: points, startTime: start.map { table.clock.time(of: $0) })
}

/// The first tick at which a loss leaves nobody, or comes from one customer alone, though others enter later.
private func earlyCollapse(_ sample: SurvivalSample, table: RiskTable) -> Int? {
    guard sample.hasDelayedEntry, let lastEntry = sample.tally.entered.lastIndex(where: { $0 > 0 }) else {
        return nil
    }
    return (0...lastEntry).first { tick in
        let cell = table.cell(tick)
        return cell.events > 0 && (cell.atRisk <= 1 || cell.events == cell.atRisk)
    }
}
