import CNumerics
import Foundation

/// ln Γ(x), the logarithm of the gamma function.
///
/// - Parameter x: Positive and finite.
public func logGamma(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "the logarithm of the gamma function needs a positive, finite argument")
    return defined(numerics_log_gamma(x))
}

/// A probability handed to a quantile function; traps when it is not one.
func checkedProbability(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a quantile needs a probability from 0 to 1")
    return probability
}

/// The value of a numerical evaluation; traps when it is undefined, so that no NaN ever reaches a decision.
func defined(_ value: Double) -> Double {
    precondition(!value.isNaN, "a distribution was evaluated outside its domain")
    return value
}

/// Below this, the library's intermediate results run out of range and its answers out of digits.
private let smallestDirectTail = 1e-280

/// A tail probability, or the exponential of `logFarTail` where that is all that has its digits.
func tailProbability(_ direct: Double, logFarTail: () -> Double) -> Double {
    defined(direct) > smallestDirectTail ? direct : exp(defined(logFarTail()))
}

/// The logarithm of a tail probability without the loss of digits that ln(p) has at either end.
///
/// - Parameters:
///   - complement: 1 − p, computed as a probability of its own.
///   - logFarTail: ln p by another route, asked for where p is too small to be held in a Double with all
///     digits.
func logProbability(_ probability: Double, complement: Double, logFarTail: () -> Double) -> Double {
    if probability > 0.5 { return log1p(-complement) }
    return probability > smallestDirectTail ? log(probability) : defined(logFarTail())
}
