/// What one look of a group-sequential trial allows to be said, whether or not the trial stops there.
public struct RepeatedInference: Sendable, Hashable, Codable {
    /// What the look means for the schedule.
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// The look adds no information or spends nothing.
        case noBoundary
        /// No boundary was crossed and the schedule goes on.
        case goesOn
        /// The trial stops: treatment is above control.
        case crossedUpwards
        /// The trial stops: treatment is below control.
        case crossedDownwards
        /// The schedule ends here without a crossing.
        case endedWithoutCrossing
        /// The trial had already stopped at an earlier look.
        case overrun
    }

    /// What the look saw.
    public var look: SequentialLook
    /// What it was compared with.
    public var boundary: Boundary
    /// What it means for the schedule.
    public var outcome: Outcome
    /// The two-sided interval at the design's level that covers at all looks together; nil without a boundary.
    public var interval: Interval?

    /// Creates an inference from its fields.
    public init(look: SequentialLook, boundary: Boundary, outcome: Outcome, interval: Interval?) {
        self.look = look
        self.boundary = boundary
        self.outcome = outcome
        self.interval = interval
    }
}

extension EffectMethod {
    /// A look judged by its repeated confidence interval and p-value.
    public static let repeatedConfidenceInterval = EffectMethod(
        rawValue: "group sequential, repeated confidence interval")
}

/// The repeated p-value of the last of some looks.
///
/// It is the error of the whole schedule whose boundary at this look is just the z seen, so that it is below α
/// exactly when the repeated confidence interval of level 1 − 2α (1 − α two-sided) excludes 0.
///
/// - Parameters:
///   - looks: All looks so far, in order.
///   - endsSchedule: Whether the last look given is the last there will be.
/// - Returns: nil when the last look has no boundary; 1 when it would not cross at any error.
/// - Source: Jennison & Turnbull (2000), sec. 9.3.
/// - Throws: `.invalidPlan` when fractions decrease or leave their range, as `sequentialBoundaries`.
public func repeatedPValue(
    of looks: [SequentialLook], design: SequentialDesign, endsSchedule: Bool = false
) throws(EstimationError) -> Double? {
    let boundaries = try design.boundaries(of: looks, endsSchedule: endsSchedule)
    guard let last = looks.last, boundaries.last?.criticalValue != nil else { return nil }
    let z: Double
    switch design.alternative {
    case .greater: z = last.z
    case .less: z = -last.z
    case .twoSided: z = abs(last.z)
    }
    let oneDirection =
        if let schedule = design.familySchedule {
            familyError(crossedAt: z, by: last, schedule: schedule)
        } else {
            spendingError(crossedAt: z, by: looks, design: design, endsSchedule: endsSchedule)
        }
    return design.alternative == .twoSided ? min(1, 2 * oneDirection) : oneDirection
}

/// The error in one direction at which a family's boundary is z at a planned look.
private func familyError(crossedAt z: Double, by look: SequentialLook, schedule: FamilySchedule) -> Double {
    guard
        let index = schedule.informationFractions.firstIndex(where: {
            abs($0 - look.informationFraction) <= 1e-6
        })
    else { return 1 }
    return schedule.upwardCrossing(z / schedule.shape(at: index)).reduce(0, +)
}

/// The error in one direction at which the spending boundary of the last look is z.
///
/// The search runs over the normal quantile q of the error, in which a boundary is almost linear. A boundary is
/// never below q, so a look at z cannot cross at an error below Φ̄(z).
private func spendingError(
    crossedAt z: Double, by looks: [SequentialLook], design: SequentialDesign, endsSchedule: Bool
) -> Double {
    let leastQuantile = -7.0
    guard z > leastQuantile else { return 1 }
    let excess = { (quantile: Double) -> Double in
        let boundary = design.boundaries(
            of: looks, endsSchedule: endsSchedule, alphaPerDirection: Normal.survival(quantile)
        ).last
        return (boundary?.criticalValue ?? 40) - z
    }
    if excess(leastQuantile) > 0 { return 1 }
    let quantile = bracketedRoot(in: leastQuantile...(z + 1e-9), tolerance: 1e-10, of: excess)
    return Normal.survival(quantile ?? z)
}
