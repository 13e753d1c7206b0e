package import Model

/// A signed contract as incentive plans see it.
package struct EarningContract: Sendable, Hashable, Codable {
    package var partner: Partner.ID
    package var contract: Contract.ID
    package var signedOn: Day
    /// Whether it renews another contract.
    package var isRenewal: Bool
    /// Recurring amount over one year.
    package var annualAmount: Money

    package init(
        partner: Partner.ID, contract: Contract.ID, signedOn: Day, isRenewal: Bool, annualAmount: Money
    ) {
        self.partner = partner
        self.contract = contract
        self.signedOn = signedOn
        self.isRenewal = isRenewal
        self.annualAmount = annualAmount
    }
}

/// What a plan pays for some contracts.
package struct PayoutRun: Sendable, Hashable, Codable {
    /// In the order of (day signed, contract id), commission before renewal bonus. A line of zero says why
    /// nothing is owed.
    package var payouts: [Payout]
    /// Contracts in another currency than the plan's, in the same order: they earn nothing here.
    package var otherCurrency: [Contract.ID]

    package init(payouts: [Payout], otherCurrency: [Contract.ID]) {
        self.payouts = payouts
        self.otherCurrency = otherCurrency
    }
}
