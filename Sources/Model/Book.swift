/// Everything the sources have told us up to a sequence number, the latest word on each record.
///
/// Records are arrays sorted by id; contracts point into partners and customers by index, so that a look
/// walks columns and never hashes a string.
package struct Book: Sendable {
    /// A contract with its references resolved to indices.
    package struct ContractEntry: Sendable, Hashable {
        package var id: Contract.ID
        /// Index into ``Book/partners`` of the partner it counts for last; `nil` when the roster does not have it.
        package var partner: Int?
        /// Whom it counted for and from when on, by day; empty where that never changed.
        package var attributions: [Attribution] = []
        /// Index into ``Book/customers``.
        package var customer: Int
        /// Index into ``Book/contracts`` of the contract that renews this one; the earliest signed if
        /// several claim to.
        package var successor: Int?
        /// Whether it renews another contract, in the book or not.
        package var isRenewal: Bool
        /// Whether it renews a contract that the book does not have.
        package var renewsUnknown: Bool
        /// Whether no source has the contract itself, only that its predecessor was renewed.
        package var isDerived = false
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

    /// A partner that a contract counts for, from a day on.
    package struct Attribution: Sendable, Hashable {
        /// Index into ``Book/partners``; `nil` when the roster does not have the partner.
        package var partner: Int?
        package var from: Day

        package init(partner: Int?, from: Day) {
            self.partner = partner
            self.from = from
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
    /// Sorted by opportunity and sequence.
    package var opportunities: [Recorded<OpportunityFact>]
    /// Sorted by contract, day and sequence.
    package var forecasts: [Recorded<ForecastFact>]

    /// Contracts of each partner that are in force on `day`, by index into ``partners``.
    package func activeContracts(on day: Day) -> [Int] {
        var counts = [Int](repeating: 0, count: partners.count)
        for contract in contracts
        where contract.deletedOn == nil && contract.signedOn <= day && contract.isInForce(on: day) {
            if let partner = contract.partner(on: day) { counts[partner] += 1 }
        }
        return counts
    }
}

extension Book.ContractEntry {
    /// Index of the partner it counted for on `day`: what is measured of the contract belongs to that one's group,
    /// however it is re-assigned later.
    package func partner(on day: Day) -> Int? {
        guard !attributions.isEmpty else { return partner }
        return (attributions.last { $0.from <= day } ?? attributions[0]).partner
    }

    /// Whether the contract runs on `day`.
    package func isInForce(on day: Day) -> Bool {
        startsOn <= day && day <= endsOn && (cancelledOn.map { day < $0 } ?? true)
    }
}
