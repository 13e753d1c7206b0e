import Model

/// A day in the life of one contract.
extension Behaviour {
    /// The rows a contract shows in a day, the renewal signed, and whether nothing more can happen to it.
    struct ContractEvents {
        var rows: [ContractRow] = []
        var renewal: SimulatedContract?
        var isOver = false
    }

    /// What happens to one contract on `day`.
    func events(
        of contract: inout SimulatedContract, partner: SimulatedPartner, plan: IncentivePlan.ID?,
        hazard: Double, on day: Day
    ) -> ContractEvents {
        var events = ContractEvents()
        func show(at second: Int64) {
            contract.stampedAt = max(contract.stampedAt, second)
            events.rows.append(ContractRow(contract, partner: partner.id, currency: configuration.currency))
        }
        if day == contract.endsOn + 1 {
            if contract.status == .activated {
                contract.status = .expired
                show(at: day.seconds(hour: 2))
            }
            guard contract.status == .expired, contract.renewalAgreedFor != nil else {
                events.isOver = true
                return events
            }
        }
        if contract.status == .activated, contract.isInForce(on: day),
            leaves(contract, on: day, dailyHazard: hazard)
        {
            contract.status = .cancelled
            contract.cancelledOn = day
            show(at: day.seconds(hour: 2))
            events.isOver = true
            return events
        }
        if let renewal = renewalSigned(of: &contract, partner: partner, plan: plan, on: day) {
            contract.status = .renewed
            show(at: renewal.stampedAt)
            events.renewal = renewal
            events.isOver = day > contract.endsOn
        }
        if day == contract.restatedOn {
            contract.amount = restatedAmount(contract)
            show(at: day.seconds(hour: 20))
        }
        return events
    }

    /// The renewal of `contract` when it is signed on `day`.
    ///
    /// A customer who signs early decides that day. Whoever has not signed by the due date decides then,
    /// under the terms then in force, and those who renew sign on the day or late.
    private func renewalSigned(
        of contract: inout SimulatedContract, partner: SimulatedPartner, plan: IncentivePlan.ID?, on day: Day
    ) -> SimulatedContract? {
        guard contract.status == .activated || contract.status == .expired else { return nil }
        let offset = signingOffset(contract.key)
        let isEarlyDecision = offset < 0 && day == contract.endsOn + offset
        if isEarlyDecision || day == contract.endsOn,
            renews(contract, of: partner, under: plan)
        {
            let late = offset < 0 ? lateOffset(contract.key) : offset
            contract.renewalAgreedFor = isEarlyDecision ? day : day + late
        }
        guard contract.renewalAgreedFor == day else { return nil }
        return renewal(of: contract, signedOn: day, partner: partner, plan: plan)
    }
}
