/// Money owed to a partner for one fact under one rule: a line of its statement.
package struct Payout: Sendable, Hashable, Codable {
    /// How far a line has come.
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Earned, and payable from `payableOn`.
        case payable
        /// Earned once its gate opens or its time is over; nothing is payable yet.
        case held
        /// Its condition was not met in time: nothing will be paid.
        case lapsed
        /// No exchange rate: the amount is not known.
        case blocked
        /// Another system pays it.
        case external
        /// Money the vendor spends, not pay.
        case cost
    }

    /// The exchange rate a line used.
    package struct ConversionRate: Sendable, Hashable, Codable {
        package var currency: Currency
        /// Units of `currency` for one unit of the line's, in millionths.
        package var perUnit: Int64
        package var on: Day
        package var source: String

        package init(currency: Currency, perUnit: Int64, on: Day, source: String) {
            self.currency = currency
            self.perUnit = perUnit
            self.on = on
            self.source = source
        }
    }

    package var partner: Partner.ID
    /// `nil` for lines on a whole period.
    package var contract: Contract.ID?
    package var component: PlanComponent
    package var rule: PlanRule
    package var plan: IncentivePlan.ID
    package var version: Int
    /// Tells lines of one contract and rule apart: "2027-03" of a recurring bonus, a milestone's name, the period.
    package var occasion: String
    package var earnedOn: Day
    /// The first day it may be paid; `nil` while that is not known.
    package var payableOn: Day?
    /// The day on which a lapsed line's condition could no longer be met; `nil` for other lines.
    package var lapsedOn: Day?
    package var state: State
    /// The amount it was computed on, and the amount owed; minor units of `currency`.
    package var base: Int64
    package var amount: Int64
    package var currency: Currency
    package var conversion: ConversionRate?
    /// Sequence numbers of the facts it rests on, ascending; empty for lines on a whole period, which rest on
    /// the period's other lines.
    package var facts: [Int64]
    /// The computation in words, "renewal bonus 4 % of 12,000.00 EUR".
    package var explanation: String

    package init(
        partner: Partner.ID, contract: Contract.ID?, component: PlanComponent, rule: PlanRule,
        plan: IncentivePlan.ID, version: Int, occasion: String, earnedOn: Day, payableOn: Day?,
        lapsedOn: Day? = nil, state: State, base: Int64, amount: Int64, currency: Currency,
        conversion: ConversionRate?,
        facts: [Int64], explanation: String
    ) {
        self.partner = partner
        self.contract = contract
        self.component = component
        self.rule = rule
        self.plan = plan
        self.version = version
        self.occasion = occasion
        self.earnedOn = earnedOn
        self.payableOn = payableOn
        self.lapsedOn = lapsedOn
        self.state = state
        self.base = base
        self.amount = amount
        self.currency = currency
        self.conversion = conversion
        self.facts = facts
        self.explanation = explanation
    }

    /// What identifies the line through all its restatements.
    package var key: Key {
        Key(
            partner: partner, contract: contract, plan: plan, component: component, rule: rule,
            occasion: occasion)
    }

    package struct Key: Sendable, Hashable, Codable {
        package var partner: Partner.ID
        package var contract: Contract.ID?
        package var plan: IncentivePlan.ID
        package var component: PlanComponent
        package var rule: PlanRule
        package var occasion: String

        package init(
            partner: Partner.ID, contract: Contract.ID?, plan: IncentivePlan.ID, component: PlanComponent,
            rule: PlanRule, occasion: String
        ) {
            self.partner = partner
            self.contract = contract
            self.plan = plan
            self.component = component
            self.rule = rule
            self.occasion = occasion
        }
    }
}
