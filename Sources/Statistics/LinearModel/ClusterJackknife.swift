/// Leave-one-partner-out refits of a linear model, computed without refitting.
public struct ClusterJackknife: Sendable, Hashable, Codable {
    /// What the model's coefficients are called.
    public var terms: [String]
    /// The coefficients with everybody.
    public var coefficients: [Double]
    /// The coefficients without each partner in turn; nil for a partner without whom some cannot be
    /// estimated, and for partners without customers.
    public var leavingOut: [[Double]?]
    /// √ of (G − 1)/G·Σ(b₋ₖ − b)², term by term; nil where a partner alone identifies the term.
    public var standardErrors: [Double?]
    /// √ of (G − 1)/G·Σ(b₋ₖ − b̄)², centred at the mean of the refits; nil where a partner alone identifies
    /// the term.
    public var centeredStandardErrors: [Double?]
    /// Partners with customers, G.
    public var clusterCount: Int

    /// Creates a result from its fields.
    public init(
        terms: [String], coefficients: [Double], leavingOut: [[Double]?], standardErrors: [Double?],
        centeredStandardErrors: [Double?], clusterCount: Int
    ) {
        self.terms = terms
        self.coefficients = coefficients
        self.leavingOut = leavingOut
        self.standardErrors = standardErrors
        self.centeredStandardErrors = centeredStandardErrors
        self.clusterCount = clusterCount
    }

    /// G − 1, the reference usually taken; a smaller one is safer when arms are unequal.
    public var degreesOfFreedom: Double { Double(clusterCount - 1) }
}

/// How much one partner moves a contrast.
public struct LeaveOneOutInfluence: Sendable, Hashable, Codable {
    /// The partner's number.
    public var cluster: Int
    /// The contrast without the partner; nil when it could not be estimated then.
    public var leavingOut: Double?
    /// The partner's leverage: its share of the coefficients, which add up to their number over all partners.
    public var leverage: Double
    /// The partner's share of the information about the contrast; adds up to 1 over all partners.
    public var partialLeverage: Double

    /// Creates a result from its fields.
    public init(cluster: Int, leavingOut: Double?, leverage: Double, partialLeverage: Double) {
        self.cluster = cluster
        self.leavingOut = leavingOut
        self.leverage = leverage
        self.partialLeverage = partialLeverage
    }
}

extension ClusteredLinearModel {
    /// Leaves out every partner in turn; CV3 and its centred form.
    ///
    /// The coefficients without partner g are b − M(1 − S·M)⁻¹·X'We of the partner's own sums, S = X'WX. For
    /// a model without weights CV3 is (G − 1)/G times CR3.
    ///
    /// - Source: MacKinnon, Nielsen & Webb (2023), Journal of Applied Econometrics 38:671.
    public func jackknife() -> ClusterJackknife {
        let adjustment = ClusterAdjustment(self, correction: .cr3)
        let isSaturated = Set(adjustment.saturated.map(\.cluster))
        var leavingOut = [[Double]?](repeating: nil, count: clusters.counts.count)
        var shifts: [[Double]] = []
        let back = whitening.transposed
        adjustment.forEachContribution(self) { cluster, contribution in
            let shift = back * contribution
            shifts.append(shift)
            if !isSaturated.contains(cluster) { leavingOut[cluster] = zip(coefficients, shift).map(-) }
        }
        let count = Double(clusterCount)
        var standardErrors = [Double?](repeating: nil, count: order)
        var centered = standardErrors
        for k in 0..<order {
            let direction = (0..<order).map { whitening[$0, k] }
            guard clusterCount > 1, adjustment.soleSupports(of: direction).isEmpty else { continue }
            let mean = shifts.reduce(0) { $0 + $1[k] } / count
            let around = { (center: Double) in
                shifts.reduce(0) { $0 + ($1[k] - center) * ($1[k] - center) }
            }
            standardErrors[k] = ((count - 1) / count * around(0)).squareRoot()
            centered[k] = ((count - 1) / count * around(mean)).squareRoot()
        }
        return ClusterJackknife(
            terms: formula.terms, coefficients: coefficients, leavingOut: leavingOut,
            standardErrors: standardErrors, centeredStandardErrors: centered, clusterCount: clusterCount)
    }

    /// What a contrast would be without each partner, most influential first; partners that it rests on come
    /// first of all.
    public func influence(on contrast: [Double]) -> [LeaveOneOutInfluence] {
        let direction = whitened(contrast)
        let adjustment = ClusterAdjustment(self, correction: .cr3)
        let essential = Set(adjustment.soleSupports(of: direction))
        let value = dot(direction, whitenedCoefficients)
        let length = dot(direction, direction)
        var ranked: [(shift: Double, influence: LeaveOneOutInfluence)] = []
        adjustment.forEachContribution(self) { cluster, contribution in
            let shift = dot(direction, contribution)
            let isEssential = essential.contains(cluster)
            let influence = LeaveOneOutInfluence(
                cluster: cluster, leavingOut: isEssential ? nil : value - shift,
                leverage: (0..<order).reduce(0) { $0 + leverage(cluster, $1, $1) },
                partialLeverage: leverage(cluster, of: direction) / length)
            ranked.append((isEssential ? .infinity : abs(shift), influence))
        }
        return ranked.sorted { $0.shift > $1.shift }.map(\.influence)
    }

    /// How many partners of equal influence on a contrast the partners amount to: G/(1 + cv²) of their
    /// influences.
    ///
    /// - Parameter correlation: Of errors within partners, in 0...1: 0 counts customers, 1 counts a partner's
    ///   customers as one, which is the safer reading.
    /// - Source: Carter, Schnepel & Steigerwald (2017), REStat 99:698; MacKinnon, Nielsen & Webb (2023).
    public func effectivePartnerCount(for contrast: [Double], correlation: Double) -> Double {
        let direction = whitened(contrast)
        var sum = 0.0
        var squares = 0.0
        for cluster in clusters.occupied {
            let own = leverage(cluster, of: direction)
            var total = 0.0
            for k in 0..<order {
                total += direction[k] * clusters.ones[cluster * dimension + dimension - order + k]
            }
            let influence = (1 - correlation) * own + correlation * total * total
            sum += influence
            squares += influence * influence
        }
        return sum * sum / squares
    }
}
