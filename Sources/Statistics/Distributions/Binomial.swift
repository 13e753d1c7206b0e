import CNumerics

/// The number of successes in independent trials of one probability.
public struct Binomial: Sendable, Hashable {
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

    /// P(K = successes).
    public func mass(_ successes: Int) -> Double {
        guard (0...trials).contains(successes) else { return 0 }
        return defined(numerics_binomial_mass(Double(successes), Double(trials), probability))
    }

    /// P(K ≤ successes).
    public func cdf(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials { return 1 }
        return defined(numerics_binomial_cdf(Double(successes), Double(trials), probability))
    }

    /// P(K > successes), accurate in the far upper tail.
    public func survival(_ successes: Int) -> Double {
        if successes < 0 { return 1 }
        if successes >= trials { return 0 }
        return defined(numerics_binomial_survival(Double(successes), Double(trials), probability))
    }

    /// The smallest number of successes k with P(K ≤ k) ≥ p.
    ///
    /// - Precondition: `p` lies in 0...1.
    public func quantile(_ p: Double) -> Int {
        let target = checkedProbability(p)
        var lower = 0
        var upper = trials
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if cdf(middle) >= target {
                upper = middle
            } else {
                lower = middle + 1
            }
        }
        return lower
    }
}
