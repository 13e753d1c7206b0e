package import Model

/// Money that is not where the plan says it should be, with what shows it.
package struct LeakageFinding: Sendable, Hashable, Codable {
    /// Where the money is wrong.
    package enum Side: String, Sendable, Hashable, Codable, CaseIterable {
        /// In what was really paid.
        case payment
        /// In what the ledger has posted.
        case ledger
        /// In what was promised and not paid.
        case promise
    }

    package struct Evidence: Sendable, Hashable, Codable {
        /// Payment ids, ascending; empty where nothing was paid.
        package var payments: [String] = []
        /// Ledger entry ids, ascending.
        package var entries: [String] = []
        /// Sequence numbers of the facts, ascending and distinct.
        package var facts: [Int64] = []

        package init(payments: [String] = [], entries: [String] = [], facts: [Int64] = []) {
            self.payments = Set(payments).sorted()
            self.entries = Set(entries).sorted()
            self.facts = Set(facts).sorted().filter { $0 > 0 }
        }
    }

    package var kind: LeakageKind
    package var side: Side
    package var partner: Partner.ID
    /// `nil` for money of a whole period or of several contracts.
    package var contract: Contract.ID?
    package var component: PlanComponent?
    /// At stake: positive for money paid too much, negative for money paid too little.
    package var amount: Money
    package var evidence: Evidence
    /// What is wrong and what to do.
    package var sentence: String

    package init(
        kind: LeakageKind, side: Side, partner: Partner.ID, contract: Contract.ID?,
        component: PlanComponent?, amount: Money, evidence: Evidence, sentence: String
    ) {
        self.kind = kind
        self.side = side
        self.partner = partner
        self.contract = contract
        self.component = component
        self.amount = amount
        self.evidence = evidence
        self.sentence = sentence
    }
}

extension LeakageFinding: Comparable {
    /// By kind, then the largest amounts first, then by partner, contract and evidence.
    package static func < (left: Self, right: Self) -> Bool {
        if left.kind != right.kind { return left.kind < right.kind }
        let (mine, other) = (left.amount.minorUnits.magnitude, right.amount.minorUnits.magnitude)
        if mine != other { return mine > other }
        if left.partner != right.partner { return left.partner < right.partner }
        if left.contract != right.contract {
            return (left.contract?.rawValue ?? "") < (right.contract?.rawValue ?? "")
        }
        return (left.evidence.payments.first ?? "", left.evidence.entries.first ?? "", left.sentence)
            < (right.evidence.payments.first ?? "", right.evidence.entries.first ?? "", right.sentence)
    }
}
