import Model

extension VendorConfiguration {
    /// The vendor of the project's `config/sandbox.yaml`, for a practice without the project's directory.
    package static var standard: VendorConfiguration {
        guard let euro = Currency("EUR") else { preconditionFailure("EUR is no currency") }
        return VendorConfiguration(
            start: Day(number: 20_458), currency: euro,  // 2026-01-05
            signing: SigningHabits(earlyShare: 0.6, earlyDays: 42, lateShare: 0.25, lateDays: 25),
            season: DiscountSeason(days: 14, addition: 0.04),
            restatements: RestatementHabits(share: 0.02, withinDays: 60, sigma: 0.15),
            segments: [.reseller, .msp, .referral, .integrator])
    }
}

extension SegmentConfiguration {
    /// A gain: eight points more renewals.
    fileprivate static var reseller: SegmentConfiguration {
        segment(
            "reseller", partners: 380, amount: LogNormal(centre: 9000, sigma: 0.8),
            effects: ["retention-bonus": PlanEffect(renewal: 0.08, churn: 0, discount: 0)])
    }

    /// A harm: six points more customers leave mid-term.
    fileprivate static var msp: SegmentConfiguration {
        segment(
            "msp", partners: 240, churn: 0.05, amount: LogNormal(centre: 14_000, sigma: 0.9),
            effects: ["discount-freedom": PlanEffect(renewal: -0.01, churn: 0.06, discount: 0.01)])
    }

    /// Nothing.
    fileprivate static var referral: SegmentConfiguration {
        segment(
            "referral", partners: 240, amount: LogNormal(centre: 6000, sigma: 0.8),
            effects: ["early-renewal-bonus": .unchanged])
    }

    /// One whale that renews more; nobody else reacts.
    fileprivate static var integrator: SegmentConfiguration {
        let whale = WhaleConfiguration(
            customers: 400, renewalOffset: 0.04,
            effects: ["volume-accelerator": PlanEffect(renewal: 0.1, churn: 0, discount: 0)])
        return segment(
            "integrator", partners: 50, customers: LogNormal(centre: 6, sigma: 0.8),
            amount: LogNormal(centre: 40_000, sigma: 1), discount: 0.14,
            effects: ["volume-accelerator": .unchanged], whale: whale)
    }

    private static func segment(
        _ type: String, partners: Int, customers: LogNormal = LogNormal(centre: 20, sigma: 1),
        churn: Double = 0.04, amount: LogNormal, discount: Double = 0.12,
        effects: [IncentivePlan.ID: PlanEffect], whale: WhaleConfiguration? = nil
    ) -> SegmentConfiguration {
        SegmentConfiguration(
            type: type, partners: partners, inactive: 0.15, customersPerPartner: customers,
            newBusinessPerYear: 0.25, renewal: 0.8, icc: 0.03, sizeCorrelation: 0.2,
            midTermChurnPerYear: churn,
            terms: [
                TermShare(months: 12, share: 0.63), TermShare(months: 24, share: 0.16),
                TermShare(months: 36, share: 0.21),
            ],
            annualAmount: amount, discount: Normal(mean: discount, standardDeviation: 0.08),
            effects: effects, whale: whale)
    }
}
