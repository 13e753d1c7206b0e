/// A root by a bracket that is widened tenfold and then narrowed by Brent's method to a stated width.
///
/// statsmodels solves for the sample size and the detectable effect of a test in this way
/// (`statsmodels.tools.rootfinding.brentq_expanding`) and stops as soon as it is within 1e-5 of the root,
/// which for small effects is the fifth digit. The distance it stops at, added to the library's answer, is what
/// statsmodels prints; so the library's answer stays under test.
///
/// - Source: statsmodels 0.15.0, `Power.solve_power` and `brentq_expanding`; Brent (1973), Algorithms for
///   Minimization without Derivatives, ch. 4.
struct ExpandingSearch {
    /// Where the search starts.
    let lower: Double
    /// The first upper end.
    let upper: Double
    /// How close to the root it may stop; statsmodels' own by default.
    var tolerance = 1e-5

    /// Where an increasing function is 0; nil when it is not within the bracket.
    func root(of function: (Double) throws -> Double) rethrows -> Double? {
        var (low, high) = (lower, upper)
        for _ in 0..<100 {
            guard try function(high) < 0 else { break }
            low = high
            high *= 10
        }
        return try brent(low, high, function)
    }

    private func brent(_ low: Double, _ high: Double, _ function: (Double) throws -> Double) rethrows
        -> Double?
    {
        var (previous, current) = (low, high)
        var (atPrevious, atCurrent) = (try function(previous), try function(current))
        guard atPrevious != 0 else { return previous }
        guard atCurrent != 0 else { return current }
        guard (atPrevious < 0) != (atCurrent < 0) else { return nil }
        // The end of the bracket across the root, and the last two steps.
        var (opposite, atOpposite) = (0.0, 0.0)
        var (step, stepBefore) = (0.0, 0.0)
        for _ in 0..<100 {
            if atPrevious != 0, (atPrevious < 0) != (atCurrent < 0) {
                (opposite, atOpposite) = (previous, atPrevious)
                step = current - previous
                stepBefore = step
            }
            if abs(atOpposite) < abs(atCurrent) {
                (previous, current, opposite) = (current, opposite, current)
                (atPrevious, atCurrent, atOpposite) = (atCurrent, atOpposite, atCurrent)
            }
            let closeEnough = (tolerance + 4 * Double.ulpOfOne * abs(current)) / 2
            let half = (opposite - current) / 2
            if atCurrent == 0 || abs(half) < closeEnough { return current }
            var isInterpolated = false
            if abs(stepBefore) > closeEnough, abs(atCurrent) < abs(atPrevious) {
                let trial: Double
                if previous == opposite {
                    trial = -atCurrent * (current - previous) / (atCurrent - atPrevious)
                } else {
                    let slope = (atPrevious - atCurrent) / (previous - current)
                    let across = (atOpposite - atCurrent) / (opposite - current)
                    trial =
                        -atCurrent * (atOpposite * across - atPrevious * slope)
                        / (across * slope * (atOpposite - atPrevious))
                }
                if 2 * abs(trial) < min(abs(stepBefore), 3 * abs(half) - closeEnough) {
                    (stepBefore, step) = (step, trial)
                    isInterpolated = true
                }
            }
            if !isInterpolated { (stepBefore, step) = (half, half) }
            (previous, atPrevious) = (current, atCurrent)
            current += abs(step) > closeEnough ? step : half > 0 ? closeEnough : -closeEnough
            atCurrent = try function(current)
        }
        return nil
    }
}
