/// How much each customer moves a number read off one arm's Kaplan–Meier curve: its infinitesimal jackknife.
///
/// For a number whose derivative in log S at s is A(s), a customer with at-risk process Y and losses N has
///
///     φ = Σ over event times s ≤ τ of A(s)·[Y(s)·d/(r(r − d)) − dN(s)/(r − d)],
///
/// with A = S(τ) for the share kept until τ and A(s) = ∫ₛ^τ S for the restricted mean. φ adds up to 0 over the
/// customers. When the last customers at risk are all lost, S is 0 whatever any one of them weighs, so that time
/// adds nothing.
///
/// - Source: Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, ch. 6; Andersen, Klein &
///   Rosthøj (2003), Biometrika 90:15.
struct CurveInfluence {
    /// The number itself.
    let value: Double
    /// Σ A²·d/(r(r − d)): its variance if customers were independent.
    let modelVariance: Double
    /// Σ A·d/(r(r − d)) over the ticks before each, one element more than there are ticks.
    private let exposure: [Double]
    /// A/(r − d) at each tick.
    private let loss: [Double]

    /// The share kept until the horizon.
    init(survivalOf sample: SurvivalSample, horizon: Double) throws(EstimationError) {
        let path = try ObservedPath(sample, horizon: horizon)
        let survival = path.steps.last?.survival ?? 1
        self.init(value: survival, path: path) { _ in survival }
    }

    /// The time kept up to the horizon, ∫₀^τ S.
    init(restrictedMeanOf sample: SurvivalSample, horizon: Double) throws(EstimationError) {
        let path = try ObservedPath(sample, horizon: horizon)
        // areas[k] is the area from step k to the horizon.
        var areas = [Double](repeating: 0, count: path.steps.count)
        var later = horizon
        var area = 0.0
        for index in path.steps.indices.reversed() {
            let time = max(0, path.steps[index].time)
            area += path.steps[index].survival * (later - time)
            later = time
            areas[index] = area
        }
        self.init(value: area + later, path: path) { areas[$0] }
    }

    private init(value: Double, path: ObservedPath, derivative: (Int) -> Double) {
        var exposure = [Double](repeating: 0, count: path.tickCount + 1)
        var loss = [Double](repeating: 0, count: path.tickCount)
        var variance = 0.0
        for (index, step) in path.steps.enumerated() where step.events < step.atRisk {
            let (d, r, a) = (Double(step.events), Double(step.atRisk), derivative(index))
            exposure[step.tick + 1] = a * d / (r * (r - d))
            loss[step.tick] = a / (r - d)
            variance += a * a * d / (r * (r - d))
        }
        for tick in 0..<path.tickCount { exposure[tick + 1] += exposure[tick] }
        self.value = value
        modelVariance = variance
        self.exposure = exposure
        self.loss = loss
    }

    /// φ of each row of the sample.
    func influence(of sample: SurvivalSample, row: Int) -> Double {
        let end = Int(sample.ranking.end[row])
        let exposed = exposure[end + 1] - exposure[sample.entryTick(row) + 1]
        return sample.isEvent[row] ? exposed - loss[end] : exposed
    }

    /// Σ φ of each partner's rows.
    func partnerSums(of sample: SurvivalSample) -> [Double] {
        var sums = [Double](repeating: 0, count: sample.clusterCount)
        for row in 0..<sample.rowCount { sums[Int(sample.cluster[row])] += influence(of: sample, row: row) }
        return sums
    }
}

/// The steps of one arm's curve up to a horizon that its observation reaches.
private struct ObservedPath {
    struct Step {
        var tick: Int
        var time: Double
        var atRisk: Int
        var events: Int
        /// The share that survives the step.
        var survival: Double
    }

    private(set) var steps: [Step] = []
    let tickCount: Int

    init(_ sample: SurvivalSample, horizon: Double) throws(EstimationError) {
        let table = RiskTable(sample)
        tickCount = table.clock.count
        guard let lastTick = table.lastTick, table.clock.time(of: 0) < horizon else { throw .nobodyAtRisk }
        let last = table.clock.time(of: lastTick)
        var survival = 1.0
        for tick in 0..<table.clock.ticks(through: horizon) {
            let cell = table.cell(tick)
            guard cell.events > 0 else { continue }
            survival *= 1 - Double(cell.events) / Double(cell.atRisk)
            steps.append(
                Step(
                    tick: tick, time: table.clock.time(of: tick), atRisk: cell.atRisk, events: cell.events,
                    survival: survival))
            if cell.events == cell.atRisk, tick < lastTick {
                throw .riskSetExhausted(time: table.clock.time(of: tick))
            }
        }
        guard last >= horizon || survival == 0 else {
            throw .horizonNotReached(horizon: horizon, lastAtRisk: last)
        }
    }
}
