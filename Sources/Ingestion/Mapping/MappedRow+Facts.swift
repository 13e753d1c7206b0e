internal import Model

extension MappedRow {
    func body(nativeID: String) throws(MappingFault) -> FactBody {
        switch mapper.mapping.kind {
        case .partner:
            .partner(
                PartnerFact(partner: Partner.ID(try required(.partner)), attributes: try attributes()))
        case .contract: .contract(try contract())
        case .observation:
            .observation(
                ObservationFact(
                    partner: Partner.ID(try required(.partner)),
                    customer: Customer.ID(try optional(.customer) ?? nativeID),
                    outcome: try bool(.outcome), baseline: try proportion(.baseline),
                    observedOn: try day(.observedOn)))
        case .milestone:
            .milestone(
                MilestoneFact(
                    contract: Contract.ID(try required(.contract)), milestone: try required(.milestone),
                    reachedOn: try day(.reachedOn)))
        case .reading:
            .reading(
                ReadingFact(
                    customer: Customer.ID(try required(.customer)), measure: try required(.measure),
                    value: try millionths(.value), observedOn: try day(.observedOn)))
        case .payment: .payment(try payment())
        case .renewal: .renewal(try renewal())
        case .churn: .churn(try churn())
        case .discount: .discount(try discount())
        case .opportunity: .opportunity(try opportunity())
        case .forecast: .forecast(try forecast())
        case .attribution: .attribution(try attribution())
        }
    }

    /// The name of the partner or, where the mapping keeps them, of the customer.
    func subjectName() throws(MappingFault) -> SubjectName? {
        switch mapper.mapping.kind {
        case .partner:
            guard let name = try optional(.name) else { return nil }
            return SubjectName(kind: .partner, id: try required(.partner), name: name)
        case .contract:
            guard mapper.mapping.keepsCustomerNames, let name = try optional(.customerName) else {
                return nil
            }
            return SubjectName(kind: .customer, id: try required(.customer), name: name)
        case .observation, .milestone, .reading, .payment, .renewal, .churn, .discount, .opportunity,
            .forecast, .attribution:
            return nil
        }
    }

    private func attributes() throws(MappingFault) -> [String: String] {
        var attributes: [String: String] = [:]
        for (name, rule) in mapper.attributes {
            guard let value = try rule.find(in: batch, row: row) else { continue }
            attributes[name] = try text(value, rule)
        }
        return attributes
    }

    private func contract() throws(MappingFault) -> ContractFact {
        let startsOn = try day(.startsOn)
        let endsOn = try day(.endsOn)
        guard startsOn <= endsOn else {
            throw fault(.endsOn, "\(endsOn) lies before the start of the term, \(startsOn)")
        }
        let contract = Contract.ID(try required(.contract))
        // One that the book does not have is fine: histories may be cut.
        let renews = try optional(.renews).map { Contract.ID($0) }
        guard renews != contract else {
            throw fault(
                .renews,
                "'\(excerpt(contract.rawValue.utf8.map(\.self)[...]))' renews itself; name the contract before it, or leave it empty"
            )
        }
        let signedOn = try day(.signedOn)
        let cancelledOn = try optionalDay(.cancelledOn)
        if let cancelledOn, cancelledOn < signedOn {
            throw fault(.cancelledOn, "\(cancelledOn) lies before the day it was signed, \(signedOn)")
        }
        return ContractFact(
            contract: contract, partner: Partner.ID(try required(.partner)),
            customer: Customer.ID(try required(.customer)), renews: renews, signedOn: signedOn,
            startsOn: startsOn, endsOn: endsOn, cancelledOn: cancelledOn,
            annualAmount: try annualAmount(), discount: try rate(.discount) ?? Rate(partsPerMillion: 0),
            attributes: mapper.attributes.isEmpty ? nil : try attributes())
    }

    private func payment() throws(MappingFault) -> PaymentFact {
        PaymentFact(
            payment: try required(.payment), partner: Partner.ID(try required(.partner)),
            contract: try optional(.contract).map { Contract.ID($0) },
            component: try choice(.component, of: PlanComponent.self),
            rule: try optionalChoice(.rule, of: PlanRule.self), occasion: try optional(.occasion),
            entry: try optional(.entry), rate: try rate(.rate), paidOn: try day(.paidOn),
            amount: try amount(.amount))
    }

    private func renewal() throws(MappingFault) -> RenewalFact {
        let outcome = try choice(.outcome, of: RenewalFact.Outcome.self)
        return RenewalFact(
            contract: Contract.ID(try required(.contract)), outcome: outcome,
            // The date beside an open decision is when somebody expects it.
            decidedOn: outcome == .open ? nil : try optionalDay(.decidedOn),
            annualAmount: try optionalAnnualAmount(), discount: try rate(.discount),
            termMonths: try months(.termMonths), reason: try reason())
    }

    private func churn() throws(MappingFault) -> ChurnFact {
        ChurnFact(
            contract: Contract.ID(try required(.contract)),
            churn: try choice(.churn, of: ChurnFact.Kind.self),
            effectiveOn: try day(.effectiveOn), requestedOn: try optionalDay(.requestedOn),
            reason: try reason())
    }

    /// A code. Longer texts are what people wrote about people, which facts must not hold.
    private func reason() throws(MappingFault) -> String? {
        guard let reason = try optional(.reason) else { return nil }
        guard reason.utf8.count <= 100 else {
            throw fault(
                .reason,
                "is \(reason.utf8.count) bytes long; expected a code of at most 100, no free text; map it, or"
                    + " leave it out")
        }
        return reason
    }

    private func discount() throws(MappingFault) -> DiscountFact {
        guard let rate = try rate(.discount) else {
            throw fault(.discount, "is empty; a value is needed")
        }
        let (from, until) = (try day(.from), try optionalDay(.until))
        try checkOrder(from, until)
        return DiscountFact(
            contract: Contract.ID(try required(.contract)), discount: rate, from: from, until: until)
    }

    private func opportunity() throws(MappingFault) -> OpportunityFact {
        let outcome = try choice(.outcome, of: OpportunityFact.Outcome.self)
        return OpportunityFact(
            opportunity: try required(.opportunity), partner: Partner.ID(try required(.partner)),
            customer: try optional(.customer).map { Customer.ID($0) }, stage: try required(.stage),
            outcome: outcome, amount: try optionalAmount(.amount), openedOn: try day(.openedOn),
            closedOn: outcome == .open ? nil : try optionalDay(.closedOn))
    }

    private func forecast() throws(MappingFault) -> ForecastFact {
        guard let probability = try rate(.probability) else {
            throw fault(.probability, "is empty; a value is needed")
        }
        return ForecastFact(
            contract: Contract.ID(try required(.contract)), probability: probability,
            amount: try optionalAmount(.amount), madeOn: try day(.madeOn))
    }

    private func attribution() throws(MappingFault) -> AttributionFact {
        let (from, until) = (try optionalDay(.from), try optionalDay(.until))
        try checkOrder(from, until)
        return AttributionFact(
            contract: Contract.ID(try required(.contract)), partner: Partner.ID(try required(.partner)),
            role: try optional(.role), from: from, until: until)
    }

    private func checkOrder(_ from: Day?, _ until: Day?) throws(MappingFault) {
        guard let from, let until, until < from else { return }
        throw fault(.until, "\(until) lies before the first day, \(from)")
    }
}
