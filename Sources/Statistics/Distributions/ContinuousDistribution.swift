/// A distribution on the real line.
///
/// Both tails are functions of their own, because 1 − cdf has no digits left where the answer matters; and
/// both have a logarithm, which stays finite where the tail itself is too small for a Double. Arguments may
/// be infinite.
///
/// - Precondition: arguments are not NaN; probabilities lie in 0...1.
public protocol ContinuousDistribution: Sendable, Hashable {
    /// The probability density at x; infinite where it has a pole.
    func density(_ x: Double) -> Double
    /// P(X ≤ x).
    func cdf(_ x: Double) -> Double
    /// P(X > x), accurate in the far upper tail.
    func survival(_ x: Double) -> Double
    /// The x with P(X ≤ x) = p.
    func quantile(_ p: Double) -> Double
    /// The x with P(X > x) = q.
    func survivalQuantile(_ q: Double) -> Double
    /// ln P(X ≤ x), accurate in both tails; −∞ only where the probability is 0.
    func logCDF(_ x: Double) -> Double
    /// ln P(X > x), accurate in both tails; −∞ only where the probability is 0.
    func logSurvival(_ x: Double) -> Double
}
