import Foundation

/// A classical shape of boundary, cₖ = C·tₖ^(Δ − 1/2) with one constant C for all looks.
///
/// Unlike a spending function it needs all looks and their information in advance.
///
/// - Source: Wang & Tsiatis (1987), Biometrics 43:193; Pocock (1977), Biometrika 64:191 (Δ = 1/2);
///   O'Brien & Fleming (1979), Biometrics 35:549 (Δ = 0).
public struct BoundaryFamily: Sendable, Hashable, Codable {
    /// Δ: 0 is O'Brien & Fleming's shape, 1/2 Pocock's.
    public let delta: Double

    private init(delta: Double) { self.delta = delta }

    /// Decodes a family, refusing an impossible one.
    public init(from decoder: any Decoder) throws {
        delta = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .delta)
        try decoder.refuse(Self.fault(delta: delta))
    }

    private static func fault(delta: Double) -> String? {
        abs(delta) <= 10 ? nil : "delta lies between -10 and 10"
    }

    /// Wang & Tsiatis' family.
    ///
    /// - Precondition: `delta` is finite and at most 10 in magnitude.
    public static func wangTsiatis(delta: Double) -> BoundaryFamily {
        require(fault(delta: delta))
        return BoundaryFamily(delta: delta)
    }

    /// The same z at every look.
    public static let pocock = BoundaryFamily(delta: 0.5)

    /// The same score at every look, so that z falls with 1/√t.
    public static let obrienFleming = BoundaryFamily(delta: 0)
}

/// The boundaries of a family with the constant that gives them their level.
public struct FamilyBoundaries: Sendable, Hashable, Codable {
    /// C, the boundary at full information: 2.413 for five equal two-sided Pocock looks at 0.05.
    public var constant: Double
    /// The looks' boundaries; `cumulativeAlpha` is the error in the upward direction.
    public var boundaries: [Boundary]

    /// Creates boundaries from their fields.
    public init(constant: Double, boundaries: [Boundary]) {
        self.constant = constant
        self.boundaries = boundaries
    }
}

/// The boundaries of a Wang–Tsiatis family for planned looks.
///
/// - Parameters:
///   - informationFractions: All looks; positive and increasing. The last is usually 1.
///   - alpha: The total error of the schedule, in the upward direction or, two-sided, in both together; positive,
///     and below 1/2 in each direction.
///   - isTwoSided: Whether looks stop at |z| > cₖ; the constant then accounts for paths that could cross either.
/// - Returns: nil when there is no look, or no constant below 40 gives the level.
/// - Source: Jennison & Turnbull (2000), tables 2.1, 2.3 and 2.9 (two-sided, equal looks).
public func familyBoundaries(
    informationFractions: [Double], alpha: Double, family: BoundaryFamily, isTwoSided: Bool
) -> FamilyBoundaries? {
    let upward = isTwoSided ? alpha / 2 : alpha
    precondition(upward > 0 && upward < 0.5, "the error in each direction lies between 0 and 1/2")
    guard !informationFractions.isEmpty else { return nil }
    let schedule = FamilySchedule(
        informationFractions: informationFractions, family: family, isTwoSided: isTwoSided)
    // The last look alone crosses this often, so a smaller constant will not do; a hair less gives the root room.
    let smallest = Normal.survivalQuantile(upward) - 1e-6
    let constant = bracketedRoot(in: smallest...40, tolerance: 1e-11) {
        log(max(schedule.upwardCrossing($0).reduce(0, +), .leastNormalMagnitude) / upward)
    }
    guard let constant else { return nil }
    var spent = 0.0
    let looks = zip(schedule.rule(constant).looks, schedule.upwardCrossing(constant))
    return FamilyBoundaries(
        constant: constant,
        boundaries: looks.map { look, probability in
            spent += probability
            return Boundary(
                informationFraction: look.informationFraction, cumulativeAlpha: spent,
                criticalValue: look.upper, nominalLevel: look.upper.map(Normal.survival))
        })
}

/// Planned looks whose boundaries follow a family, whatever the constant.
struct FamilySchedule {
    let informationFractions: [Double]
    let family: BoundaryFamily
    let isTwoSided: Bool

    /// cₖ / C.
    func shape(at index: Int) -> Double {
        pow(
            informationFractions[index] / informationFractions[informationFractions.count - 1],
            family.delta - 0.5)
    }

    /// The rule with a constant.
    func rule(_ constant: Double) -> StoppingRule {
        StoppingRule(
            looks: informationFractions.indices.map { index in
                let limit = constant * shape(at: index)
                return StoppingRule.Look(
                    informationFraction: informationFractions[index], lower: isTwoSided ? -limit : nil,
                    upper: limit)
            })
    }

    /// For each look, P(the first crossing is there and upwards | no effect).
    func upwardCrossing(_ constant: Double) -> [Double] {
        let process = StoppedProcess(rule: rule(constant))
        return process.looks.indices.map { process.stopping(.above, at: $0) }
    }
}
