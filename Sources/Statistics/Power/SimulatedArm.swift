/// The sums over an arm's partners from which its part of a CR2 test follows.
///
/// Sizes give the leverages before any outcome is known, so outcomes are added in one pass. They are centred
/// at a rate near the arm's, which keeps the digits of the squares.
struct SimulatedArm {
    let sizes: [Double]
    let total: Double
    private let center: Double
    private var sum = 0.0
    /// Σ z²/(1 − h), Σ z·n/(1 − h) and Σ n²/(1 − h) of centred outcomes z = y − c·n.
    private var weighted = (zz: 0.0, zn: 0.0, nn: 0.0)
    private var squares = 0.0
    /// Σ y and Σ y²/n.
    private var outcomes = 0.0
    private var squaresOverSize = 0.0

    init(sizes: [Double], center: Double) {
        self.sizes = sizes
        self.center = center
        total = sizes.reduce(0, +)
    }

    /// Adds the outcome of the partner at a position.
    mutating func add(_ outcome: Double, at position: Int) {
        let size = sizes[position]
        let centred = outcome - center * size
        let weight = total / (total - size)
        sum += centred
        weighted.zz += weight * centred * centred
        weighted.zn += weight * centred * size
        weighted.nn += weight * size * size
        squares += size * size
        outcomes += outcome
        squaresOverSize += outcome * outcome / size
    }

    /// The pooled rate.
    var rate: Double { outcomes / total }

    /// Σ e²/(1 − h)/N², with sums that are rounding noise counted as 0.
    var variance: Double {
        let excess = sum / total
        let residual = weighted.zz - 2 * excess * weighted.zn + excess * excess * weighted.nn
        let scale = weighted.zz + 2 * abs(excess * weighted.zn) + excess * excess * weighted.nn
        return residual <= 1e-13 * scale ? 0 : residual / (total * total)
    }

    /// Adds the arm to an analysis of variance of binary outcomes.
    func add(to components: inout VarianceComponents) {
        components.betweenSquares += squaresOverSize - outcomes * outcomes / total
        components.withinSquares += outcomes - squaresOverSize
        components.customers += total
        components.partners += Double(sizes.count)
        components.arms += 1
        components.sizeExcess += total - squares / total
    }
}

/// Decides simulated pilots by the claim of a plan, with CR2 and Imbens–Kolesár degrees of freedom.
struct SimulatedDecision {
    private let test: PlannedTest
    /// The one-sided error at each end that counts.
    private let tail: Double
    private let normalQuantile: Double

    init(test: PlannedTest) {
        self.test = test
        tail = test.alternative == .twoSided ? test.alpha / 2 : test.alpha
        normalQuantile = Normal.survivalQuantile(tail)
    }

    /// Whether the claim is shown; nil without a test.
    func outcome(control: SimulatedArm, treatment: SimulatedArm) -> Bool? {
        guard control.sizes.count >= 2, treatment.sizes.count >= 2 else { return nil }
        let variance = control.variance + treatment.variance
        guard variance > 0 else { return nil }
        let statistic =
            (treatment.rate - control.rate - test.boundaryEffect) / variance.squareRoot()
        let oriented =
            switch test.alternative {
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
            max(components.correlation ?? bounds.lowerBound, bounds.lowerBound), bounds.upperBound)
        var traces = SatterthwaiteTraces()
        for arm in [control, treatment] {
            traces.add(
                denominators: arm.sizes,
                workingVariances: arm.sizes.map { $0 * (1 + ($0 - 1) * correlation) })
        }
        return StudentT(degreesOfFreedom: traces.degreesOfFreedom).survival(oriented) <= tail
    }
}
