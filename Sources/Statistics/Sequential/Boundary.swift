/// What one look of a group-sequential schedule is compared with.
public struct Boundary: Sendable, Hashable, Codable {
    /// The information fraction of the look.
    public var informationFraction: Double
    /// One-sided error spent up to and including this look.
    public var cumulativeAlpha: Double
    /// The look crosses when its z exceeds this; nil when the look may not stop anything.
    public var criticalValue: Double?
    /// The one-sided p-value below which the look crosses, 1 − Φ(criticalValue).
    public var nominalLevel: Double?

    /// Creates a boundary from its fields.
    public init(
        informationFraction: Double, cumulativeAlpha: Double, criticalValue: Double?, nominalLevel: Double?
    ) {
        self.informationFraction = informationFraction
        self.cumulativeAlpha = cumulativeAlpha
        self.criticalValue = criticalValue
        self.nominalLevel = nominalLevel
    }
}

/// The upper boundaries of a group-sequential test that spends `alpha` by `spending`.
///
/// Boundaries depend on the looks so far only: computing look 3 does not need to know look 4. Each look spends
/// what its fraction allows less what was spent before, so the share of a look that was missed, that adds no
/// information (within 1e-6 of the last look that did), or whose own share is below 1e-300 is left to the
/// next; such a look has no critical value.
///
/// Example: five equal looks at 0.025 one-sided with `.obrienFleming` give 4.877, 3.357, 2.680, 2.290 and
/// 2.031.
///
/// - Parameters:
///   - informationFractions: The looks' information, which their correlations follow. Not decreasing, each in
///     0...1; only their ratios matter, and they may exceed 1, when `spendingFractions` are given.
///   - alpha: The total error, one-sided: 0.025 for a two-sided test at 0.05 made of two such boundaries.
///   - spendingFractions: Where the spending function is read, such as shares of the planned calendar, fixed in
///     advance. Not decreasing, each in 0...1; the information fractions when nil.
///   - endsSchedule: Whether the last look given is the last there will be: it spends everything left, whatever
///     its fraction.
/// - Source: Lan & DeMets (1983), Biometrika 70:659; Armitage, McPherson & Rowe (1969), JRSS A 132:235;
///   Jennison & Turnbull (2000), ch. 7 and 19.
/// - Throws: `.invalidPlan` when fractions decrease or leave their range, or there is not one of each for every look.
public func sequentialBoundaries(
    informationFractions: [Double], alpha: Double, spending: SpendingFunction,
    spendingFractions: [Double]? = nil, endsSchedule: Bool = false
) throws(EstimationError) -> [Boundary] {
    try checkFractions(information: informationFractions, spending: spendingFractions ?? informationFractions)
    return sequentialBoundaries(
        informationFractions: informationFractions, alpha: alpha, spending: spending,
        spendingFractions: spendingFractions, endsSchedule: endsSchedule,
        quadrature: SequentialDensity.Quadrature())
}

/// Throws `.invalidPlan` unless looks can be given boundaries.
func checkFractions(information: [Double], spending: [Double]) throws(EstimationError) {
    guard information.count == spending.count else {
        throw .invalidPlan(
            reason: "\(information.count) looks have \(spending.count) spending fractions, expected one each")
    }
    func fall(_ fractions: [Double]) -> (Double, Double)? {
        zip(fractions, fractions.dropFirst()).first { !($0 <= $1) }
    }
    if let fraction = information.first(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .invalidPlan(reason: "a look's information fraction is \(fraction), expected 0 or more")
    }
    if let fraction = spending.first(where: { !(0...1).contains($0) }) {
        throw .invalidPlan(
            reason:
                "a look's spending fraction is \(fraction), expected one from 0 to 1; information beyond the plan "
                + "needs spending fractions of its own, such as shares of the calendar")
    }
    if let (before, after) = fall(information) ?? fall(spending) {
        throw .invalidPlan(
            reason:
                "a look's fraction falls from \(before) to \(after), expected looks in order whose information does "
                + "not decrease")
    }
}

/// The boundaries with a choice of quadrature.
func sequentialBoundaries(
    informationFractions: [Double], alpha: Double, spending: SpendingFunction,
    spendingFractions: [Double]?, endsSchedule: Bool, quadrature: SequentialDensity.Quadrature
) -> [Boundary] {
    var cumulative = cumulativeError(
        at: spendingFractions ?? informationFractions, alpha: alpha, spending: spending)
    precondition(
        cumulative.count == informationFractions.count, "every look has one spending fraction")
    precondition(
        informationFractions.allSatisfy { $0 >= 0 && $0.isFinite }
            && zip(informationFractions, informationFractions.dropFirst()).allSatisfy { $0 <= $1 },
        "information fractions are not negative and do not decrease")
    if endsSchedule, !cumulative.isEmpty { cumulative[cumulative.count - 1] = alpha }
    let looks = spendingLooks(informationFractions, cumulative: cumulative)
    var boundaries = informationFractions.map {
        Boundary(informationFraction: $0, cumulativeAlpha: 0, criticalValue: nil, nominalLevel: nil)
    }
    var process = SequentialDensity(quadrature: quadrature)
    for (order, look) in looks.enumerated() {
        let criticalValue = process.limit(.above, stopping: look.increment, at: look.fraction)
        boundaries[look.index].criticalValue = criticalValue
        boundaries[look.index].nominalLevel = criticalValue.map(Normal.survival)
        boundaries[look.index].cumulativeAlpha = cumulative[look.index]
        if order + 1 < looks.count {
            process.advance(
                to: look.fraction, lower: nil, upper: criticalValue, following: looks[order + 1].fraction)
        }
    }
    for index in boundaries.indices.dropFirst() {
        boundaries[index].cumulativeAlpha = max(
            boundaries[index].cumulativeAlpha, boundaries[index - 1].cumulativeAlpha)
    }
    return boundaries
}

/// The error that may be spent up to each look.
///
/// - Precondition: `fractions` lie between 0 and 1 and do not decrease.
func cumulativeError(at fractions: [Double], alpha: Double, spending: SpendingFunction) -> [Double] {
    precondition(
        fractions.allSatisfy { (0...1).contains($0) }
            && zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 },
        "spending fractions lie between 0 and 1 and do not decrease")
    return fractions.map { spending.cumulative(at: $0, alpha: alpha) }
}

/// A look that spends something.
struct SpendingLook {
    var index: Int
    var fraction: Double
    var increment: Double
}

/// The looks that add information and spend something.
func spendingLooks(_ fractions: [Double], cumulative: [Double]) -> [SpendingLook] {
    var looks: [SpendingLook] = []
    var spent = 0.0
    for (index, fraction) in fractions.enumerated() {
        let increment = cumulative[index] - spent
        guard fraction - (looks.last?.fraction ?? 0) > 1e-6, increment > 1e-300 else { continue }
        looks.append(SpendingLook(index: index, fraction: fraction, increment: increment))
        spent = cumulative[index]
    }
    return looks
}
