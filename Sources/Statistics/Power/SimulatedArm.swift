/// The sums over an arm's partners from which its part of a CR2 test follows.
///
/// The arm's customers are known before any outcome, and with them the leverages, so outcomes are added in one
/// pass. They are centred at a rate near the arm's, which keeps the digits of the squares.
struct SimulatedArm {
    /// Customers of the arm.
    let total: Double
    private let center: Double
    private var partners = 0.0
    private var outcomes = 0.0
    private var centredSum = 0.0
    /// Σ z²/(1 − h), Σ z·n/(1 − h) and Σ n²/(1 − h) of centred outcomes z = y − c·n.
    private var weighted = (zz: 0.0, zn: 0.0, nn: 0.0)
    private var squares = 0.0
    /// Σ y²/n.
    private var squaresOverSize = 0.0

    init(total: Double, center: Double) {
        self.total = total
        self.center = center
    }

    /// Adds a partner with customers.
    @inline(__always)
    mutating func add(_ outcome: Double, size: Double) {
        let centred = outcome - center * size
        let weight = total / (total - size)
        partners += 1
        outcomes += outcome
        centredSum += centred
        weighted.zz += weight * centred * centred
        weighted.zn += weight * centred * size
        weighted.nn += weight * size * size
        squares += size * size
        squaresOverSize += outcome * outcome / size
    }

    /// Whether there are partners to compare with each other.
    var hasSeveralPartners: Bool { partners >= 2 }

    /// The pooled rate.
    var rate: Double { outcomes / total }

    /// Σ e²/(1 − h)/N², with sums that are rounding noise counted as 0.
    var variance: Double {
        let excess = centredSum / total
        let residual = weighted.zz - 2 * excess * weighted.zn + excess * excess * weighted.nn
        let scale = weighted.zz + 2 * abs(excess * weighted.zn) + excess * excess * weighted.nn
        return residual <= 1e-13 * scale ? 0 : residual / (total * total)
    }

    /// Adds the arm to an analysis of variance of binary outcomes.
    func add(to components: inout VarianceComponents) {
        components.betweenSquares += squaresOverSize - outcomes * outcomes / total
        components.withinSquares += outcomes - squaresOverSize
        components.customers += total
        components.partners += partners
        components.groups += 1
        components.sizeExcess += total - squares / total
    }
}

/// Decides simulated pilots by the claim of a plan, with CR2 and Imbens–Kolesár degrees of freedom.
struct SimulatedDecision {
    private let alternative: Alternative
    private let boundaryEffect: Double
    /// The one-sided error at each end that counts.
    private let tail: Double
    private let normalQuantile: Double

    init(test: PlannedTest) {
        alternative = test.alternative
        boundaryEffect = test.boundaryEffect
        tail = alternative == .twoSided ? test.alpha / 2 : test.alpha
        normalQuantile = Normal.survivalQuantile(tail)
    }

    /// Whether the claim is shown; nil without a test.
    ///
    /// - Parameter sizes: The sizes of the arms' partners with customers, asked for when they matter.
    func outcome(
        control: SimulatedArm, treatment: SimulatedArm, sizes: () -> [[Double]]
    ) -> Bool? {
        guard control.hasSeveralPartners, treatment.hasSeveralPartners else { return nil }
        let variance = control.variance + treatment.variance
        guard variance > 0 else { return nil }
        let statistic = (treatment.rate - control.rate - boundaryEffect) / variance.squareRoot()
        let oriented =
            switch alternative {
            case .twoSided: abs(statistic)
            case .greater: statistic
            case .less: -statistic
            }
        // No t quantile lies inside the normal one, so most replicates need no degrees of freedom.
        guard oriented >= normalQuantile else { return false }
        var components = VarianceComponents()
        control.add(to: &components)
        treatment.add(to: &components)
        let bounds = WorkingCovariance.correlationBounds
        let correlation = min(
            max(components.analysis?.intraclassCorrelation ?? bounds.lowerBound, bounds.lowerBound),
            bounds.upperBound)
        var traces = SatterthwaiteTraces()
        for sizes in sizes() {
            traces.add(
                denominators: sizes, workingVariances: sizes.map { $0 * (1 + ($0 - 1) * correlation) })
        }
        return StudentT(degreesOfFreedom: traces.degreesOfFreedom).survival(oriented) <= tail
    }
}
