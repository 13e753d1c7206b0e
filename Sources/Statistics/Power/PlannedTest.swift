/// What a planned test has to show.
public enum Claim: Sendable, Hashable, Codable {
    /// The effect is not 0, in the stated direction.
    case superiority(Alternative)
    /// The effect is not worse than the margin, which is positive and in the metric's unit; one-sided.
    case nonInferiority(margin: Double, higherIsBetter: Bool)
}

/// Which degrees of freedom a plan reckons with.
public enum PlannedDegreesOfFreedom: String, Sendable, Hashable, Codable {
    /// Partners minus two per stratum: right when partners are of similar size.
    case partners
    /// The same with effective partners, k/(1 + cv²): closer to what a CR2 test will have when sizes vary.
    case effectivePartners
}

/// The test a pilot will be judged by, as far as its power depends on it.
public struct PlannedTest: Sendable, Hashable, Codable {
    /// What has to be shown.
    public var claim: Claim
    /// The total error: of both directions together for a two-sided claim, of the one direction otherwise. In
    /// 0..<0.5, ends excluded.
    public var alpha: Double
    /// The degrees of freedom the plan reckons with.
    public var degreesOfFreedom: PlannedDegreesOfFreedom

    /// Describes a test. A group-sequential plan inflates partners by its own factor afterwards.
    public init(
        claim: Claim = .superiority(.twoSided), alpha: Double = 0.05,
        degreesOfFreedom: PlannedDegreesOfFreedom = .partners
    ) {
        self.claim = claim
        self.alpha = alpha
        self.degreesOfFreedom = degreesOfFreedom
    }
}

extension PlannedTest {
    /// The hypothesis the t statistic is compared under.
    var alternative: Alternative {
        switch claim {
        case .superiority(let alternative): alternative
        case .nonInferiority(_, let higherIsBetter): higherIsBetter ? .greater : .less
        }
    }

    /// The effect at the edge of what the test has to exclude: 0, or the margin on the harmful side.
    var boundaryEffect: Double {
        switch claim {
        case .superiority: 0
        case .nonInferiority(let margin, let higherIsBetter): higherIsBetter ? -margin : margin
        }
    }

    /// Throws `.invalidPlan` when the error or the margin makes no sense.
    func check() throws(EstimationError) {
        guard alpha > 0, alpha < 0.5 else {
            throw .invalidPlan(reason: "the error 'alpha' is \(alpha), expected a number between 0 and 0.5")
        }
        if case .nonInferiority(let margin, _) = claim, !(margin > 0 && margin.isFinite) {
            throw .invalidPlan(reason: "the margin is \(margin), expected a positive number")
        }
    }
}

/// The power of a t test: the probability that its statistic, noncentral t, leaves the acceptance region.
///
/// Example: at a noncentrality of 2.8 and many degrees of freedom, a two-sided test at 0.05 has power 0.80.
///
/// - Parameters:
///   - noncentrality: The distance of the true effect from the hypothesis, over the standard error.
///   - degreesOfFreedom: Positive; infinite for a normal test.
///   - alpha: The total error, in 0..<1 without 0.
/// - Source: Johnson, Kotz & Balakrishnan (1995), ch. 31. Both tails count for a two-sided test.
public func tTestPower(
    noncentrality: Double, degreesOfFreedom: Double, alpha: Double, alternative: Alternative = .twoSided
) -> Double {
    precondition(alpha > 0 && alpha < 1, "the error of a test lies between 0 and 1")
    let statistic = NoncentralT(degreesOfFreedom: degreesOfFreedom, noncentrality: noncentrality)
    let reference = StudentT(degreesOfFreedom: degreesOfFreedom)
    switch alternative {
    case .twoSided:
        let critical = reference.survivalQuantile(alpha / 2)
        return min(1, statistic.survival(critical) + statistic.cdf(-critical))
    case .greater: return statistic.survival(reference.survivalQuantile(alpha))
    case .less: return statistic.cdf(-reference.survivalQuantile(alpha))
    }
}

extension Estimate {
    /// The effect this look would detect with the given power: (t₁₋ₐ/₂ + t_power)·SE on the estimate's degrees
    /// of freedom, with t₁₋ₐ for a one-sided test.
    ///
    /// A statement about precision so far, not about the effect found.
    ///
    /// - Parameters:
    ///   - power: Between 0.5 and 1, for example 0.8.
    ///   - alpha: The total error, between 0 and 1.
    /// - Source: Bloom (1995), Evaluation Review 19:547.
    public func minimumDetectableEffect(
        power: Double = 0.8, alpha: Double = 0.05, alternative: Alternative = .twoSided
    ) -> Double {
        precondition(power >= 0.5 && power < 1, "a power to detect with lies between 0.5 and 1")
        let reference = StudentT(degreesOfFreedom: degreesOfFreedom)
        let critical = reference.survivalQuantile(alternative == .twoSided ? alpha / 2 : alpha)
        return (critical + reference.quantile(power)) * standardError
    }
}
