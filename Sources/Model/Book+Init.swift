extension Book {
    /// - Parameters:
    ///   - partners: the latest version of each partner, deleted ones included.
    ///   - contracts: the latest version of each contract, deleted ones included; ids are distinct.
    ///   - deletedContracts: when the source was found to have them no longer.
    ///   - contractSequences: the fact each contract's version comes from.
    ///   - milestones, readings, payments: the latest version of each, without deleted ones.
    ///   - reports: what else is told of contracts; folded into them.
    ///   - names: of partners; one that has none is called by its id.
    package init(
        sequence: Int64, partners: [PartnerFact], contracts: [ContractFact],
        observations: [Source.Name: [ObservationFact]], deletedPartners: Set<Partner.ID> = [],
        deletedContracts: [Contract.ID: Day] = [:], contractSequences: [Contract.ID: Int64] = [:],
        milestones: [Recorded<MilestoneFact>] = [], readings: [Recorded<ReadingFact>] = [],
        payments: [Recorded<PaymentFact>] = [], reports: Reports = Reports(),
        names: [Partner.ID: String] = [:]
    ) {
        let roster = partners.sorted { $0.partner < $1.partner }
        let partnerIndex = Dictionary(
            roster.enumerated().map { ($1.partner, $0) }, uniquingKeysWith: { _, latest in latest })
        let folded = ContractFolding(
            contracts, sequences: contractSequences, deleted: deletedContracts, reports: reports)
        let customerIDs = Array(Set(contracts.map(\.customer))).sorted()
        self.sequence = sequence
        self.partners = roster.map {
            Partner(
                id: $0.partner, name: names[$0.partner] ?? $0.partner.rawValue, attributes: $0.attributes)
        }
        self.customers = customerIDs
        self.contracts = Book.entries(of: folded, partners: partnerIndex, customers: customerIDs)
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
        opportunities = reports.opportunities.sorted {
            ($0.body.opportunity, $0.sequence) < ($1.body.opportunity, $1.sequence)
        }
        forecasts = reports.forecasts.sorted {
            ($0.body.contract, $0.body.madeOn, $0.sequence) < ($1.body.contract, $1.body.madeOn, $1.sequence)
        }
    }

    /// Contracts with their references resolved, in the order of ids.
    private static func entries(
        of folded: ContractFolding, partners: [Partner.ID: Int], customers: [Customer.ID]
    ) -> [ContractEntry] {
        let customerIndex = Dictionary(uniqueKeysWithValues: customers.enumerated().map { ($1, $0) })
        // A term that only a report tells of is renewed by nothing.
        let contractIndex = Dictionary(
            folded.contracts.enumerated().filter { !folded.derived.contains($1.contract) }
                .map { ($1.contract, $0) }, uniquingKeysWith: { _, latest in latest })
        var entries = folded.contracts.map { fact in
            var entry = ContractEntry(
                id: fact.contract, partner: partners[fact.partner],
                customer: customerIndex[fact.customer] ?? 0, successor: nil,
                isRenewal: fact.renews != nil,
                renewsUnknown: fact.renews.map { contractIndex[$0] == nil } ?? false,
                signedOn: fact.signedOn, startsOn: fact.startsOn, endsOn: fact.endsOn,
                cancelledOn: fact.cancelledOn, annualAmount: fact.annualAmount,
                discount: fact.discount, deletedOn: folded.deleted[fact.contract],
                attributes: fact.attributes ?? [:], sequence: folded.sequences[fact.contract] ?? 0)
            if let timeline = folded.timelines[fact.contract] {
                entry.attributions = timeline.map {
                    Attribution(partner: partners[$0.partner], from: $0.from)
                }
            }
            entry.isDerived = folded.derived.contains(fact.contract)
            return entry
        }
        for (index, fact) in folded.contracts.enumerated() {
            guard let renewed = fact.renews, let predecessor = contractIndex[renewed], predecessor != index,
                entries[index].deletedOn == nil
            else { continue }
            if let rival = entries[predecessor].successor, entries[rival].signedOn <= fact.signedOn {
                continue
            }
            entries[predecessor].successor = index
        }
        return entries
    }
}
