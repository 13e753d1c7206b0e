/// Estimates the partner-average effect by analysis of covariance of the partners' own rates: CUPED with one
/// covariate.
///
/// y/n ~ arm + x over partners, with HC2 standard errors; every partner counts once. The slope is pooled over
/// the arms, so the treatment cannot hide in it. Partners without a denominator are left out; unknown
/// covariates get the mean and a term that marks them.
///
/// - Parameters:
///   - minimumPartnersPerArm: Below it there is no estimate; lower it only to compare with other software.
///   - reference: Satterthwaite's degrees of freedom here are those of Bell & McCaffrey for HC2.
/// - Source: Deng, Xu, Kohavi & Walker (2013), WSDM; Imbens & Kolesár (2016), REStat 98:701 for the
///   variance.
/// - Throws: `.emptyArm`, `.invalidTotal`, `.invalidColumn` for a covariate that is not finite,
///   `.dependentTerm` for one that does not vary. When only the uncertainty is undefined, the difference is
///   returned without an estimate.
public func partnerAncova(
    control: [CovariateTotal], treatment: [CovariateTotal],
    minimumPartnersPerArm: Int = CovariateAdjustment.ancova.minimumPartnersPerArm,
    reference: ReferenceDegreesOfFreedom = .satterthwaite(.exchangeable)
) throws(EstimationError) -> AdjustedDifference {
    try CovariateComparison(ratesOf: control, treatment).difference(
        .ancova, estimand: .partnerAverage, method: .partnerAncova, minimum: minimumPartnersPerArm,
        reference: reference)
}

/// Estimates the partner-average effect with a slope for each arm: y/n ~ arm·(x − x̄) over partners, HC2.
///
/// Never less precise than no adjustment in large samples, whatever the truth is, which a pooled slope does
/// not promise when arms are unequal. Centring at the mean over both arms makes the arm's coefficient the
/// average effect.
///
/// - Parameters: As `partnerAncova`.
/// - Source: Lin (2013), Annals of Applied Statistics 7:295, eq. (3).
/// - Throws: As `partnerAncova`.
public func linAdjustedDifference(
    control: [CovariateTotal], treatment: [CovariateTotal],
    minimumPartnersPerArm: Int = CovariateAdjustment.lin.minimumPartnersPerArm,
    reference: ReferenceDegreesOfFreedom = .satterthwaite(.exchangeable)
) throws(EstimationError) -> AdjustedDifference {
    try CovariateComparison(ratesOf: control, treatment).difference(
        .lin, estimand: .partnerAverage, method: .partnerLin, minimum: minimumPartnersPerArm,
        reference: reference)
}

/// Estimates the customer-average effect adjusted for a covariate of the partners: every customer counts
/// once.
///
/// y ~ arm + x, or y ~ arm·(x − x̄) with x̄ the customers' mean, with CR2 standard errors by partner. For a
/// ratio of money every unit of the denominator counts once, the estimand is `.revenueWeighted`, and the working
/// covariance has to be `.proportional`. The unit of money changes no statistic.
///
/// - Parameters:
///   - adjustment: `.none` is `rateDifference`, computed the long way and named like it.
///   - minimumPartnersPerArm: That of the adjustment by default.
///   - workingCovariance: Sets the degrees of freedom, never the variance.
/// - Source: Lin (2013), Annals of Applied Statistics 7:295; Su & Ding (2021), JRSS B 83:994.
/// - Throws: As `partnerAncova`, and `.denominatorIsNotACount`.
public func customerAdjustedDifference(
    control: [CovariateTotal], treatment: [CovariateTotal], adjustment: CovariateAdjustment,
    minimumPartnersPerArm: Int? = nil, workingCovariance: WorkingCovariance = .exchangeable
) throws(EstimationError) -> AdjustedDifference {
    if workingCovariance != .proportional {
        for (arm, totals) in [(Arm.control, control), (.treatment, treatment)] {
            if let index = totals.firstIndex(where: { Double($0.total.count) != $0.total.denominator }) {
                throw .denominatorIsNotACount(arm: arm, index: index)
            }
        }
    }
    return try CovariateComparison(totalsOf: control, treatment).difference(
        adjustment, estimand: pooledEstimand(of: (control + treatment).map(\.total)),
        method: adjustment.customerMethod(workingCovariance),
        minimum: minimumPartnersPerArm ?? adjustment.minimumPartnersPerArm,
        reference: .satterthwaite(workingCovariance))
}

/// Estimates the effect on a ratio of totals, adjusted for the same ratio before assignment: CUPED for
/// ratios.
///
/// Both ratios are linearised within their arm, R + (y − R·x)/x̄ a partner, which makes them means over
/// partners with the ratio's value and first-order variance; the analysis of covariance of those is HC2.
/// First order: with heavy-tailed partner sizes it rejects too often, so it stands beside
/// `customerAdjustedDifference`, not before it.
///
/// - Parameters: As `partnerAncova`.
/// - Source: Deng, Knoblich & Lu (2018), KDD, sec. 3; Budylin, Drutsa, Katsev & Tsoy (2018), WSDM.
/// - Throws: As `partnerAncova`.
public func ratioAncova(
    control: [RatioCovariateTotal], treatment: [RatioCovariateTotal],
    minimumPartnersPerArm: Int = CovariateAdjustment.ancova.minimumPartnersPerArm,
    reference: ReferenceDegreesOfFreedom = .satterthwaite(.exchangeable)
) throws(EstimationError) -> AdjustedDifference {
    try CovariateComparison(ratiosOf: control, treatment).difference(
        .ancova, estimand: pooledEstimand(of: (control + treatment).map(\.outcome)), method: .ratioAncova,
        minimum: minimumPartnersPerArm,
        reference: reference)
}

extension CovariateAdjustment {
    fileprivate func customerMethod(_ workingCovariance: WorkingCovariance) -> EffectMethod {
        switch self {
        case .none: workingCovariance.effectMethod
        case .ancova: .customerAncova
        case .lin: .customerLin
        }
    }
}
