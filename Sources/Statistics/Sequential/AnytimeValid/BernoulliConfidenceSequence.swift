/// The interval for a probability, from independent yes-or-no trials, that holds at any time.
///
/// It keeps the probabilities p for which the beta-binomial mixture martingale of successes − n·p, with values
/// between −p and 1 − p, has not reached 1/α.
///
/// - Warning: Customers of one partner are not independent. Use it for what happens to records or partners one
///   by one, such as the share of rows that could be joined.
/// - Parameters:
///   - successes: 0...trials.
///   - trials: At least 1.
///   - alpha: One less the level; between 0 and 1.
///   - optimum: The number of trials at which the interval is to be narrowest; positive.
///   - tuningAlpha: The level the tuning is for.
/// - Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49:1055, proposition 7.
public func bernoulliConfidenceSequence(
    successes: Int, trials: Int, alpha: Double, optimum: Double, tuningAlpha: Double = 0.05
) -> Interval {
    precondition(trials >= 1 && (0...trials).contains(successes), "successes are among at least one trial")
    precondition(alpha > 0 && alpha < 1 && optimum > 0, "a level is below 1 and an optimum positive")
    let (k, n) = (Double(successes), Double(trials))
    let observed = k / n
    let threshold = UniformBoundary.logThreshold(alpha: alpha)
    let excess = { (p: Double) -> Double in
        let variance = p * (1 - p)
        let mixture = UniformBoundary.betaBinomial(
            optimum: optimum * variance, tuningAlpha: tuningAlpha, below: p, above: 1 - p)
        return (mixture.logMartingale(sum: k - n * p, time: n * variance) ?? 0) - threshold
    }
    // The martingale is not defined at 0 and 1. Where no smaller, or larger, probability is rejected, the end is
    // that of the range itself.
    let range = 1e-12...(1 - 1e-12)
    let center = min(max(observed, range.lowerBound), range.upperBound)
    let lower = bracketedRoot(in: range.lowerBound...center, of: excess)
    let upper = bracketedRoot(in: center...range.upperBound, of: excess)
    return Interval(
        lower: lower ?? 0, upper: upper ?? 1, confidenceLevel: 1 - alpha, validity: .anytime)
}
