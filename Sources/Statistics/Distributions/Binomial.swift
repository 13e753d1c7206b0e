import CNumerics
import Foundation

/// The number of successes in independent trials of one probability.
public struct Binomial: DiscreteDistribution {
    /// Not negative.
    public let trials: Int
    /// In 0...1.
    public let probability: Double

    /// Creates the distribution.
    ///
    /// - Precondition: `trials` is not negative and `probability` lies in 0...1.
    public init(trials: Int, probability: Double) {
        precondition(trials >= 0, "the binomial distribution needs a number of trials that is not negative")
        precondition(
            (0...1).contains(probability), "the binomial distribution needs a probability from 0 to 1")
        self.trials = trials
        self.probability = probability
    }

    /// All trials.
    public var largestCount: Int? { trials }

    /// P(K = successes).
    public func mass(_ successes: Int) -> Double {
        guard (0...trials).contains(successes) else { return 0 }
        return defined(numerics_binomial_mass(Double(successes), Double(trials), probability))
    }

    /// P(K ≤ successes).
    public func cdf(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials { return 1 }
        if probability == 1 { return 0 }
        return tailProbability(numerics_binomial_cdf(Double(successes), Double(trials), probability)) {
            logLowerFarTail(successes)
        }
    }

    /// P(K > successes), accurate in the far upper tail.
    public func survival(_ successes: Int) -> Double {
        if successes < 0 { return 1 }
        if successes >= trials || probability == 0 { return 0 }
        return tailProbability(numerics_binomial_survival(Double(successes), Double(trials), probability)) {
            logUpperFarTail(successes)
        }
    }

    /// ln P(K ≤ successes), accurate in both tails.
    public func logCDF(_ successes: Int) -> Double {
        if successes < 0 || (probability == 1 && successes < trials) { return -.infinity }
        return logProbability(cdf(successes), complement: survival(successes)) {
            logLowerFarTail(successes)
        }
    }

    /// ln P(K > successes), accurate in both tails.
    public func logSurvival(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials || probability == 0 { return -.infinity }
        return logProbability(survival(successes), complement: cdf(successes)) {
            logUpperFarTail(successes)
        }
    }

    /// ln P(K ≤ k) = ln I₁₋ₚ(n − k, k + 1).
    private func logLowerFarTail(_ successes: Int) -> Double {
        FarTail.logIncompleteBeta(
            Double(trials - successes), Double(successes) + 1, logX: log1p(-probability),
            logY: log(probability))
    }

    /// ln P(K > k) = ln Iₚ(k + 1, n − k).
    private func logUpperFarTail(_ successes: Int) -> Double {
        FarTail.logIncompleteBeta(
            Double(successes) + 1, Double(trials - successes), logX: log(probability),
            logY: log1p(-probability))
    }
}
