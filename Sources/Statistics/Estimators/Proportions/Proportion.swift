/// Successes among independent trials, with intervals that stay inside 0...1.
///
/// Independent means independent: partners that did or did not do something, not customers of partners.
public struct Proportion: Sendable, Hashable, Codable {
    /// From 0 to `trials`.
    public let successes: Int
    /// Positive.
    public let trials: Int

    /// Creates a proportion.
    ///
    /// - Precondition: `trials` is positive and `successes` lies in 0...trials.
    public init(successes: Int, trials: Int) {
        require(Self.fault(successes: successes, trials: trials))
        self.successes = successes
        self.trials = trials
    }

    /// Decodes a proportion, refusing an impossible one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        successes = try container.decode(Int.self, forKey: .successes)
        trials = try container.decode(Int.self, forKey: .trials)
        try decoder.refuse(Self.fault(successes: successes, trials: trials))
    }

    private static func fault(successes: Int, trials: Int) -> String? {
        trials > 0 && successes >= 0 && successes <= trials ? nil : "successes lie between 0 and the trials"
    }

    /// successes / trials.
    public var value: Double { Double(successes) / Double(trials) }

    /// Wilson's score interval.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1.
    /// - Source: Wilson (1927), JASA 22:209.
    public func wilsonInterval(confidenceLevel: Double) -> Interval {
        let bounds = wilsonBounds(
            value, effectiveTrials: Double(trials), criticalValue: criticalValue(confidenceLevel))
        return Interval(
            lower: bounds.lower, upper: bounds.upper, confidenceLevel: confidenceLevel, validity: .fixedSample
        )
    }

    /// The exact interval of Clopper and Pearson; conservative.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1.
    /// - Source: Clopper & Pearson (1934), Biometrika 26:404.
    public func clopperPearsonInterval(confidenceLevel: Double) -> Interval {
        let tail = (1 - confidenceLevel) / 2
        let (x, n) = (Double(successes), Double(trials))
        return Interval(
            lower: successes == 0 ? 0 : Beta(alpha: x, beta: n - x + 1).quantile(tail),
            upper: successes == trials ? 1 : Beta(alpha: x + 1, beta: n - x).survivalQuantile(tail),
            confidenceLevel: confidenceLevel, validity: .fixedSample)
    }
}

/// The normal quantile of a two-sided level.
func criticalValue(_ confidenceLevel: Double) -> Double {
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    return Normal.survivalQuantile((1 - confidenceLevel) / 2)
}

/// Wilson's limits for a proportion that is known as well as from a number of independent trials, not
/// necessarily whole.
///
/// - Source: Wilson (1927), JASA 22:209.
func wilsonBounds(
    _ proportion: Double, effectiveTrials n: Double, criticalValue z: Double
) -> (lower: Double, upper: Double) {
    let scale = 1 + z * z / n
    let centre = (proportion + z * z / (2 * n)) / scale
    let halfWidth = z / scale * (proportion * (1 - proportion) / n + z * z / (4 * n * n)).squareRoot()
    return (
        proportion == 0 ? 0 : max(0, centre - halfWidth), proportion == 1 ? 1 : min(1, centre + halfWidth)
    )
}

/// An interval of a difference from intervals of both sides ("square and add"): treatment − control.
///
/// - Source: Newcombe (1998), Statistics in Medicine 17:873, method 10; Zou & Donner (2008), 27:1693.
func squareAndAdd(
    control: (value: Double, lower: Double, upper: Double),
    treatment: (value: Double, lower: Double, upper: Double)
) -> (lower: Double, upper: Double) {
    func length(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    let difference = treatment.value - control.value
    return (
        difference - length(treatment.value - treatment.lower, control.upper - control.value),
        difference + length(treatment.upper - treatment.value, control.value - control.lower)
    )
}
