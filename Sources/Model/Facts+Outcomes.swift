/// How the decision on a contract's renewal went.
package struct RenewalFact: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable { case open, won, lost }

    /// The contract whose renewal was decided.
    package var contract: Contract.ID
    package var outcome: Outcome
    package var decidedOn: Day?
    /// Recurring amount over one year of the renewed term; `nil` where the source tells none: as before.
    package var annualAmount: Money?
    package var discount: Rate?
    /// Length of the renewed term; `nil`: as before.
    package var termMonths: Int?
    /// The source's code for why, "price"; never free text about people.
    package var reason: String?

    package init(
        contract: Contract.ID, outcome: Outcome, decidedOn: Day?, annualAmount: Money? = nil,
        discount: Rate? = nil, termMonths: Int? = nil, reason: String? = nil
    ) {
        self.contract = contract
        self.outcome = outcome
        self.decidedOn = decidedOn
        self.annualAmount = annualAmount
        self.discount = discount
        self.termMonths = termMonths
        self.reason = reason
    }
}

/// A customer left a contract, or came back on a leave that was announced.
package struct ChurnFact: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case voluntary
        /// Ended by the vendor: payment failed.
        case involuntary
        /// The announced end was taken back.
        case reversal
    }

    package var contract: Contract.ID
    package var churn: Kind
    /// The day the customer left, as ``ContractFact/cancelledOn``; for a reversal the day it was taken back.
    package var effectiveOn: Day
    package var requestedOn: Day?
    package var reason: String?

    package init(
        contract: Contract.ID, churn: Kind, effectiveOn: Day, requestedOn: Day? = nil, reason: String? = nil
    ) {
        self.contract = contract
        self.churn = churn
        self.effectiveOn = effectiveOn
        self.requestedOn = requestedOn
        self.reason = reason
    }
}

/// A discount on a contract and the days it holds, both included.
package struct DiscountFact: Sendable, Hashable, Codable {
    package var contract: Contract.ID
    package var discount: Rate
    package var from: Day
    package var until: Day?

    package init(contract: Contract.ID, discount: Rate, from: Day, until: Day?) {
        self.contract = contract
        self.discount = discount
        self.from = from
        self.until = until
    }
}

/// A sale that a partner works on.
package struct OpportunityFact: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable { case open, won, lost }

    package var opportunity: String
    package var partner: Partner.ID
    package var customer: Customer.ID?
    package var stage: String
    package var outcome: Outcome
    package var amount: Money?
    package var openedOn: Day
    package var closedOn: Day?

    package init(
        opportunity: String, partner: Partner.ID, customer: Customer.ID?, stage: String, outcome: Outcome,
        amount: Money?, openedOn: Day, closedOn: Day?
    ) {
        self.opportunity = opportunity
        self.partner = partner
        self.customer = customer
        self.stage = stage
        self.outcome = outcome
        self.amount = amount
        self.openedOn = openedOn
        self.closedOn = closedOn
    }
}

/// How likely somebody thought a contract's renewal to be, on a day.
package struct ForecastFact: Sendable, Hashable, Codable {
    package var contract: Contract.ID
    package var probability: Rate
    package var amount: Money?
    package var madeOn: Day

    package init(contract: Contract.ID, probability: Rate, amount: Money?, madeOn: Day) {
        self.contract = contract
        self.probability = probability
        self.amount = amount
        self.madeOn = madeOn
    }
}

/// Which partner a contract counts for, over which days. A later change of partner never moves what was earned
/// and measured before it.
package struct AttributionFact: Sendable, Hashable, Codable {
    package var contract: Contract.ID
    package var partner: Partner.ID
    /// The source's word for the part the partner played: "Reseller".
    package var role: String?
    /// `nil`: from the beginning.
    package var from: Day?
    /// The last day; `nil`: to this day.
    package var until: Day?

    package init(contract: Contract.ID, partner: Partner.ID, role: String?, from: Day?, until: Day?) {
        self.contract = contract
        self.partner = partner
        self.role = role
        self.from = from
        self.until = until
    }
}

/// A name of a partner or a customer, kept apart from facts so that it can be erased.
package struct SubjectName: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case partner, customer }

    package var kind: Kind
    /// The partner's or customer's id.
    package var id: String
    package var name: String

    package init(kind: Kind, id: String, name: String) {
        self.kind = kind
        self.id = id
        self.name = name
    }
}
