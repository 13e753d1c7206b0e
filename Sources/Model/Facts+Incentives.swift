/// A step of a contract's life that was reached: "go-live".
package struct MilestoneFact: Sendable, Hashable, Codable {
    package var contract: Contract.ID
    package var milestone: String
    package var reachedOn: Day

    package init(contract: Contract.ID, milestone: String, reachedOn: Day) {
        self.contract = contract
        self.milestone = milestone
        self.reachedOn = reachedOn
    }
}

/// A measure of a customer on a day: a health score, a share of seats in use.
package struct ReadingFact: Sendable, Hashable, Codable {
    package var customer: Customer.ID
    /// "health", "adoption".
    package var measure: String
    /// In the measure's unit, in millionths.
    package var value: Int64
    package var observedOn: Day

    package init(customer: Customer.ID, measure: String, value: Int64, observedOn: Day) {
        self.customer = customer
        self.measure = measure
        self.value = value
        self.observedOn = observedOn
    }
}

/// Money that really went to a partner, as the paying system has it.
package struct PaymentFact: Sendable, Hashable, Codable {
    package var payment: String
    package var partner: Partner.ID
    /// `nil` for sums on a whole period.
    package var contract: Contract.ID?
    package var component: PlanComponent
    /// The rule paid for; `nil` for the component's lines as a whole.
    package var rule: PlanRule?
    /// The line's occasion, as on the statement; `nil` where it is not told.
    package var occasion: String?
    /// The ledger entry it settles, where the paying system kept its id.
    package var entry: String?
    /// The rate it was paid at, where it is told.
    package var rate: Rate?
    package var paidOn: Day
    package var amount: Money

    package init(
        payment: String, partner: Partner.ID, contract: Contract.ID?, component: PlanComponent,
        rule: PlanRule?, occasion: String?, entry: String?, rate: Rate?, paidOn: Day, amount: Money
    ) {
        self.payment = payment
        self.partner = partner
        self.contract = contract
        self.component = component
        self.rule = rule
        self.occasion = occasion
        self.entry = entry
        self.rate = rate
        self.paidOn = paidOn
        self.amount = amount
    }
}
