extension EffectMethod {
    /// Totals pooled by arm with inverse assignment shares as weights; variance within strata.
    public static let stratifiedHajek = EffectMethod(rawValue: "stratified Hájek ratio, Welch df")
}

/// The partners of one arm with the stratum each was randomised in.
public struct StratifiedTotals: Sendable, Hashable, Codable {
    /// One line a partner.
    public var totals: [ClusterTotal]
    /// The partner's stratum, recorded with the assignment; any numbering.
    public var stratum: [Int]

    /// Creates an arm.
    ///
    /// - Precondition: both arrays have one length.
    public init(totals: [ClusterTotal], stratum: [Int]) {
        precondition(totals.count == stratum.count, "every partner has a stratum")
        self.totals = totals
        self.stratum = stratum
    }
}

/// Compares Σy/Σx between arms that were randomised within strata, in shares that may differ between strata.
///
/// A partner of stratum s weighs Mₛ/mₛₐ, the inverse of the share of the stratum's Mₛ partners in its arm, so
/// that strata in which the treatment was given more freely do not stand for the treatment (Simpson's paradox).
/// Totals are pooled by arm first: averaging the strata's own differences would miss the customer average when
/// sizes differ within strata. With equal shares in all strata the ratios are those of `compareRatios`.
///
/// The variance is Σₛ mₛₐ/(mₛₐ − 1)·Σₖ(eₖ − ēₛ)² with eₖ = wₖ(yₖ − R·xₖ)/Σwx, on mₐ − S degrees of freedom:
/// differences between strata are no part of it. Partners with a denominator of 0 keep their place in the shares
/// and the counts, because they were assigned. The variance is first order: with few partners of very unequal
/// size it is too small, and a randomisation test within strata decides.
///
/// The estimand is the average effect over all partners of both arms together, whatever share of their stratum was
/// treated: over their customers, over their units of money, or over the partners themselves. It is what
/// `RandomizationStatistic.stratifiedRateDifference` and `.stratifiedPartnerAverage` test.
///
/// Example: of six partners in each of two strata one and five are treated. A treated partner of the first stands
/// for six, of the second for 6/5; so both strata weigh the same in both arms.
///
/// - Parameters:
///   - control: The control arm's partners with their strata, those with a denominator of 0 included.
///   - treatment: The treatment arm's.
///   - estimand: `.customerAverage`, `.revenueWeighted` or `.partnerAverage`.
/// - Source: Hájek (1971); Wang & Hansen (2024), arXiv 2406.10473; variance: Cochran (1977), ch. 6.
/// - Throws: `.emptyArm`, `.invalidTotal`, `.stratumInOneArm`. A stratum with one partner of an arm leaves the
///   ratios without an estimate (`.loneClusterInStratum`).
public func compareStratifiedRatios(
    control: StratifiedTotals, treatment: StratifiedTotals, estimand: Estimand = .customerAverage
) throws(EstimationError) -> RatioComparison {
    precondition(
        estimand == .customerAverage || estimand == .revenueWeighted || estimand == .partnerAverage,
        "a ratio of totals averages over customers, partners or revenue")
    let controlCounts = counts(control.stratum)
    let treatmentCounts = counts(treatment.stratum)
    if let stratum = Set(controlCounts.keys).symmetricDifference(treatmentCounts.keys).min() {
        throw .stratumInOneArm(stratum: stratum)
    }

    func weighted(
        _ side: StratifiedTotals, own: [Int: Int], arm: Arm
    ) throws(EstimationError) -> [ClusterTotal] {
        try checkUsable(side.totals, arm: arm)
        let lines = estimand == .partnerAverage ? equallyWeighted(side.totals) : side.totals
        return zip(lines, side.stratum).map { line, stratum in
            let all = Double(controlCounts[stratum, default: 0] + treatmentCounts[stratum, default: 0])
            let weight = all / Double(own[stratum, default: 0])
            return ClusterTotal(
                count: line.count, numerator: line.numerator * weight, denominator: line.denominator * weight,
                sumOfSquares: line.sumOfSquares * weight * weight)
        }
    }

    let left = try weighted(control, own: controlCounts, arm: .control)
    let right = try weighted(treatment, own: treatmentCounts, arm: .treatment)
    let leftRate = try ArmRate(pooling: left, arm: .control)
    let rightRate = try ArmRate(pooling: right, arm: .treatment)
    return RatioComparison(
        method: .stratifiedHajek, estimand: estimand, control: leftRate, treatment: rightRate
    ) { arm throws(EstimationError) in
        arm == .control
            ? try ArmRatio.Uncertainty(within: control.stratum, left, pooled: leftRate, arm: arm)
            : try ArmRatio.Uncertainty(within: treatment.stratum, right, pooled: rightRate, arm: arm)
    }
}

private func counts(_ strata: [Int]) -> [Int: Int] {
    strata.reduce(into: [:]) { $0[$1, default: 0] += 1 }
}

extension ArmRatio.Uncertainty {
    /// The variance of an arm's ratio from deviations within strata.
    fileprivate init(
        within strata: [Int], _ totals: [ClusterTotal], pooled: ArmRate, arm: Arm
    ) throws(EstimationError) {
        let deviations = totals.map { ($0.numerator - pooled.rate * $0.denominator) / pooled.denominator }
        var sums: [Int: (count: Double, sum: Double)] = [:]
        for (stratum, deviation) in zip(strata, deviations) {
            sums[stratum, default: (0, 0)].count += 1
            sums[stratum, default: (0, 0)].sum += deviation
        }
        if let lone = sums.filter({ $0.value.count < 2 }).keys.min() {
            throw .loneClusterInStratum(arm: arm, stratum: lone)
        }
        var variance = 0.0
        for (stratum, deviation) in zip(strata, deviations) {
            let group = sums[stratum, default: (0, 0)]
            let centred = deviation - group.sum / group.count
            variance += group.count / (group.count - 1) * centred * centred
        }
        self.init(
            squaredStandardError: isWithoutVariation(totals, pooled: pooled) ? 0 : variance,
            degreesOfFreedom: Double(totals.count - sums.count))
    }
}
