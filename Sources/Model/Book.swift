/// Everything the sources have told us up to a sequence number, the latest word on each record.
///
/// Records are arrays sorted by id; contracts point into partners and customers by index, so that a look
/// walks columns and never hashes a string.
package struct Book: Sendable {
    /// A contract with its references resolved to indices.
    package struct ContractEntry: Sendable, Hashable {
        package var id: Contract.ID
        /// Index into ``Book/partners``; `nil` when the roster does not have the partner.
        package var partner: Int?
        /// Index into ``Book/customers``.
        package var customer: Int
        /// Index into ``Book/contracts`` of the contract that renews this one; the earliest signed if
        /// several claim to.
        package var successor: Int?
        /// Whether it renews another contract, in the book or not.
        package var isRenewal: Bool
        /// Whether it renews a contract that the book does not have.
        package var renewsUnknown: Bool
        package var signedOn: Day
        package var startsOn: Day
        package var endsOn: Day
        package var cancelledOn: Day?
        package var annualAmount: Money
        package var discount: Rate
        /// The day on which the source no longer had it. What was promised on it stays countable.
        package var deletedOn: Day?
        package var attributes: [String: String]
        /// Sequence of the fact that says all this; 0 where the book was not read from a store.
        package var sequence: Int64

        package init(
            id: Contract.ID, partner: Int?, customer: Int, successor: Int?, isRenewal: Bool,
            renewsUnknown: Bool = false, signedOn: Day, startsOn: Day, endsOn: Day, cancelledOn: Day?,
            annualAmount: Money, discount: Rate, deletedOn: Day? = nil, attributes: [String: String] = [:],
            sequence: Int64 = 0
        ) {
            self.id = id
            self.partner = partner
            self.customer = customer
            self.successor = successor
            self.isRenewal = isRenewal
            self.renewsUnknown = renewsUnknown
            self.signedOn = signedOn
            self.startsOn = startsOn
            self.endsOn = endsOn
            self.cancelledOn = cancelledOn
            self.annualAmount = annualAmount
            self.discount = discount
            self.deletedOn = deletedOn
            self.attributes = attributes
            self.sequence = sequence
        }
    }

    /// A fact's body with its sequence number, 0 where the book was not read from a store.
    package struct Recorded<Body: Sendable & Hashable>: Sendable, Hashable {
        package var sequence: Int64
        package var body: Body

        package init(sequence: Int64 = 0, _ body: Body) {
            self.sequence = sequence
            self.body = body
        }
    }

    package var sequence: Int64
    package var partners: [Partner]
    package var customers: [Customer.ID]
    package var contracts: [ContractEntry]
    /// Imported trial outcomes, by source; a partner of a trial need not be in the roster.
    package var observations: [Source.Name: [ObservationFact]]
    /// Partners the source no longer has: they join no pilot, and stay in those they were assigned to.
    package var deletedPartners: Set<Partner.ID>
    /// Sorted by contract, milestone, day and sequence.
    package var milestones: [Recorded<MilestoneFact>]
    /// Sorted by customer, measure, day and sequence.
    package var readings: [Recorded<ReadingFact>]
    /// Sorted by payment id and sequence.
    package var payments: [Recorded<PaymentFact>]

    /// - Parameters:
    ///   - partners: the latest version of each partner, deleted ones included.
    ///   - contracts: the latest version of each contract, deleted ones included; ids are distinct.
    ///   - deletedContracts: when the source was found to have them no longer.
    ///   - contractSequences: the fact each contract's version comes from.
    ///   - milestones, readings, payments: the latest version of each, without deleted ones.
    ///   - names: of partners; one that has none is called by its id.
    package init(
        sequence: Int64, partners: [PartnerFact], contracts: [ContractFact],
        observations: [Source.Name: [ObservationFact]], deletedPartners: Set<Partner.ID> = [],
        deletedContracts: [Contract.ID: Day] = [:], contractSequences: [Contract.ID: Int64] = [:],
        milestones: [Recorded<MilestoneFact>] = [], readings: [Recorded<ReadingFact>] = [],
        payments: [Recorded<PaymentFact>] = [], names: [Partner.ID: String] = [:]
    ) {
        let roster = partners.sorted { $0.partner < $1.partner }
        let sorted = contracts.sorted { $0.contract < $1.contract }
        let customerIDs = Array(Set(contracts.map(\.customer))).sorted()
        let partnerIndex = Dictionary(
            roster.enumerated().map { ($1.partner, $0) }, uniquingKeysWith: { _, latest in latest })
        let customerIndex = Dictionary(uniqueKeysWithValues: customerIDs.enumerated().map { ($1, $0) })
        let contractIndex = Dictionary(
            sorted.enumerated().map { ($1.contract, $0) }, uniquingKeysWith: { _, latest in latest })
        var entries = sorted.map { fact in
            ContractEntry(
                id: fact.contract, partner: partnerIndex[fact.partner],
                customer: customerIndex[fact.customer] ?? 0, successor: nil,
                isRenewal: fact.renews != nil,
                renewsUnknown: fact.renews.map { contractIndex[$0] == nil } ?? false,
                signedOn: fact.signedOn, startsOn: fact.startsOn, endsOn: fact.endsOn,
                cancelledOn: fact.cancelledOn, annualAmount: fact.annualAmount,
                discount: fact.discount, deletedOn: deletedContracts[fact.contract],
                attributes: fact.attributes ?? [:], sequence: contractSequences[fact.contract] ?? 0)
        }
        for (index, fact) in sorted.enumerated() {
            guard let renewed = fact.renews, let predecessor = contractIndex[renewed], predecessor != index,
                entries[index].deletedOn == nil
            else { continue }
            if let rival = entries[predecessor].successor, entries[rival].signedOn <= fact.signedOn {
                continue
            }
            entries[predecessor].successor = index
        }
        self.sequence = sequence
        self.partners = roster.map {
            Partner(
                id: $0.partner, name: names[$0.partner] ?? $0.partner.rawValue, attributes: $0.attributes)
        }
        self.customers = customerIDs
        self.contracts = entries
        self.observations = observations
        self.deletedPartners = deletedPartners
        self.milestones = milestones.sorted {
            ($0.body.contract, $0.body.milestone, $0.body.reachedOn, $0.sequence)
                < ($1.body.contract, $1.body.milestone, $1.body.reachedOn, $1.sequence)
        }
        self.readings = readings.sorted {
            ($0.body.customer, $0.body.measure, $0.body.observedOn, $0.sequence)
                < ($1.body.customer, $1.body.measure, $1.body.observedOn, $1.sequence)
        }
        self.payments = payments.sorted { ($0.body.payment, $0.sequence) < ($1.body.payment, $1.sequence) }
    }

    /// Contracts of each partner that are in force on `day`, by index into ``partners``.
    package func activeContracts(on day: Day) -> [Int] {
        var counts = [Int](repeating: 0, count: partners.count)
        for contract in contracts
        where contract.deletedOn == nil && contract.signedOn <= day && contract.isInForce(on: day) {
            if let partner = contract.partner { counts[partner] += 1 }
        }
        return counts
    }
}

extension Book.ContractEntry {
    /// Whether the contract runs on `day`.
    package func isInForce(on day: Day) -> Bool {
        startsOn <= day && day <= endsOn && (cancelledOn.map { day < $0 } ?? true)
    }
}
