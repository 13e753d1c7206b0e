/// What a pilot earned and paid with one partner.
public struct PartnerAccount: Sendable, Hashable, Codable {
    /// Recurring revenue of the contracts due, before they came due; not negative.
    public var revenueBefore: Double
    /// Recurring revenue of the same contracts afterwards; not negative.
    public var revenueAfter: Double
    /// Incentives paid to the partner for them.
    public var incentivePaid: Double
    /// What administering the partner's incentive cost.
    public var administration: Double

    /// Creates an account; all amounts in one currency.
    public init(
        revenueBefore: Double, revenueAfter: Double, incentivePaid: Double, administration: Double = 0
    ) {
        self.revenueBefore = revenueBefore
        self.revenueAfter = revenueAfter
        self.incentivePaid = incentivePaid
        self.administration = administration
    }

    /// grossMargin·(revenue after − before) − incentive − administration.
    public func netValue(grossMargin: Double) -> Double {
        grossMargin * (revenueAfter - revenueBefore) - incentivePaid - administration
    }
}

/// The effect of a treatment on net value, an outcome of partners like any other.
///
/// The incentive is paid where the treatment works, so its cost varies and correlates with the uplift; taking an
/// average cost off an estimated uplift would misstate both the effect and its standard error.
public struct NetValueDifference: Sendable, Hashable, Codable {
    /// Net value per partner: every partner counts once.
    public var perPartner: PartnerAverageDifference
    /// Net value per unit of revenue due: partners count by their revenue. Nil when an arm has no revenue due.
    public var perRevenue: RateDifference?

    /// Creates a result from its fields.
    public init(perPartner: PartnerAverageDifference, perRevenue: RateDifference?) {
        self.perPartner = perPartner
        self.perRevenue = perRevenue
    }
}

/// Estimates the effect on net value by the partners' accounts, treatment − control.
///
/// - Parameter grossMargin: The share of revenue that is earned, for example 0.7; the same for both arms.
/// - Throws: `.emptyArm`, `.invalidTotal`.
public func netValueDifference(
    control: [PartnerAccount], treatment: [PartnerAccount], grossMargin: Double
) throws(EstimationError) -> NetValueDifference {
    func lines(_ accounts: [PartnerAccount], over denominator: (PartnerAccount) -> Double) -> [ClusterTotal] {
        accounts.map { account in
            // A partner's account is one observation; there is nothing to tell its customers apart by.
            let value = account.netValue(grossMargin: grossMargin)
            return ClusterTotal(
                count: 1, numerator: value, denominator: denominator(account), sumOfSquares: value * value)
        }
    }
    let perPartner = try partnerAverageDifference(
        control: lines(control) { _ in 1 }, treatment: lines(treatment) { _ in 1 })
    let hasRevenue = [control, treatment].allSatisfy { $0.contains { $0.revenueBefore > 0 } }
    return NetValueDifference(
        perPartner: perPartner,
        perRevenue: hasRevenue
            ? try rateDifference(
                control: lines(control, over: \.revenueBefore),
                treatment: lines(treatment, over: \.revenueBefore), workingCovariance: .proportional)
            : nil)
}
