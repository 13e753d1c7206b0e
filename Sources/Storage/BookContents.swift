import Model

/// What a record said last, and when it went.
struct RecordVersion {
    var sequence: Int64
    var body: FactBody
    var deletedOn: Day?
}

/// Records by what they are about: where two sources tell of one partner, contract or payment, the later word
/// counts. Of milestones and readings every report stands.
struct BookContents {
    private var partners: [Partner.ID: PartnerFact] = [:]
    private var contracts: [Contract.ID: ContractFact] = [:]
    private var contractSequences: [Contract.ID: Int64] = [:]
    private var observations: [Source.Name: [ObservationFact]] = [:]
    private var deletedPartners: Set<Partner.ID> = []
    private var deletedContracts: [Contract.ID: Day] = [:]
    private var milestones: [Book.Recorded<MilestoneFact>] = []
    private var readings: [Book.Recorded<ReadingFact>] = []
    private var payments: [Identifier<PaymentFact>: Book.Recorded<PaymentFact>] = [:]

    /// Versions come in the order they were learned.
    mutating func add(_ version: RecordVersion, from source: Source.Name) {
        let isDeleted = version.deletedOn != nil
        switch version.body {
        case .partner(let fact):
            partners[fact.partner] = fact
            if isDeleted {
                deletedPartners.insert(fact.partner)
            } else {
                deletedPartners.remove(fact.partner)
            }
        case .contract(let fact):
            contracts[fact.contract] = fact
            contractSequences[fact.contract] = version.sequence
            deletedContracts[fact.contract] = version.deletedOn
        case .observation(let fact):
            if !isDeleted { observations[source, default: []].append(fact) }
        case .milestone(let fact):
            if !isDeleted { milestones.append(Book.Recorded(sequence: version.sequence, fact)) }
        case .reading(let fact):
            if !isDeleted { readings.append(Book.Recorded(sequence: version.sequence, fact)) }
        case .payment(let fact):
            payments[Identifier(fact.payment)] =
                isDeleted ? nil : Book.Recorded(sequence: version.sequence, fact)
        case .deleted: break
        }
    }

    func book(sequence: Int64) -> Book {
        Book(
            sequence: sequence, partners: Array(partners.values), contracts: Array(contracts.values),
            observations: observations, deletedPartners: deletedPartners, deletedContracts: deletedContracts,
            contractSequences: contractSequences, milestones: milestones, readings: readings,
            payments: Array(payments.values))
    }
}
