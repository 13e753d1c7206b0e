extension EffectMethod {
    /// CR2 variance, Satterthwaite degrees of freedom under the Imbens–Kolesár exchangeable model.
    public static let cr2Exchangeable = EffectMethod(rawValue: "CR2, Imbens–Kolesár df")
    /// CR2 variance, Satterthwaite degrees of freedom when a partner's money moves as one.
    public static let cr2Proportional = EffectMethod(rawValue: "CR2, proportional df")
    /// CR2 variance, Satterthwaite degrees of freedom under independent customers.
    public static let cr2Identity = EffectMethod(rawValue: "CR2, Satterthwaite df")
    /// CV3 variance, Satterthwaite degrees of freedom under the Imbens–Kolesár exchangeable model.
    public static let cv3Exchangeable = EffectMethod(rawValue: "CV3, Imbens–Kolesár df")
    /// CV3 variance, Satterthwaite degrees of freedom when a partner's money moves as one.
    public static let cv3Proportional = EffectMethod(rawValue: "CV3, proportional df")
    /// CV3 variance, Satterthwaite degrees of freedom under independent customers.
    public static let cv3Identity = EffectMethod(rawValue: "CV3, Satterthwaite df")
    /// First-order variance of a ratio of totals; see `RatioVariance.firstOrder`.
    public static let deltaMethod = EffectMethod(rawValue: "delta method, Welch df")
    /// Welch's t-test on partners' own values.
    public static let partnerWelch = EffectMethod(rawValue: "Welch's t on partners")
}

/// Compares Σy/Σx between arms, treatment against control.
///
/// The estimand says what is pooled:
///
/// - `customerAverage`, `revenueWeighted`: the totals as they are, so that a partner weighs by its denominator
///   (customers for a renewal rate, base revenue for net revenue retention). A partner whose denominator is 0
///   stays: its numerator counts like any other's, in the ratio, its variance and the degrees of freedom, and where
///   that is 0 as well it changes no number. Leaving out partners after the fact would bias the ratio.
/// - `partnerAverage`: each partner's own ratio, equally weighted; a partner whose denominator is 0 has none.
///
/// Both arms are ratios of sums, never averages of customers' ratios.
///
/// - Parameters:
///   - estimand: `.customerAverage`, `.revenueWeighted` or `.partnerAverage`.
///   - variance: For `.partnerAverage`, use `.firstOrder`, which is Welch's t there.
/// - Precondition: the estimand is one of the three.
/// - Source: Bell & McCaffrey (2002); Imbens & Kolesár (2016), REStat 98:701; Deng, Knoblich & Lu (2018), KDD.
/// - Throws: `.emptyArm`, `.invalidTotal`. When only the uncertainty is undefined, the ratios are returned and
///   `unavailable` says why.
public func compareRatios(
    control: [ClusterTotal], treatment: [ClusterTotal], estimand: Estimand = .customerAverage,
    variance: RatioVariance = .cr2(.exchangeable)
) throws(EstimationError) -> RatioComparison {
    precondition(
        [.customerAverage, .revenueWeighted, .partnerAverage].contains(estimand),
        "a ratio of totals averages over customers, partners or revenue")
    try checkUsable(control, arm: .control)
    try checkUsable(treatment, arm: .treatment)
    let isPartnerAverage = estimand == .partnerAverage
    let arms = try PooledArms(
        control: isPartnerAverage ? equallyWeighted(control) : control,
        treatment: isPartnerAverage ? equallyWeighted(treatment) : treatment)
    return arms.comparison(estimand: estimand, variance: variance)
}

/// The lines of two arms with what comparisons of them share.
struct PooledArms {
    let control: (totals: [ClusterTotal], rate: ArmRate)
    let treatment: (totals: [ClusterTotal], rate: ArmRate)
    let intraclassCorrelation: Double?

    /// - Throws: `.emptyArm`, `.invalidTotal`.
    init(control: [ClusterTotal], treatment: [ClusterTotal]) throws(EstimationError) {
        self.control = (control, try ArmRate(pooling: control, arm: .control))
        self.treatment = (treatment, try ArmRate(pooling: treatment, arm: .treatment))
        intraclassCorrelation = Statistics.intraclassCorrelation(control: control, treatment: treatment)
    }

    func comparison(estimand: Estimand, variance: RatioVariance) -> RatioComparison {
        RatioComparison(
            method: variance.effectMethod(estimand: estimand), estimand: estimand, control: control.rate,
            treatment: treatment.rate
        ) { arm throws(EstimationError) in
            let (totals, pooled) = arm == .control ? control : treatment
            return switch variance {
            case .firstOrder:
                try ArmRatio.Uncertainty(firstOrder: totals, pooled: pooled, arm: arm)
            case .cr2(let model):
                try ArmRatio.Uncertainty(
                    .cr2, of: totals, pooled: pooled, arm: arm,
                    workingVariances: model.variances(of: totals, correlation: intraclassCorrelation))
            case .cv3(let model):
                try ArmRatio.Uncertainty(
                    .cr3, of: totals, pooled: pooled, arm: arm,
                    workingVariances: model.variances(of: totals, correlation: intraclassCorrelation),
                    factor: 1 - 1 / Double(control.rate.clusterCount + treatment.rate.clusterCount))
            }
        }
    }
}

/// One line a partner with a denominator of 1, its own ratio in the numerator; empty without a ratio.
func equallyWeighted(_ totals: [ClusterTotal]) -> [ClusterTotal] {
    totals.map { total in
        total.rate.map { ClusterTotal(count: 1, numerator: $0, denominator: 1, sumOfSquares: $0 * $0) }
            ?? .empty
    }
}

extension WorkingCovariance {
    /// The working variances of an arm's totals, with the estimated correlation kept inside its bounds.
    func variances(of totals: [ClusterTotal], correlation: Double?) -> [Double] {
        let bounds = WorkingCovariance.correlationBounds
        let assumed = min(max(correlation ?? bounds.lowerBound, bounds.lowerBound), bounds.upperBound)
        let rate = totals.filter { $0.denominator > 0 }.reduce(.empty, +).rate ?? 0
        return totals.map { variance(of: $0, correlation: assumed, rate: rate) }
    }
}

extension RatioVariance {
    fileprivate func effectMethod(estimand: Estimand) -> EffectMethod {
        switch self {
        case .cr2(let working): working.effectMethod
        case .cv3(.exchangeable): .cv3Exchangeable
        case .cv3(.proportional): .cv3Proportional
        case .cv3(.identity): .cv3Identity
        case .firstOrder: estimand == .partnerAverage ? .partnerWelch : .deltaMethod
        }
    }
}

extension WorkingCovariance {
    /// What a CR2 variance with these degrees of freedom is called.
    var effectMethod: EffectMethod {
        switch self {
        case .exchangeable: .cr2Exchangeable
        case .proportional: .cr2Proportional
        case .identity: .cr2Identity
        }
    }
}
