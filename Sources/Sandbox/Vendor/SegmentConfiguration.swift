package import Model

/// One type of partner: how many there are, what their customers do untreated, and what plans change.
package struct SegmentConfiguration: Sendable, Hashable, Codable {
    /// The value of `PartnerType__c`; a slug.
    package var type: String
    package var partners: Int
    /// The share of partners without a customer.
    package var inactive: Double
    /// Customers of an active partner at the start: log-normal with this mean and this σ of the logarithm.
    package var customersPerPartner: LogNormal
    /// New customers a year for each customer at the start.
    package var newBusinessPerYear: Double
    /// The probability that a contract which reaches its due date is renewed, averaged over partners.
    package var renewal: Double
    /// Correlation of two customers' renewals within a partner: var(partner's rate) ÷ (rate·(1 − rate)).
    package var icc: Double
    /// Correlation of a partner's log size with its renewal rate.
    package var sizeCorrelation: Double
    /// The probability of leaving within a year although the term still runs.
    package var midTermChurnPerYear: Double
    /// Months of a term → its share; the shares sum to 1.
    package var terms: [TermShare]
    /// List price over a year in major units: log-normal with this median and σ.
    package var annualAmount: LogNormal
    /// Discount off list price as a fraction: normal, cut off at 0 and 0.6.
    package var discount: Normal
    /// What plans change; a plan that is not named changes nothing.
    package var effects: [IncentivePlan.ID: PlanEffect]
    /// One partner that dwarfs the others, in addition to `partners`.
    package var whale: WhaleConfiguration?

    package init(
        type: String, partners: Int, inactive: Double, customersPerPartner: LogNormal,
        newBusinessPerYear: Double, renewal: Double, icc: Double, sizeCorrelation: Double,
        midTermChurnPerYear: Double, terms: [TermShare], annualAmount: LogNormal, discount: Normal,
        effects: [IncentivePlan.ID: PlanEffect], whale: WhaleConfiguration?
    ) {
        self.type = type
        self.partners = partners
        self.inactive = inactive
        self.customersPerPartner = customersPerPartner
        self.newBusinessPerYear = newBusinessPerYear
        self.renewal = renewal
        self.icc = icc
        self.sizeCorrelation = sizeCorrelation
        self.midTermChurnPerYear = midTermChurnPerYear
        self.terms = terms
        self.annualAmount = annualAmount
        self.discount = discount
        self.effects = effects
        self.whale = whale
    }

    /// A log-normal distribution by its centre (mean or median, as the key says) and σ of the logarithm.
    package struct LogNormal: Sendable, Hashable, Codable {
        package var centre: Double
        package var sigma: Double

        package init(centre: Double, sigma: Double) {
            self.centre = centre
            self.sigma = sigma
        }
    }

    package struct Normal: Sendable, Hashable, Codable {
        package var mean: Double
        package var standardDeviation: Double

        package init(mean: Double, standardDeviation: Double) {
            self.mean = mean
            self.standardDeviation = standardDeviation
        }
    }

    package struct TermShare: Sendable, Hashable, Codable {
        package var months: Int
        package var share: Double

        package init(months: Int, share: Double) {
            self.months = months
            self.share = share
        }
    }
}

/// What holding a plan adds, all three as fractions: 0.08 is eight percentage points.
package struct PlanEffect: Sendable, Hashable, Codable {
    /// Added to the probability that a contract which reaches its due date is renewed.
    package var renewal: Double
    /// Added to the probability of leaving mid-term within 26 weeks, evenly over time.
    package var churn: Double
    /// Added to the mean discount.
    package var discount: Double

    package static let unchanged = PlanEffect(renewal: 0, churn: 0, discount: 0)

    package init(renewal: Double, churn: Double, discount: Double) {
        self.renewal = renewal
        self.churn = churn
        self.discount = discount
    }
}

/// A partner with several hundred customers and a mind of its own.
package struct WhaleConfiguration: Sendable, Hashable, Codable {
    package var customers: Int
    /// Added to the segment's renewal rate, whatever the plan.
    package var renewalOffset: Double
    /// What plans change for the whale, in place of the segment's effects.
    package var effects: [IncentivePlan.ID: PlanEffect]

    package init(customers: Int, renewalOffset: Double, effects: [IncentivePlan.ID: PlanEffect]) {
        self.customers = customers
        self.renewalOffset = renewalOffset
        self.effects = effects
    }
}
