/// When a group-sequential trial stops: at each look, above an upper or below a lower limit of z.
public struct StoppingRule: Sendable, Hashable, Codable {
    /// The limits of one look.
    public struct Look: Sendable, Hashable, Codable {
        /// The information fraction; positive, above that of the look before.
        public var informationFraction: Double
        /// The trial stops when z is below this; nil when nothing stops it downwards.
        public var lower: Double?
        /// The trial stops when z is above this; nil when nothing stops it upwards.
        public var upper: Double?

        /// Creates a look.
        public init(informationFraction: Double, lower: Double? = nil, upper: Double? = nil) {
            self.informationFraction = informationFraction
            self.lower = lower
            self.upper = upper
        }
    }

    /// The looks in order.
    public let looks: [Look]

    /// Creates a rule.
    ///
    /// - Precondition: fractions are positive, finite and increase; no lower limit is above its upper limit.
    public init(looks: [Look]) {
        require(Self.fault(looks))
        self.looks = looks
    }

    /// Decodes a rule, refusing looks that are out of order.
    public init(from decoder: any Decoder) throws {
        looks = try decoder.container(keyedBy: CodingKeys.self).decode([Look].self, forKey: .looks)
        try decoder.refuse(Self.fault(looks))
    }

    private static func fault(_ looks: [Look]) -> String? {
        if let fault = fractionsFault(looks.map(\.informationFraction)) { return fault }
        return looks.allSatisfy { ($0.lower ?? -.infinity) <= ($0.upper ?? .infinity) }
            ? nil : "a look's lower limit is not above its upper limit"
    }

    /// The rule of boundaries in one direction, or mirrored in both; looks without a boundary stop nothing and
    /// are left out.
    public init(boundaries: [Boundary], isTwoSided: Bool = false) {
        self.init(
            looks: boundaries.compactMap { boundary in
                boundary.criticalValue.map {
                    Look(
                        informationFraction: boundary.informationFraction, lower: isTwoSided ? -$0 : nil,
                        upper: $0)
                }
            })
    }
}

/// What is wrong with the information fractions of planned looks; nil when nothing is.
func fractionsFault(_ fractions: [Double]) -> String? {
    fractions.allSatisfy { $0 > 0 && $0.isFinite } && zip(fractions, fractions.dropFirst()).allSatisfy(<)
        ? nil : "information fractions are positive, finite and increase"
}

extension StoppingRule {
    /// The rule with up and down exchanged.
    public var mirrored: StoppingRule {
        StoppingRule(
            looks: looks.map {
                Look(
                    informationFraction: $0.informationFraction, lower: $0.upper.map { -$0 },
                    upper: $0.lower.map { -$0 })
            })
    }

    /// The looks still ahead of a state, as a rule for the increments from there.
    func remaining(after fraction: Double, score: Double) -> StoppingRule {
        StoppingRule(
            looks: looks.filter { $0.informationFraction > fraction }.map { look in
                let elapsed = look.informationFraction - fraction
                let limit = { (z: Double) in
                    (z * look.informationFraction.squareRoot() - score) / elapsed.squareRoot()
                }
                return Look(
                    informationFraction: elapsed, lower: look.lower.map(limit), upper: look.upper.map(limit))
            })
    }
}

/// A score process under a stopping rule, ready to be asked for probabilities at any drift.
struct StoppedProcess {
    let looks: [StoppingRule.Look]
    /// For each look, the density of the paths that reach it.
    private let reaching: [SequentialDensity]

    /// Runs the recursion.
    ///
    /// - Parameter largestDrift: The largest magnitude of a drift asked for later.
    init(
        rule: StoppingRule, largestDrift: Double = 0,
        quadrature: SequentialDensity.Quadrature = SequentialDensity.Quadrature()
    ) {
        looks = rule.looks
        var quadrature = quadrature
        // A drift moves S by at most δ√t standard deviations.
        quadrature.reach += largestDrift * (looks.last?.informationFraction ?? 0).squareRoot()
        var density = SequentialDensity(quadrature: quadrature)
        var reaching = looks.isEmpty ? [] : [density]
        for (look, following) in zip(looks, looks.dropFirst()) {
            density.advance(
                to: look.informationFraction, lower: look.lower, upper: look.upper,
                following: following.informationFraction)
            reaching.append(density)
        }
        self.reaching = reaching
    }

    /// P(the trial reaches look `index` and z lies beyond a value there).
    func probability(
        _ side: SequentialDensity.Side, _ z: Double, at index: Int, drift: Double = 0
    ) -> Double {
        let fraction = looks[index].informationFraction
        return reaching[index].probability(side, z * fraction.squareRoot(), at: fraction, drift: drift)
    }

    /// P(the trial stops at look `index` on a side); 0 where nothing stops it there.
    func stopping(_ side: SequentialDensity.Side, at index: Int, drift: Double = 0) -> Double {
        let limit = side == .above ? looks[index].upper : looks[index].lower
        return limit.map { probability(side, $0, at: index, drift: drift) } ?? 0
    }
}
