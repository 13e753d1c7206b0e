/// Two proportions of independent trials, treatment against control.
///
/// For what was randomised itself, such as partners that opened a letter. On customers of randomised partners the
/// tests reject true hypotheses far too often (15–77 % in simulation, more the larger partners are).
public struct TwoProportions: Sendable, Hashable, Codable {
    /// The control group.
    public let control: Proportion
    /// The treatment group.
    public let treatment: Proportion

    /// Creates a comparison.
    public init(control: Proportion, treatment: Proportion) {
        self.control = control
        self.treatment = treatment
    }

    /// treatment − control.
    public var difference: Double { treatment.value - control.value }

    /// The score statistic with the pooled proportion's variance.
    ///
    /// - Returns: nil when nothing or everything succeeded.
    public var pooledStatistic: Double? {
        let (m, n) = (Double(treatment.trials), Double(control.trials))
        let pooled = Double(treatment.successes + control.successes) / (m + n)
        let variance = pooled * (1 - pooled) * (1 / m + 1 / n)
        return variance > 0 ? difference / variance.squareRoot() : nil
    }

    /// The two-sided p-value of `pooledStatistic`, from the normal survival function.
    public var pooledPValue: Double? {
        pooledStatistic.map { min(1, 2 * Normal.survival(abs($0))) }
    }

    /// Both arms with the variances p(1 − p)/n of independent trials, on n − 1 degrees of freedom.
    ///
    /// What dashboards that count customers report; not valid when partners are randomised.
    public var independentComparison: RatioComparison {
        func arm(_ proportion: Proportion) -> ArmRatio {
            let n = Double(proportion.trials)
            let variance = proportion.value * (1 - proportion.value) / n
            return ArmRatio(
                value: proportion.value, partners: PartnerCount(raw: proportion.trials, effective: n),
                uncertainty: proportion.trials > 1
                    ? ArmRatio.Uncertainty(squaredStandardError: variance, degreesOfFreedom: n - 1) : nil)
        }
        var comparison = RatioComparison(
            method: .independentTrials, estimand: .customerAverage, control: arm(control),
            treatment: arm(treatment))
        for (side, proportion) in [(Arm.treatment, treatment), (.control, control)]
        where proportion.trials < 2 {
            comparison.unavailable = .tooFewClusters(arm: side, found: proportion.trials, required: 2)
        }
        return comparison
    }
}

extension EffectMethod {
    /// Trials taken as independent.
    public static let independentTrials = EffectMethod(rawValue: "independent trials, Welch df")
}

extension TwoProportions {
    /// An interval of treatment − control.
    public enum DifferenceInterval: String, Sendable, Hashable, Codable, CaseIterable {
        /// d ± z·√(Σ p(1 − p)/n); too short near 0 and 1.
        case wald
        /// Wald's after adding one success and one failure to each side (Agresti & Caffo 2000).
        case agrestiCaffo
        /// Wilson intervals of both sides, squared and added (Newcombe 1998, method 10).
        case newcombe
        /// All differences a score test with the restricted maximum-likelihood variance does not reject (Mee
        /// 1984).
        case score
    }

    /// The interval of treatment − control.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1.
    /// - Source: Newcombe (1998), Statistics in Medicine 17:873; Agresti & Caffo (2000), American Statistician
    ///   54:280; Mee (1984), Biometrics 40:1175.
    public func interval(_ kind: DifferenceInterval, confidenceLevel: Double) -> Interval {
        let z = criticalValue(confidenceLevel)
        let bounds: (lower: Double, upper: Double)
        switch kind {
        case .wald:
            bounds = waldBounds(criticalValue: z, added: 0)
        case .agrestiCaffo:
            bounds = waldBounds(criticalValue: z, added: 1)
        case .newcombe:
            func wilson(_ proportion: Proportion) -> (value: Double, lower: Double, upper: Double) {
                let bounds = wilsonBounds(
                    proportion.value, effectiveTrials: Double(proportion.trials), criticalValue: z)
                return (proportion.value, bounds.lower, bounds.upper)
            }
            bounds = squareAndAdd(control: wilson(control), treatment: wilson(treatment))
        case .score:
            bounds = (
                difference <= -1 ? -1 : lastPoint(in: -1...difference) { scoreStatistic(at: $0) > z },
                difference >= 1 ? 1 : lastPoint(in: difference...1) { scoreStatistic(at: $0) > -z }
            )
        }
        return Interval(
            lower: bounds.lower, upper: bounds.upper, confidenceLevel: confidenceLevel, validity: .fixedSample
        )
    }

    /// Wald's limits with successes and failures added to each side.
    private func waldBounds(criticalValue z: Double, added: Double) -> (lower: Double, upper: Double) {
        func moments(_ proportion: Proportion) -> (value: Double, variance: Double) {
            let n = Double(proportion.trials) + 2 * added
            let value = (Double(proportion.successes) + added) / n
            return (value, value * (1 - value) / n)
        }
        let (left, right) = (moments(control), moments(treatment))
        let halfWidth = z * (left.variance + right.variance).squareRoot()
        return (right.value - left.value - halfWidth, right.value - left.value + halfWidth)
    }

    /// (d − δ)/se, where se is that of the proportions p₀ and p₀ + δ that make the data most likely.
    private func scoreStatistic(at delta: Double) -> Double {
        let (x, m) = (Double(treatment.successes), Double(treatment.trials))
        let (y, n) = (Double(control.successes), Double(control.trials))
        let range = max(0, -delta)...min(1, 1 - delta)
        // The log-likelihood is concave in p₀: its slope changes sign once, or not at all on the edge.
        let p = lastPoint(in: range) { p in
            let q = p + delta
            return (x > 0 ? x / q : 0) + (y > 0 ? y / p : 0)
                > (x < m ? (m - x) / (1 - q) : 0) + (y < n ? (n - y) / (1 - p) : 0)
        }
        let q = min(1, max(0, p + delta))
        let variance = q * (1 - q) / m + p * (1 - p) / n
        let excess = difference - delta
        return variance > 0 ? excess / variance.squareRoot() : (excess == 0 ? 0 : excess * .infinity)
    }
}

extension TwoProportions {
    /// Fisher's exact two-sided p-value: all tables with the observed margins that are no more probable.
    ///
    /// - Source: Fisher (1935), Design of Experiments; ties within 1e-7 count, as in R.
    public var fisherPValue: Double {
        let successes = treatment.successes + control.successes
        let trials = treatment.trials + control.trials
        let range = max(0, successes - control.trials)...min(successes, treatment.trials)
        guard range.count > 1 else { return 1 }
        // Given their sum, two binomials of any one probability are hypergeometric.
        let share = Double(successes) / Double(trials)
        let left = Binomial(trials: treatment.trials, probability: share)
        let right = Binomial(trials: control.trials, probability: share)
        let masses = range.map { left.mass($0) * right.mass(successes - $0) }
        let observed = masses[treatment.successes - range.lowerBound]
        let extreme = masses.reduce(0) { $1 <= observed * (1 + 1e-7) ? $0 + $1 : $0 }
        return min(1, extreme / masses.reduce(0, +))
    }
}
