extension Book {
    /// What sources tell of contracts besides the contracts' own rows: the latest version of each report, without
    /// deleted ones.
    package struct Reports: Sendable {
        package var renewals: [Recorded<RenewalFact>] = []
        package var churns: [Recorded<ChurnFact>] = []
        package var discounts: [Recorded<DiscountFact>] = []
        package var attributions: [Recorded<AttributionFact>] = []
        package var opportunities: [Recorded<OpportunityFact>] = []
        package var forecasts: [Recorded<ForecastFact>] = []
        /// The partners a contract's own row named one after the other, where it named several.
        package var partnersOfRow: [Contract.ID: [NamedPartner]] = [:]

        package init() {}
    }

    /// A partner that counts from a day on.
    package struct NamedPartner: Sendable, Hashable {
        package var partner: Partner.ID
        package var from: Day

        package init(_ partner: Partner.ID, from: Day) {
            self.partner = partner
            self.from = from
        }
    }
}

extension Day {
    /// Before every day anything happened on.
    package static let beginning = Day(number: .min)
}
