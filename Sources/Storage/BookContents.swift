import Model

/// What a record said last, and when it went.
struct RecordVersion {
    var sequence: Int64
    var body: FactBody
    var deletedOn: Day?
    /// The partners its versions named one after the other, where they named several.
    var partners: [Book.NamedPartner] = []

    /// Takes over what `earlier` knows of whom the contract was with, and adds a change learned on `day`.
    mutating func follow(_ earlier: RecordVersion, learnedOn day: @autoclosure () -> Day) {
        guard case .contract(let now) = body, case .contract(let before) = earlier.body else { return }
        partners = earlier.partners
        guard now.partner != before.partner else { return }
        if partners.isEmpty { partners = [Book.NamedPartner(before.partner, from: .beginning)] }
        partners.append(Book.NamedPartner(now.partner, from: day()))
    }
}

/// Records by what they are about: where two sources tell of one partner, contract, payment or opportunity, the
/// later word counts of those that still have it; what the last of them has lost is gone. Of everything else every
/// report stands.
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
    private var opportunities: [Identifier<OpportunityFact>: Book.Recorded<OpportunityFact>] = [:]
    private var reports = Book.Reports()

    /// Versions come in the order they were learned.
    mutating func add(_ version: RecordVersion, from source: Source.Name) {
        let isDeleted = version.deletedOn != nil
        switch version.body {
        case .partner(let fact):
            guard !isDeleted || partners[fact.partner] == nil || deletedPartners.contains(fact.partner)
            else { return }
            partners[fact.partner] = fact
            if isDeleted {
                deletedPartners.insert(fact.partner)
            } else {
                deletedPartners.remove(fact.partner)
            }
        case .contract(let fact): add(fact, version)
        case .observation(let fact):
            if !isDeleted { observations[source, default: []].append(fact) }
        case .payment(let fact):
            if !isDeleted {
                payments[Identifier(fact.payment)] = Book.Recorded(sequence: version.sequence, fact)
            }
        case .opportunity(let fact):
            if !isDeleted {
                opportunities[Identifier(fact.opportunity)] = Book.Recorded(sequence: version.sequence, fact)
            }
        case .deleted: break
        case .milestone, .reading, .renewal, .churn, .discount, .forecast, .attribution:
            if !isDeleted { add(version.body, sequence: version.sequence) }
        }
    }

    private mutating func add(_ fact: ContractFact, _ version: RecordVersion) {
        let id = fact.contract
        var deletedOn = version.deletedOn
        if let day = deletedOn, contracts[id] != nil {
            // Another source still has it, or has lost it as well.
            guard let other = deletedContracts[id] else { return }
            deletedOn = max(day, other)
        }
        contracts[id] = fact
        contractSequences[id] = version.sequence
        deletedContracts[id] = deletedOn
        if !version.partners.isEmpty || !reports.partnersOfRow.isEmpty {
            reports.partnersOfRow[id] = version.partners.isEmpty ? nil : version.partners
        }
    }

    private mutating func add(_ report: FactBody, sequence: Int64) {
        switch report {
        case .milestone(let fact): milestones.append(Book.Recorded(sequence: sequence, fact))
        case .reading(let fact): readings.append(Book.Recorded(sequence: sequence, fact))
        case .renewal(let fact): reports.renewals.append(Book.Recorded(sequence: sequence, fact))
        case .churn(let fact): reports.churns.append(Book.Recorded(sequence: sequence, fact))
        case .discount(let fact): reports.discounts.append(Book.Recorded(sequence: sequence, fact))
        case .forecast(let fact): reports.forecasts.append(Book.Recorded(sequence: sequence, fact))
        case .attribution(let fact): reports.attributions.append(Book.Recorded(sequence: sequence, fact))
        case .partner, .contract, .observation, .payment, .opportunity, .deleted: break
        }
    }

    func book(sequence: Int64, names: [Partner.ID: String]) -> Book {
        var reports = reports
        reports.opportunities = Array(opportunities.values)
        return Book(
            sequence: sequence, partners: Array(partners.values), contracts: Array(contracts.values),
            observations: observations, deletedPartners: deletedPartners, deletedContracts: deletedContracts,
            contractSequences: contractSequences, milestones: milestones, readings: readings,
            payments: Array(payments.values), reports: reports, names: names)
    }
}
