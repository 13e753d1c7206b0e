import CNumerics

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
