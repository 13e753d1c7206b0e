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
/// Boundaries depend on the fractions so far only: computing look 3 does not need to know look 4. A look that
/// adds no information (its fraction is 0, or within 1e-6 of the last look that did) spends nothing and has
/// no critical value, and so has a look whose share of the error is below 1e-300; what it did not spend is
/// left to later looks.
///
/// Example: five equal looks at 0.025 one-sided with `.obrienFleming` give 4.877, 3.357, 2.680, 2.290 and
/// 2.031.
///
/// - Parameters:
///   - informationFractions: Not decreasing, each in 0...1.
///   - alpha: The total error, one-sided: 0.025 for a two-sided test at 0.05 made of two such boundaries.
/// - Source: Armitage, McPherson & Rowe (1969), JRSS A 132:235; Jennison & Turnbull (2000), ch. 19.
public func sequentialBoundaries(
    informationFractions: [Double], alpha: Double, spending: SpendingFunction
) -> [Boundary] {
    precondition(
        informationFractions.allSatisfy { (0...1).contains($0) }
            && zip(informationFractions, informationFractions.dropFirst()).allSatisfy { $0 <= $1 },
        "information fractions lie between 0 and 1 and do not decrease")
    let looks = spendingLooks(informationFractions, alpha: alpha, spending: spending)
    var boundaries = informationFractions.map {
        Boundary(informationFraction: $0, cumulativeAlpha: 0, criticalValue: nil, nominalLevel: nil)
    }
    var recursion = SequentialDensity()
    for (order, look) in looks.enumerated() {
        let isLast = order == looks.count - 1
        let criticalValue = recursion.advance(
            to: look.fraction, spending: look.increment,
            nextFraction: isLast ? nil : looks[order + 1].fraction)
        boundaries[look.index].criticalValue = criticalValue
        boundaries[look.index].nominalLevel = Normal.survival(criticalValue)
        boundaries[look.index].cumulativeAlpha = look.cumulative
    }
    for index in boundaries.indices.dropFirst() {
        boundaries[index].cumulativeAlpha = max(
            boundaries[index].cumulativeAlpha, boundaries[index - 1].cumulativeAlpha)
    }
    return boundaries
}

/// The looks that spend something.
private func spendingLooks(
    _ fractions: [Double], alpha: Double, spending: SpendingFunction
) -> [(index: Int, fraction: Double, cumulative: Double, increment: Double)] {
    var looks: [(index: Int, fraction: Double, cumulative: Double, increment: Double)] = []
    for (index, fraction) in fractions.enumerated() {
        let cumulative = spending.cumulative(at: fraction, alpha: alpha)
        let increment = cumulative - (looks.last?.cumulative ?? 0)
        guard fraction - (looks.last?.fraction ?? 0) > 1e-6, increment > 1e-300 else { continue }
        looks.append((index, fraction, cumulative, increment))
    }
    return looks
}
