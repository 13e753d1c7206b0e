/// The point between two of opposite sign where a continuous function changes sign.
///
/// Inverse quadratic interpolation where three points describe the function well, bisection otherwise: never
/// worse than bisection by more than a factor of two.
///
/// - Parameters:
///   - relativeTolerance: Of the point; two units in the last place are the least that is useful.
/// - Returns: nil when the ends have the same sign.
/// - Source: Chandrupatla (1997), Advances in Engineering Software 28:145.
func root<Failure: Error>(
    between lower: Double, and upper: Double, relativeTolerance: Double = 4 * Double.ulpOfOne,
    of function: (Double) throws(Failure) -> Double
) throws(Failure) -> Double? {
    var (a, b) = (upper, lower)
    var (fa, fb) = (try function(a), try function(b))
    if fa == 0 { return a }
    if fb == 0 { return b }
    guard (fa < 0) != (fb < 0) else { return nil }
    var fraction = 0.5
    for _ in 0..<2_000 {
        let x = a + fraction * (b - a)
        let fx = try function(x)
        var (c, fc) = (a, fa)
        if (fx < 0) == (fa < 0) {
            (a, fa) = (x, fx)
        } else {
            (c, fc) = (b, fb)
            (b, fb) = (a, fa)
            (a, fa) = (x, fx)
        }
        let best = abs(fa) < abs(fb) ? a : b
        let tolerance = relativeTolerance * abs(best) + .leastNormalMagnitude
        let smallest = tolerance / abs(b - a)
        if smallest > 0.5 || fa == 0 { return best }
        let position = (a - b) / (c - b)
        let height = (fa - fb) / (fc - fb)
        if height * height < position, (1 - height) * (1 - height) < 1 - position {
            fraction =
                fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            fraction = 0.5
        }
        fraction = min(max(fraction, smallest), 1 - smallest)
    }
    return abs(fa) < abs(fb) ? a : b
}
